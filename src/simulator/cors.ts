/** The preflight: any origin, the headers that were asked for. What today's Azure answers word for word is not known. */
export function answerPreflight(request: Request): Response {
  return new Response(null, {
    status: 200,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
      'access-control-allow-headers':
        request.headers.get('access-control-request-headers') ?? 'api-key, authorization, content-type',
      'access-control-max-age': '86400',
    },
  });
}

/** `*`, only where an Origin was sent; nothing is exposed (`retry-after` stays invisible) but where a service does. */
export function withCors(request: Request, response: Response): Response {
  if (isReadable(response) && request.headers.has('origin')) {
    response.headers.set('access-control-allow-origin', '*');
    const names = exposedBy(response);
    if (names.length > 0) response.headers.set('access-control-expose-headers', names.join(','));
  }
  return response;
}

const hidden = new WeakSet<Response>();
const exposed = new WeakMap<Response, RegExp>();

/** Marks an answer that must never get CORS headers. */
export function withoutCors(response: Response): Response {
  hidden.add(response);
  return response;
}

/** Marks an answer whose headers of such names a page may read: Blob Storage has rules for that. */
export function withExposed(response: Response, names: RegExp): Response {
  exposed.set(response, names);
  return response;
}

export function isReadable(response: Response): boolean {
  return !hidden.has(response);
}

export function exposedBy(response: Response): readonly string[] {
  const names = exposed.get(response);
  return names ? [...response.headers.keys()].filter((name) => names.test(name)) : [];
}
