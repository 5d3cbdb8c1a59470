import { ReplicationError } from '../errors.js';

/**
 * The origins of pages, as browsers send them: scheme, host, and port if it is not the usual one.
 *
 * @param {unknown} origins `'*'`, or a list of such as `https://app.example`; a slash at the end and capitals
 *   in the host make no difference
 * @returns {'*' | string[]}
 * @throws {ReplicationError} `invalid-argument` that says what is wrong with which
 */
export function parseOrigins(origins) {
  if (origins === '*') return '*';
  if (!Array.isArray(origins)) {
    const message = "origins are '*', or a list such as ['https://app.example']";
    throw new ReplicationError('invalid-argument', message);
  }
  return origins.map(parseOrigin);
}

/** @param {unknown} text */
function parseOrigin(text) {
  const reason = reasonAgainst(text);
  if (reason === null) return new URL(/** @type {string} */ (text)).origin;
  throw new ReplicationError('invalid-argument', `no origin: ${String(text)}: ${reason}`);
}

/** @param {unknown} text @returns {string | null} why it is none */
function reasonAgainst(text) {
  if (typeof text !== 'string') return 'an origin is a text';
  if (text === '*') return "'*' stands alone, not in a list";
  if (!/^https?:\/\//i.test(text)) {
    const isScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
    return isScheme
      ? 'pages have the scheme https or http'
      : `the scheme is missing, as in https://${text}`;
  }
  if (!URL.canParse(text)) return 'malformed';
  const { origin, pathname, search, hash, username, password } = new URL(text);
  if (username + password + search + hash !== '' || pathname !== '/') {
    return `an origin has no path, query or user: ${origin}`;
  }
  if (/[*,]/.test(origin)) return 'one host, without wildcards';
  return null;
}
