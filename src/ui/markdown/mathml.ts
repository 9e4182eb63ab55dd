import katex, { type KatexOptions } from 'katex';
import { inVariant } from './maths-letters.ts';

/** What KaTeX keeps in its tree for MathML: elements, runs of text, and spaces. */
interface VirtualNode {
  readonly type?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly children?: readonly VirtualNode[];
  readonly text?: string;
  readonly character?: string | null;
  readonly width?: number;
}

/**
 * A formula as a MathML element; null where KaTeX cannot read it. Built node by node from KaTeX's own tree with listed
 * elements and attributes only: `katex.render` would set style attributes, which the CSP refuses, and its error
 * messages hold the source unescaped.
 */
export function toMathml(source: string, display: boolean): Element | null {
  let tree: VirtualNode;
  try {
    tree = renderer.__renderToDomTree(source, {
      displayMode: display,
      output: 'mathml',
      throwOnError: true,
      trust: false,
      strict: 'ignore',
      maxExpand: 1_000,
      maxSize: 20,
    });
  } catch {
    return null;
  }
  const math = tree.children?.[0];
  const drawn = math ? draw(math) : null;
  return drawn instanceof Element ? drawn : null;
}

/** Exported for other outputs than its own, but not declared in its types. */
const renderer = katex as unknown as {
  __renderToDomTree(source: string, options: KatexOptions): VirtualNode;
};

const namespace = 'http://www.w3.org/1998/Math/MathML';

const elements = new Set(
  (
    'math semantics annotation mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder ' +
    'munderover mtable mtr mtd mlabeledtr mpadded mphantom mstyle menclose merror mmultiscripts mprescripts none'
  ).split(' '),
);

const attributes = new Set(
  (
    'display displaystyle scriptlevel mathvariant mathcolor mathbackground mathsize stretchy fence separator lspace ' +
    'rspace minsize maxsize movablelimits accent accentunder largeop symmetric form width height depth voffset ' +
    'columnalign columnspacing columnlines rowalign rowspacing rowlines frame notation linethickness side linebreak ' +
    'encoding'
  ).split(' '),
);

/** `variant`: the alphabet that the element around asks for. */
function draw(node: VirtualNode, variant?: string): Node {
  if (typeof node.text === 'string') {
    return document.createTextNode(variant ? inVariant(node.text, variant) : node.text);
  }
  if (typeof node.width === 'number' && !node.type) return drawSpace(node.width, node.character);
  const own = node.attributes?.['mathvariant'];
  const children = (node.children ?? []).map((child) =>
    draw(child, typeof own === 'string' ? own : undefined),
  );
  if (!node.type || !elements.has(node.type)) {
    const fragment = document.createDocumentFragment();
    fragment.append(...children);
    return fragment;
  }
  const element = document.createElementNS(namespace, node.type);
  for (const [name, value] of Object.entries(node.attributes ?? {})) {
    if (attributes.has(name)) element.setAttribute(name, String(value));
  }
  element.append(...children);
  if (node.type === 'mtable') alignColumns(element, String(node.attributes?.['columnalign'] ?? ''));
  return element;
}

/** MathML Core has no `columnalign`; a cell follows the style sheet's `text-align`. */
function alignColumns(table: Element, written: string): void {
  const aligns = written.split(/\s+/);
  for (const row of table.children) {
    for (const [column, cell] of [...row.children].entries()) {
      const align = aligns[column];
      if (align === 'left' || align === 'right') (cell as MathMLElement).style.textAlign = align;
    }
  }
}

function drawSpace(widthEm: number, character: string | null | undefined): Node {
  if (character) return document.createTextNode(character);
  const space = document.createElementNS(namespace, 'mspace');
  space.setAttribute('width', `${widthEm.toFixed(4)}em`);
  return space;
}
