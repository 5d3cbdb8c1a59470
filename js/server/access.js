import { ReplicationError } from '../errors.js';
import { answer } from './answer.js';
import { bearerTokens } from './tokens.js';

/**
 * @typedef {object} Wish what a request wants
 * @property {string} database name
 * @property {'read' | 'write'} right
 * @property {'data' | 'file' | 'meta' | 'metrics'} kind of the object; 'metrics': what the server did, of all databases,
 *   whose name is then `*`
 *
 * @typedef {boolean | { allowed: boolean, known?: boolean, name?: string | null }} Verdict
 *   `known: false`: nobody has this token (401), instead of one that lacks the right (403); `name`: of the
 *   token, for the log
 *
 * @typedef {(token: string | null, wish: Wish) => Verdict | Promise<Verdict>} Authorize token: of the header
 *   `Authorization: Bearer <token>`; null: there is none, and what is not allowed is 401
 *
 * @typedef {{ headers: { get: (name: string) => string | null } }} Asker a `Request` is one, and a PlainRequest
 *
 * @typedef {object} Access
 * @property {boolean} isProtected whether it asks for tokens at all
 * @property {(request: Asker, key: Omit<Wish, 'right'>, right: 'read' | 'write') =>
 *   Promise<{ refusal: import('./answer.js').Answer | null, name: string | null }>} check
 * @property {(database: string) => boolean} isPublic everybody may read it, so that any cache may keep it
 */

const NO_REFUSAL = Object.freeze({ refusal: null, name: null });

/**
 * Who may do what.
 *
 * @param {object} options without `tokens` and `authorize`, everybody may do everything
 * @param {import('./tokens.js').Token[]} [options.tokens]
 * @param {Authorize} [options.authorize] instead
 * @param {boolean | string[]} [options.publicRead] databases that everybody may read: all, or these
 * @returns {Access}
 * @throws {ReplicationError} `invalid-argument`
 */
export function accessRules({ tokens, authorize, publicRead = false }) {
  if (tokens !== undefined && authorize !== undefined) {
    throw new ReplicationError('invalid-argument', 'a server takes either tokens or authorize');
  }
  const decide = tokens === undefined ? authorize : bearerTokens(tokens);
  if (decide === undefined) {
    if (publicRead !== false) {
      const message = 'publicRead needs tokens or authorize: without them everybody may write';
      throw new ReplicationError('invalid-argument', message);
    }
    return { isProtected: false, check: async () => NO_REFUSAL, isPublic: () => true };
  }
  const isPublic = (database) =>
    Array.isArray(publicRead) ? publicRead.includes(database) : publicRead;

  async function check(request, { database, kind }, right) {
    if (right === 'read' && kind !== 'metrics' && isPublic(database)) return NO_REFUSAL;
    const token = bearerOf(request);
    const verdict = await decide(token, { database, right, kind });
    const {
      allowed,
      known = true,
      name = null,
    } = typeof verdict === 'object' ? verdict : { allowed: verdict };
    if (allowed === true) return { refusal: null, name };
    if (token === null) return { refusal: challenge(401, 'a token is needed'), name: null };
    if (!known) return { refusal: challenge(401, 'unknown token', 'invalid_token'), name: null };
    const refusal = challenge(403, `no right to ${right} this database`, 'insufficient_scope');
    return { refusal, name };
  }
  return { isProtected: true, check, isPublic };
}

/** @param {Asker} request @returns {string | null} */
function bearerOf(request) {
  const header = request.headers.get('authorization') ?? '';
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(header)?.[1] ?? null;
}

/** An answer as RFC 6750, section 3, wants it. */
function challenge(status, message, error) {
  const reason = error === undefined ? '' : `, error="${error}"`;
  return answer(status, message, {
    'Cache-Control': 'no-store',
    'WWW-Authenticate': `Bearer realm="fireproof-wasm"${reason}`,
  });
}
