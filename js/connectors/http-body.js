import { ReplicationError } from '../errors.js';

/**
 * Bytes a second that a body has to bring, over each period that is as long as the exchange may be silent (30 s). One that
 * trickles more slowly would keep its round for ever.
 */
const SLOWEST = 256;

/**
 * Reads the body of an answer as it comes, and no further than the limit.
 *
 * @param {Response} response
 * @param {object} options
 * @param {string} options.remote for errors
 * @param {string} options.url likewise
 * @param {{ bytes: number, code: string }} options.limit the largest size, and the error when it is larger
 * @param {(bytes: number, totalBytes: number | undefined) => void} [options.onProgress]
 * @param {import('./watch.js').Watch} watch of the exchange
 * @returns {Promise<Uint8Array>}
 */
export async function readBody(response, { remote, url, limit, onProgress }, watch) {
  const total = totalOf(response.headers);
  if (response.body === null) return new Uint8Array(0);
  const reader = response.body.getReader();
  const parts = [];
  let received = 0;
  const window = { end: performance.now() + watch.stall, least: leastIn(watch.stall) };
  try {
    for (;;) {
      if (Math.max(received, total ?? 0) > limit.bytes) {
        const message = `${url} is larger than ${limit.bytes} bytes`;
        throw new ReplicationError(limit.code, message, { remote, retryable: false });
      }
      const { done, value } = await watch.next(reader.read());
      if (done) return join(parts, received);
      parts.push(value);
      received += value.length;
      if (performance.now() > window.end) {
        if (received < window.least) throw watch.giveUp(`less than ${SLOWEST} bytes a second`);
        window.end = performance.now() + watch.stall;
        window.least = received + leastIn(watch.stall);
      }
      onProgress?.(received, received <= total ? total : undefined);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error;
  }
}

/** Bytes that have to come in so many milliseconds. @param {number} milliseconds */
const leastIn = (milliseconds) => (SLOWEST * milliseconds) / 1000;

/**
 * @param {Headers} headers
 * @returns {number | undefined} bytes that the body will have, if that is told
 */
function totalOf(headers) {
  const length = headers.get('content-length');
  // Of a compressed body the compressed length is told.
  if (length === null || headers.has('content-encoding') || !/^\d+$/.test(length)) return undefined;
  return Number(length);
}

/**
 * @param {Uint8Array[]} parts
 * @param {number} length of all together, bytes
 */
function join(parts, length) {
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
