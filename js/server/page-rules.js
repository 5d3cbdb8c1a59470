import { answer } from './answer.js';

/** Seconds that a browser may remember that requests to an object are allowed. */
const PREFLIGHT_AGE = '86400';

const METHODS = 'GET,HEAD,PUT,OPTIONS';
/** `Date` is what a Retry-After is reckoned by. */
const EXPOSED = 'ETag, Content-Length, Content-Range, Date, Retry-After, WWW-Authenticate, Link';

/** What every page may read. */
const OPEN = Object.freeze({
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': EXPOSED,
});

/**
 * Which pages may use the server. Where origins are named, requests of pages of others are refused, and so are those
 * that reach the server under a name it does not have: a page whose own name was made to point here is of the same origin
 * to its browser (DNS rebinding). Addresses, `localhost`, the hosts of the origins and `hosts` are names that it has.
 *
 * @param {object} options
 * @param {'*' | string[]} options.origins from `parseOrigins`
 * @param {string[]} [options.hosts] further names of the server, without a port
 * @param {boolean} options.isProtected there are tokens, which no page of others has: who sends one is no such page
 */
export function pageRules({ origins, hosts = [], isProtected }) {
  const isOpen = origins === '*';
  const listed = new Set(isOpen ? [] : origins);
  const named = new Set(
    [...hosts, ...[...listed].map((origin) => new URL(origin).hostname)].map((name) =>
      name.toLowerCase(),
    ),
  );

  const isHere = (host) => {
    const name = /^(.*?)(?::\d*)?$/.exec(host.toLowerCase())[1].replace(/\.$/, '');
    const isAddress = /^[\d.]+$/.test(name) || /^\[[\da-f:.]+\]$/.test(name);
    return isAddress || name === 'localhost' || name.endsWith('.localhost') || named.has(name);
  };

  return {
    /**
     * @param {import('./plain-request.js').PlainRequest} request
     * @returns {import('./answer.js').Answer | null} why it is not let in
     */
    refusal({ headers }) {
      if (isOpen) return null;
      const host = headers.get('host');
      const isRebound = host !== null && !isHere(host);
      if (isRebound && !(isProtected && headers.get('authorization') !== null)) {
        return answer(421, 'this server is not known by that name: list it in `hosts`');
      }
      const origin = headers.get('origin');
      if (origin === null || listed.has(origin)) return null;
      if (URL.canParse(origin) && new URL(origin).host === host) return null;
      return answer(403, 'pages of this origin are not let in');
    },

    /** @returns {Record<string, string>} to be added to any answer */
    headers(request) {
      if (isOpen) return OPEN;
      const origin = request.headers.get('origin');
      const own = listed.has(origin) ? { ...OPEN, 'Access-Control-Allow-Origin': origin } : {};
      return { ...own, Vary: 'Origin' };
    },

    /** @returns {import('./answer.js').Answer} to OPTIONS, by which browsers ask whether a request is allowed */
    preflight({ headers }) {
      const asked = headers.get('access-control-request-headers');
      const more = asked === null ? {} : { 'Access-Control-Allow-Headers': asked };
      const vary = isOpen ? {} : { Vary: 'Origin, Access-Control-Request-Headers' };
      return {
        status: 204,
        headers: {
          'Access-Control-Allow-Methods': METHODS,
          'Access-Control-Max-Age': PREFLIGHT_AGE,
          Allow: METHODS,
          ...more,
          ...vary,
        },
        body: null,
      };
    },
  };
}
