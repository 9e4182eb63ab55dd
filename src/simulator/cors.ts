/** The preflight: any origin, the headers that were asked for. What today's Azure answers word for word is not known. */
export function answerPreflight(request: Request): Response {
  return new Response(null, {
    status: 200,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
      'access-control-allow-headers':
        request.headers.get('access-control-request-headers') ?? 'api-key, authorization, content-type',
      'access-control-max-age': '86400',
    },
  });
}

/** `*`, only where an Origin was sent, and nothing exposed: `retry-after` stays invisible to a page. */
export function withCors(request: Request, response: Response): Response {
  if (isReadable(response) && request.headers.has('origin')) {
    response.headers.set('access-control-allow-origin', '*');
  }
  return response;
}

const hidden = new WeakSet<Response>();

/** Marks an answer that must never get CORS headers. */
export function withoutCors(response: Response): Response {
  hidden.add(response);
  return response;
}

export function isReadable(response: Response): boolean {
  return !hidden.has(response);
}
