/**
 * What pages see of a bucket depends on its CORS configuration, and answers without its headers they do not see at all:
 * Ceph and Swift leave them out of a 403.
 */

/** Milliseconds that a look whether the remote can be reached may take. */
const PATIENCE = 10_000;

/** The configuration of a bucket that pages write to, for people to paste. @param {string} origin of the page */
export const corsRules = (origin) =>
  JSON.stringify([
    {
      AllowedOrigins: [origin],
      AllowedMethods: ['GET', 'HEAD', 'PUT'],
      AllowedHeaders: ['*'],
      ExposeHeaders: ['ETag', 'Date', 'Retry-After'],
      MaxAgeSeconds: 3600,
    },
  ]);

/** The same for the page, or whatever it is, that this runs in. */
export const corsRulesHere = () => corsRules(globalThis.location?.origin ?? '*');

/**
 * Whether a request failed although the remote is there, so that its answer was kept from this page. A request
 * without CORS tells: nothing of its answer can be read, but that there was one.
 *
 * @param {string} url
 * @param {{ fetch: typeof globalThis.fetch, signal?: AbortSignal }} options
 * @returns {Promise<boolean>} outside pages always false: there, every answer is seen
 */
export async function isHidden(url, { fetch, signal }) {
  if (globalThis.location === undefined) return false;
  const patience = AbortSignal.timeout(PATIENCE);
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const each of [patience, signal]) each?.addEventListener('abort', end, { once: true });
  try {
    const options = { method: 'HEAD', mode: 'no-cors', credentials: 'omit', cache: 'no-store' };
    await fetch(url, { ...options, signal: stop.signal });
    return true;
  } catch {
    return false;
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

/** Why an answer may be hidden, for a message. */
export const WHY_HIDDEN =
  'the remote is there, but the browser does not show its answer: either the credentials are refused (wrong, ' +
  'expired, or the clock of this device is wrong) and the remote says so without CORS headers, or its CORS ' +
  'configuration does not allow this page';
