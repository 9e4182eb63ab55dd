/** Where the page is, from `location.hash`. */
export type Route =
  | { readonly page: 'chat'; readonly conversationId: string | null }
  | { readonly page: 'settings' }
  | { readonly page: 'unknown' };

export function toRoute(hash: string): Route {
  const path = hash.replace(/^#\/?/, '').replace(/[?&].*$/, '');
  if (path === '') return { page: 'chat', conversationId: null };
  if (path === 'settings') return { page: 'settings' };
  const conversation = /^c\/([\w-]+)$/.exec(path);
  return conversation ? { page: 'chat', conversationId: conversation[1]! } : { page: 'unknown' };
}
