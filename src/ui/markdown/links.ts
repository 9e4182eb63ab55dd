export interface SafeLink {
  readonly href: string;
  /** Where it leads: a host as the network sees it (ASCII), or an address of mail. */
  readonly host: string;
}

/** The schemes that a text of unknown origin may offer for a click. */
const schemes = new Set(['http:', 'https:', 'mailto:']);

/** Null for everything that is not an absolute http, https or mailto address; such a link is shown as text. */
export function safeLink(written: string): SafeLink | null {
  // As CommonMark writes it; a browser would read a backslash as a slash, and so as the end of a host.
  const url = URL.parse(written.replaceAll('\\', '%5C'));
  if (!url || !schemes.has(url.protocol)) return null;
  if (url.protocol === 'mailto:') return { href: url.href, host: decode(url.pathname) };
  return url.host === '' ? null : { href: url.href, host: url.host };
}

/** As `safeLink`, for a picture: only http and https. */
export function safePicture(written: string): SafeLink | null {
  const link = safeLink(written);
  return link && link.href.startsWith('http') ? link : null;
}

/** The host to show beside a link, so that its words cannot claim another; null where they name it themselves. */
export function hostBeside(words: string, link: SafeLink): string | null {
  const text = words.trim();
  const named = text.includes('@')
    ? text.replace(/^mailto:/i, '')
    : (URL.parse(text)?.host ?? URL.parse(`http://${text}`)?.host ?? '');
  return named === link.host ? null : link.host;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
