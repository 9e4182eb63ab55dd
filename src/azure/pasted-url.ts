/** What cannot be taken for the address of a service, and why. */
export type UrlRefusal =
  | 'empty'
  | 'not-a-url'
  /** A key was pasted where an address was due. */
  | 'looks-like-a-key'
  /** `{resource}`, `<your-resource>`, `$AZURE_OPENAI_ENDPOINT`: a sample, not yet filled in. */
  | 'placeholder'
  | 'plain-http'
  | 'not-http'
  | 'has-credentials';

export type PastedUrlNote =
  /** The scheme was missing and `https` (on this machine `http`) was put in. */
  | { readonly code: 'scheme-added'; readonly scheme: 'https' | 'http' }
  /** The address was picked out of a longer text, such as a curl command or a line of settings. */
  | { readonly code: 'picked-from-text' }
  /** `http://[::1]` is called as `http://localhost`: a content security policy cannot name an IPv6 host. */
  | { readonly code: 'loopback-renamed' }
  /** A secret stood in the query and was dropped; only the parameter's name is told. */
  | { readonly code: 'secret-removed'; readonly param: string }
  /** Other query parameters were dropped. */
  | { readonly code: 'query-removed'; readonly params: readonly string[] };

export type PastedUrl =
  | { readonly ok: true; readonly url: URL; readonly notes: readonly PastedUrlNote[] }
  | { readonly ok: false; readonly reason: UrlRefusal };

/**
 * The address in a pasted text: quotes, blanks and a missing scheme are forgiven; plain http is not, except on
 * this machine. The query stays on the URL; `queryNotes` says what of it is dropped.
 */
export function readPastedUrl(text: string): PastedUrl {
  const bare = unwrap(text);
  if (bare === '') return refused('empty');
  const picked = pickUrl(bare);
  if (isPlaceholder(picked)) return refused('placeholder');
  const given = /^([a-z][a-z0-9+.-]*):\/\//i.exec(picked)?.[1]?.toLowerCase();
  if (given !== undefined && given !== 'https' && given !== 'http') return refused('not-http');
  if (given === undefined && !looksLikeHost(picked)) {
    return refused(/^[A-Za-z0-9]{32,}$/.test(picked) ? 'looks-like-a-key' : 'not-a-url');
  }

  const scheme = /^(?:\/\/)?(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/?#]|$)/i.test(picked) ? 'http' : 'https';
  const url = parse(given === undefined ? `${scheme}://${picked.replace(/^\/+/, '')}` : picked);
  if (!url || url.hostname === '') return refused('not-a-url');
  if (url.username !== '' || url.password !== '') return refused('has-credentials');
  if (url.protocol === 'http:' && !isLoopback(url)) return refused('plain-http');

  const notes: PastedUrlNote[] = [];
  if (picked !== bare) notes.push({ code: 'picked-from-text' });
  if (given === undefined) notes.push({ code: 'scheme-added', scheme });
  if (url.protocol === 'http:' && url.hostname === '[::1]') {
    url.hostname = 'localhost';
    notes.push({ code: 'loopback-renamed' });
  }
  url.hash = '';
  return { ok: true, url, notes };
}

/** This machine, in the spellings a content security policy can allow over http (and IPv6's). */
export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '127.0.0.1' || url.hostname === '[::1]';
}

/** Which query parameters are dropped, those in `kept` (lower case) aside; values are never told. */
export function queryNotes(url: URL, kept: readonly string[]): readonly PastedUrlNote[] {
  const names = [...new Set(url.searchParams.keys())].filter((name) => !kept.includes(name.toLowerCase()));
  const secrets = names.filter((name) => secretParam.test(name));
  const others = names.filter((name) => !secretParam.test(name));
  return [
    ...secrets.map((param) => ({ code: 'secret-removed' as const, param })),
    ...(others.length > 0 ? [{ code: 'query-removed' as const, params: others }] : []),
  ];
}

const secretParam = /key|token|secret|password|^code$|^sig$|^signature$|^auth/i;

/** Quotes, brackets, zero-width characters and the marks a sentence or a list leaves behind. */
function unwrap(text: string): string {
  return text
    .replace(/[\u200B-\u200D\u2060\uFEFF]/g, '')
    .trim()
    .replace(/^["'`“”‘’«»<(]+|["'`“”‘’«»>),;.]+$/g, '')
    .trim();
}

/** A sample's host: `{resource}.…`, `<resource>.…`, `YOUR_RESOURCE_NAME.…`, `$ENDPOINT`. */
function isPlaceholder(text: string): boolean {
  const [host = ''] = text.replace(/^[a-z]+:\/\//i, '').split(/[/?#]/);
  return /[{}<>]|^\$|^your[-_]/i.test(host);
}

/** A name with a dot or a port, or this machine: `contoso.openai.azure.com/…`, not `hello` and not `C:\\…`. */
function looksLikeHost(text: string): boolean {
  return /^(?:\/\/)?(?:localhost|\[::1\]|[\w-]+(?:\.[\w-]+)+|[\w-]+(?=:\d))\.?(?::\d+)?(?:[/?#]|$)/i.test(
    text,
  );
}

/** The first http(s) address in a text of several words, or after `NAME=`. */
function pickUrl(text: string): string {
  if (/^https?:/i.test(text)) return text;
  if (!/\s|^[\w$:.\s-]+=/.test(text)) return text;
  return /https?:\/\/[^\s"'`\\]+/i.exec(text)?.[0] ?? text;
}

function parse(text: string): URL | null {
  if (/\s/.test(text)) return null;
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function refused(reason: UrlRefusal): PastedUrl {
  return { ok: false, reason };
}
