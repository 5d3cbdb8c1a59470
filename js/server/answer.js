const UTF8 = new TextEncoder();

/**
 * What a request is answered with, whoever asked: fetch-front.js and node-front.js hand it over.
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {Uint8Array | ReadableStream<Uint8Array> | null} body whole, or as it is read; a stream has to be
 *   read to its end or cancelled
 */

/**
 * An answer of one line of text.
 *
 * @param {number} status
 * @param {string} message
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
export function answer(status, message, headers = {}) {
  const body = UTF8.encode(`${message}\n`);
  return {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Content-Length': String(body.length),
      ...headers,
    },
    body,
  };
}
