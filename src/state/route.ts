/** Where the page is, from `location.hash`. */
export type Route =
  | { readonly page: 'chat'; readonly conversationId: string | null }
  /** `adding`: with the form for a new connection. */
  | { readonly page: 'settings'; readonly adding: boolean }
  | { readonly page: 'costs' }
  | { readonly page: 'unknown' };

export function toRoute(hash: string): Route {
  const path = hash.replace(/^#\/?/, '').replace(/[?&].*$/, '');
  if (path === '') return { page: 'chat', conversationId: null };
  if (path === 'settings' || path === 'settings/new') {
    return { page: 'settings', adding: path !== 'settings' };
  }
  if (path === 'costs') return { page: 'costs' };
  const conversation = /^c\/([\w-]+)$/.exec(path);
  return conversation ? { page: 'chat', conversationId: conversation[1]! } : { page: 'unknown' };
}
