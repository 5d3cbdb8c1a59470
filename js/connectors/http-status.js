import { ReplicationError } from '../errors.js';

const CODES = {
  401: 'unauthorized',
  403: 'forbidden',
  408: 'timeout',
  409: 'conflict',
  412: 'conflict',
  413: 'quota-exceeded',
  507: 'quota-exceeded',
};

/**
 * The error for an answer that is not a success. 404 and 410 mean "nothing there" to those who read, who
 * handle them before. 0 is what pages see of a redirect that is not followed.
 *
 * @param {number} status
 * @param {{ remote: string, what: string, retryAfter?: number, detail?: string }} details `what` was asked, for
 *   the message; `retryAfter` in milliseconds; `detail` is what the remote said beside the status
 * @returns {ReplicationError}
 */
export function errorOfStatus(status, { remote, what, retryAfter, detail = '' }) {
  const isPassing = status === 429 || (status >= 500 && status < 600);
  // Room may be made (507); an object does not get smaller (413).
  const isOpen = CODES[status] === undefined || CODES[status] === 'quota-exceeded';
  const retryable = isOpen ? isPassing : undefined;
  const answer = status === 0 ? 'with a redirect' : status;
  const message = `${what}: the remote answered ${answer}${detail && ` ${detail}`}`;
  return new ReplicationError(CODES[status] ?? 'server', message, {
    remote,
    retryAfter,
    retryable,
  });
}

/**
 * How long a remote asks to wait. A date is reckoned against the answer's own `Date`, since the clock of this device may be
 * wrong; only where a page does not see that one, against the clock here.
 *
 * @param {Headers} headers of an answer
 * @returns {number | undefined} milliseconds, undefined if Retry-After is absent or malformed
 */
export function retryAfterOf(headers) {
  const header = headers.get('retry-after');
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  if (Number.isNaN(date)) return undefined;
  const there = Date.parse(headers.get('date') ?? '');
  return Math.max(0, date - (Number.isNaN(there) ? Date.now() : there));
}
