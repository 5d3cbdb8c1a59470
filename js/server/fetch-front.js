/**
 * The handler for whoever speaks the Fetch API.
 *
 * @param {(request: import('./plain-request.js').PlainRequest) => Promise<import('./answer.js').Answer>} handler
 * @returns {(request: Request) => Promise<Response>}
 */
export function fetchFront(handler) {
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const { body, ...init } = await handler({
      method: request.method,
      path: pathname,
      targetLength: pathname.length + search.length,
      headers: request.headers,
      body: () => request.body,
      client: null,
    });
    return new Response(/** @type {BodyInit | null} */ (body), init);
  };
}
