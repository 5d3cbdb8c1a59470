import { ReplicationError } from '../../errors.js';
import { WHY_HIDDEN, corsRulesHere, isHidden } from './cors.js';
import { errorOfFailure, isRefusal, readFailure } from './failure.js';

/** Statuses that are answers which the caller understands, if they are about the object. */
const ANSWERS = [304, 404, 409, 410, 412, 501];

/**
 * A `fetch` for HttpClient that signs. It asks for other credentials once when those it has are refused, and signs
 * once more when the answer shows that the clock here is wrong. What S3 says about a failure is in the error.
 *
 * @param {object} options
 * @param {string} options.remote for errors
 * @param {typeof globalThis.fetch} options.fetch
 * @param {import('./credentials.js').CredentialSource} options.credentials
 * @param {import('./signer.js').Signer} options.signer
 * @returns {(url: string, init: RequestInit) => Promise<Response>} GET and HEAD are signed in the query, PUT in its
 *   headers. Rejects with what fetch does, and ReplicationErrors
 */
export function signedFetch({ remote, fetch, credentials, signer }) {
  async function send(url, init, keys) {
    if (init.method !== 'PUT') {
      return fetch(await signer.inQuery({ url, method: init.method ?? 'GET' }, keys), init);
    }
    return fetch(url, { ...init, headers: await signer.inHeaders({ url, ...init }, keys) });
  }

  /** The answer to a HEAD has no body, and does not say why: a GET of the same is refused for the same reason. */
  async function reasonOf(failure, url, init, keys) {
    if (init.method !== 'HEAD' || failure.code !== '') return failure;
    const response = await send(url, { ...init, method: 'GET' }, keys);
    const reason = await readFailure(response);
    return response.status === failure.status ? reason : failure;
  }

  return async (url, init) => {
    let given = credentials.get();
    const left = { renewal: credentials.canRenew, correction: true };
    const renew = () => {
      if (!left.renewal) return false;
      left.renewal = false;
      given = credentials.get(given);
      return true;
    };
    for (;;) {
      const keys = await given;
      const { offset } = signer;
      let response;
      try {
        response = await send(url, init, keys);
      } catch (cause) {
        if (cause instanceof ReplicationError || init.signal?.aborted) throw cause;
        if (!(await isHidden(url, { fetch, signal: init.signal }))) throw cause;
        if (renew()) continue;
        const message = `${url}: ${WHY_HIDDEN}. A configuration that allows it: ${corsRulesHere()}`;
        throw new ReplicationError('offline', message, { remote, cause });
      }
      if (response.ok || response.status < 300) return response;
      let failure = await readFailure(response);
      if (isRefusal(failure)) {
        if (left.correction && signer.learn(failure.time, offset)) {
          left.correction = false;
          continue;
        }
        if (renew()) continue;
        failure = await reasonOf(failure, url, init, keys);
      }
      const { status, headers } = response;
      const isAnswer = ANSWERS.includes(status) && failure.code !== 'NoSuchBucket';
      if (isAnswer) return new Response(null, { status, headers });
      throw errorOfFailure(failure, { remote, what: url });
    }
  };
}
