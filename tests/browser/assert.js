/**
 * Assertions that run in browsers and in Node alike, for suites that run in both.
 */

/** @param {unknown} value */
function show(value) {
  if (value instanceof Uint8Array)
    return `${value.length} bytes [${value.slice(0, 8).join(' ')} …]`;
  return typeof value === 'string'
    ? JSON.stringify(value)
    : (JSON.stringify(value) ?? String(value));
}

/**
 * @param {unknown} a
 * @param {unknown} b
 */
function sameBytes(a, b) {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/**
 * @param {unknown} condition
 * @param {string} message
 */
export function ok(condition, message) {
  if (!condition) throw new Error(message);
}

/**
 * Equal values: bytes by content, everything else by Object.is, lists and plain objects by their JSON.
 *
 * @param {unknown} actual
 * @param {unknown} expected
 * @param {string} [what]
 */
export function equal(actual, expected, what = 'value') {
  const bothBytes = actual instanceof Uint8Array && expected instanceof Uint8Array;
  const bothObjects =
    actual && expected && typeof actual === 'object' && typeof expected === 'object';
  const same = bothBytes
    ? sameBytes(actual, expected)
    : Object.is(actual, expected) ||
      (bothObjects && JSON.stringify(actual) === JSON.stringify(expected));
  ok(same, `${what} is ${show(actual)}, expected ${show(expected)}`);
}

/**
 * @param {Promise<unknown>} promise must reject
 * @param {string[]} codes any of which the error must have as `code`
 * @returns {Promise<any>} the error
 */
export async function rejects(promise, ...codes) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    ok(
      codes.includes(error.code),
      `rejected with ${error.code ?? error}, expected ${codes.join(' or ')}`,
    );
    return error;
  }
  throw new Error(`resolved to ${show(value)}, expected ${codes.join(' or ')}`);
}

/**
 * Waits until a condition holds.
 *
 * @param {() => unknown} condition
 * @param {string} what for the message
 * @param {number} [patience] milliseconds
 */
export async function until(condition, what, patience = 5000) {
  const end = Date.now() + patience;
  while (!(await condition())) {
    ok(Date.now() < end, `waited ${patience} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
