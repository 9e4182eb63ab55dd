/** Where the page is, from `location.hash`. */
export type Route =
  /** `messageId`: the message to bring into view; the address ends with `?message=<id>`. */
  | { readonly page: 'chat'; readonly conversationId: string | null; readonly messageId: string | null }
  /** `adding`: with the form for a new connection. */
  | { readonly page: 'settings'; readonly adding: boolean }
  | { readonly page: 'costs' | 'videos' }
  | { readonly page: 'unknown' };

export function toRoute(hash: string): Route {
  const path = hash.replace(/^#\/?/, '').replace(/[?&].*$/, '');
  if (path === '') return { page: 'chat', conversationId: null, messageId: null };
  if (path === 'settings' || path === 'settings/new') {
    return { page: 'settings', adding: path !== 'settings' };
  }
  if (path === 'costs' || path === 'videos') return { page: path };
  const conversation = /^c\/([\w-]+)$/.exec(path);
  if (!conversation) return { page: 'unknown' };
  const messageId = /[?&]message=([\w-]+)/.exec(hash)?.[1] ?? null;
  return { page: 'chat', conversationId: conversation[1]!, messageId };
}
