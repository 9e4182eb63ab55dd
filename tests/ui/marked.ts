import type { Mark } from '#ui/markdown/marks.ts';

/** A mark of every word. */
export function marksOfWords(text: string, words = /[\p{L}\p{N}]+/gu): readonly Mark[] {
  return Array.from(text.matchAll(words), ({ 0: word, index }) => markAt(index, index + word.length));
}

export function markAt(start: number, end: number, rest: Partial<Mark> = {}): Mark {
  return { id: `${start}`, start, end, kind: 'span', known: true, label: `about ${start}`, ...rest };
}

/** Marks of the first occurrence of each, in the order of the text. */
export function marksOn(text: string, ...words: readonly string[]): readonly Mark[] {
  return words
    .map((word) => {
      const start = text.indexOf(word);
      return markAt(start, start + word.length, { kind: word.startsWith('[') ? 'citation' : 'span' });
    })
    .sort((a, b) => a.start - b.start);
}

/** What is drawn for each mark, its pieces joined. */
export function drawnMarks(container: Element): ReadonlyMap<string, string> {
  const drawn = new Map<string, string>();
  for (const element of container.querySelectorAll<HTMLElement>('[data-mark]')) {
    const id = element.dataset['mark']!;
    drawn.set(id, (drawn.get(id) ?? '') + (element.firstChild?.textContent ?? ''));
  }
  return drawn;
}

/** The elements as if nothing were marked. */
export function withoutMarks(container: Element): string {
  const copy = container.cloneNode(true) as Element;
  for (const mark of copy.querySelectorAll('[data-mark]'))
    mark.replaceWith(mark.firstChild?.textContent ?? '');
  return markupOf(copy);
}

export function markupOf(container: Element): string {
  return container.innerHTML.replaceAll(/<!--.*?-->/gs, '');
}

/** The words of a drawn text, without what is no text of the source, or no place for marks. */
export function plainWords(container: Element): Element {
  const copy = container.cloneNode(true) as Element;
  for (const other of copy.querySelectorAll('.code, code, .maths, .picture, .host, .visually-hidden')) {
    other.remove();
  }
  return copy;
}
