import { ReplicationError } from '../errors.js';

/**
 * @typedef {object} Token
 * @property {string} [name] for the log; shows nothing of the token
 * @property {string} [token] 16 to 512 characters of letters, digits and `-._~+/=`
 * @property {string} [sha256] instead: the SHA-256 of the token, hexadecimal, so that it is not kept anywhere
 * @property {string[] | '*'} databases whose objects it opens, or all
 * @property {'read' | 'write'} rights write includes reading
 */

/** What a bearer token may consist of (RFC 6750, section 2.1). */
const TOKEN = /^[\w.~+/-]{16,512}=*$/;

/**
 * Gives the function that tells what a bearer token may do, from a list of tokens. Tokens are compared by
 * their hashes, each time with all of the list, so that the time it takes tells nothing.
 *
 * @param {Token[]} tokens
 * @returns {import('./access.js').Authorize}
 * @throws {ReplicationError} `invalid-argument` with the place in the list, never with a token
 */
export function bearerTokens(tokens) {
  if (!Array.isArray(tokens)) {
    throw new ReplicationError('invalid-argument', 'tokens have to be a list');
  }
  tokens.forEach(check);
  const known = Promise.all(tokens.map(hashed));
  // Reported by the first request that needs it.
  known.catch(() => {});
  return async (token, { database, right }) => {
    if (token === null) return false;
    const digest = await hashOf(token);
    let found;
    for (const entry of await known) if (areEqual(entry.digest, digest)) found = entry;
    if (found === undefined) return { allowed: false, known: false };
    const { databases, name, rights } = found;
    const isScoped = databases === '*' || databases.includes(database);
    return { allowed: isScoped && (right === 'read' || rights === 'write'), name };
  };
}

/** @param {Token} entry @param {number} index */
function check({ name, token, sha256, databases, rights, ...others }, index) {
  const refuse = (message) => {
    throw new ReplicationError('invalid-argument', `token ${index + 1}: ${message}`);
  };
  const isText = (value) => typeof value === 'string';
  if ((token === undefined) === (sha256 === undefined)) refuse('needs either token or sha256');
  if (token !== undefined && !(isText(token) && TOKEN.test(token))) {
    refuse('a token has 16 to 512 letters, digits or -._~+/=');
  }
  if (sha256 !== undefined && !(isText(sha256) && /^[0-9a-f]{64}$/i.test(sha256))) {
    refuse('sha256 has 64 hexadecimal digits');
  }
  if (databases !== '*' && !(Array.isArray(databases) && databases.every(isText))) {
    refuse("databases are a list of names, or '*'");
  }
  if (rights !== 'read' && rights !== 'write') refuse("rights are 'read' or 'write'");
  if (name !== undefined && !isText(name)) refuse('the name is a text');
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) refuse(`there is no option ${unknown}`);
}

/** @param {Token} entry */
async function hashed({ name = null, token, sha256: hex, databases, rights }) {
  const digest =
    token === undefined
      ? Uint8Array.from(hex.match(/../g), (byte) => parseInt(byte, 16))
      : await hashOf(token);
  return { name, digest, rights, databases: databases === '*' ? '*' : [...databases] };
}

/** @param {string} text */
async function hashOf(text) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

/** Compares all bytes, wherever they differ. */
function areEqual(left, right) {
  let difference = 0;
  for (let index = 0; index < 32; index++) difference |= left[index] ^ right[index];
  return difference === 0;
}
