const blocks = new Set('p blockquote ul li pre br hr table thead tbody tr'.split(' '));
const inlines = new Set('em strong del'.split(' '));
const unwrapped = new Set('body div bdi label'.split(' '));

/**
 * What matters of a drawn text, or of the specification's HTML: elements, addresses, words; without what the drawing
 * adds of its own (hosts, buttons, names of languages).
 */
export function outline(root: Element): string {
  const drawn = children(root).replace(/\s+/g, ' ');
  // Space at the edge of a block is not seen.
  return drawn
    .replace(/ ?([⟦⟧]) ?/g, '$1')
    .replace(/ ?(⟨box \w+⟩) ?/g, '$1')
    .trim();
}

function children(node: Element): string {
  return [...node.childNodes].map(draw).join('');
}

function draw(node: Node): string {
  if (node instanceof Text) return node.data;
  if (!(node instanceof Element)) return '';
  const name = node.localName;
  if (node.matches('.bar, .host, svg, .visually-hidden')) return '';
  if (node.matches('.picture')) {
    const words = node.querySelector('bdi')?.textContent ?? '';
    return `⟨img ${node.closest('bdi') ? '' : address(node.querySelector('a')!.getAttribute('href'))} ${words}⟩`;
  }
  if (name === 'img') {
    const inLink = node.closest('a') !== null;
    return `⟨img ${inLink ? '' : address(node.getAttribute('src'))} ${node.getAttribute('alt')}⟩`;
  }
  if (name === 'a') return `⟨a ${address(node.getAttribute('href'))} ${children(node)}⟩`;
  if (name === 'ol') return `⟦ol ${node.getAttribute('start') ?? '1'} ${children(node)}⟧`;
  if (name === 'input') return `⟨box ${String((node as HTMLInputElement).checked)}⟩`;
  if (/^h[1-6]$/.test(name)) return `⟦${/\bh[1-6]\b/.exec(node.className)?.[0] ?? name} ${children(node)}⟧`;
  if (name === 'th' || name === 'td') {
    const align = node.getAttribute('align') ?? (node as HTMLElement).style.textAlign;
    return `⟦${name} ${align} ${children(node)}⟧`;
  }
  if (name === 'pre') {
    const code = node.textContent.replace(/\n$/, '').replaceAll('\n', '⏎').replaceAll(' ', '␣');
    return `⟦pre ${code}⟧`;
  }
  if (name === 'code') return `⟨code ${node.textContent}⟩`;
  if (unwrapped.has(name)) return children(node);
  if (inlines.has(name)) return `⟨${name} ${children(node)}⟩`;
  if (blocks.has(name)) return `⟦${name} ${children(node)}⟧`;
  return `<${name}>${children(node)}`;
}

function address(written: string | null): string {
  const url = URL.parse(written ?? '')?.href ?? String(written);
  return url.replaceAll('[', '%5B').replaceAll(']', '%5D');
}
