/**
 * An answer of one line of text.
 *
 * @param {number} status
 * @param {string} message
 * @param {Record<string, string>} [headers]
 * @returns {Response}
 */
export function answer(status, message, headers = {}) {
  const type = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' };
  return new Response(`${message}\n`, { status, headers: { ...type, ...headers } });
}
