/** What is wrong with a document id; null: nothing. No rule is documented: what every part of the service takes. */
export function documentIdProblem(id: string, taken: readonly string[]): 'form' | 'taken' | null {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) return 'form';
  return taken.includes(id) ? 'taken' : null;
}
