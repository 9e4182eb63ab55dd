/** What a paste or a drop brings. Files win over the URL they came from: they need no second loading. */
export interface Incoming {
  readonly files: readonly File[];
  readonly url: string | null;
}

/**
 * Pictures on the clipboard. Office programs put a drawing of the copied text beside the text: where there is
 * formatted text, the person means the text, and nothing is taken from it.
 */
export function fromPaste(clipboard: DataTransfer): Incoming {
  const html = clipboard.getData('text/html');
  if (hasWords(html)) return nothing;
  const files = [...clipboard.files];
  return files.length > 0 ? { files, url: null } : { files, url: imageSource(html) };
}

/** What was dropped: files, or the address of a picture that was dragged from a web page. */
export function fromDrop(dropped: DataTransfer): Incoming {
  const files = [...dropped.files];
  if (files.length > 0) return { files, url: null };
  // A picture that is a link carries its own address in the HTML only; the list holds the link's target.
  const url = imageSource(dropped.getData('text/html')) ?? firstUri(dropped.getData('text/uri-list'));
  return { files, url };
}

/** Whether a drag carries something that could be attached; its content stays secret until the drop. */
export function carriesPictures(dragged: DataTransfer): boolean {
  return dragged.types.includes('Files') || dragged.types.includes('text/uri-list');
}

const nothing: Incoming = { files: [], url: null };

function hasWords(html: string): boolean {
  return /[^\s]/.test(
    html
      .replace(/<(style|head|title)\b[\s\S]*?<\/\1>/gi, '')
      .replace(/<!--[\s\S]*?-->/g, '')
      .replace(/<[^>]*>/g, '')
      .replace(/&nbsp;/g, ''),
  );
}

// Parsing as HTML would be a Trusted Types sink, for one attribute.
function imageSource(html: string): string | null {
  const found = /<img\b[^>]*?\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i.exec(html);
  const source = found?.[1] ?? found?.[2] ?? found?.[3];
  return source === undefined ? null : webAddress(source.replaceAll('&amp;', '&'));
}

function firstUri(list: string): string | null {
  const line = list.split(/\r?\n/).find((uri) => uri !== '' && !uri.startsWith('#'));
  return line === undefined ? null : webAddress(line);
}

function webAddress(address: string): string | null {
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? address : null;
}
