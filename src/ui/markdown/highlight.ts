import { common, createLowlight } from 'lowlight';

type Tree = ReturnType<ReturnType<typeof createLowlight>['highlight']>;
type Node = Tree['children'][number];

/** Longer code stays plain: highlighting it would hold the page for more than a frame or two. */
const longest = 12_000;

const lowlight = createLowlight(common);

/** `code` as text and spans with classes of highlight.js; null where the language is unknown or the code too long. */
export function highlight(code: string, language: string): DocumentFragment | null {
  if (code.length > longest || !lowlight.registered(language)) return null;
  return toFragment(lowlight.highlight(language, code).children);
}

function toFragment(nodes: readonly Node[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const node of nodes) {
    if (node.type === 'text') fragment.append(node.value);
    else if (node.type === 'element') {
      const span = document.createElement('span');
      const classes = node.properties['className'];
      if (Array.isArray(classes)) span.className = classes.join(' ');
      span.append(toFragment(node.children as Node[]));
      fragment.append(span);
    }
  }
  return fragment;
}
