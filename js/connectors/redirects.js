const REDIRECTS = [301, 302, 303, 307, 308];

/** Redirects that one request may follow. */
const MOST = 5;

/**
 * A GET or HEAD with headers of the application, which are for the origin that it gave and no other: a redirect to another
 * one is followed without them. In pages a redirect cannot be seen before it is followed, so there none is: the answer is
 * the one that `fetch` makes of it, with status 0.
 *
 * @param {(url: string, credentials: Record<string, string>, redirect: 'manual') => Promise<Response>} send
 * @param {string} url
 * @param {Record<string, string>} credentials headers of the application
 * @returns {Promise<Response>} the last one; after five redirects the sixth, and one without a place is an answer as well
 */
export async function followed(send, url, credentials) {
  const { origin } = new URL(url);
  let place = url;
  for (let count = 0; ; count++) {
    const isHome = new URL(place).origin === origin;
    const response = await send(place, isHome ? credentials : {}, 'manual');
    const location = response.headers.get('location');
    if (count === MOST || location === null || !REDIRECTS.includes(response.status))
      return response;
    if (!URL.canParse(location, place)) return response;
    const next = new URL(location, place);
    if (next.protocol !== 'http:' && next.protocol !== 'https:') return response;
    response.body?.cancel().catch(() => {});
    place = next.href;
  }
}
