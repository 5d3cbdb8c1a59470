import { ERROR_CODES } from '../errors.js';

/** @returns {never} */
export function fail(message) {
  throw Object.assign(new Error(message), { name: 'AssertionError' });
}

export function expect(condition, message) {
  if (!condition) fail(message);
}

/** @param {unknown} actual null, a text, a number or a boolean, as `wanted` */
export function expectSame(actual, wanted, what) {
  if (actual !== wanted) fail(`${what}: ${String(actual)} in place of ${String(wanted)}`);
}

export function expectBytes(actual, wanted, what) {
  expect(actual instanceof Uint8Array, `${what}: ${String(actual)} is no Uint8Array`);
  expectSame(actual.length, wanted.length, `${what}: bytes`);
  const different = wanted.findIndex((byte, at) => byte !== actual[at]);
  expect(different < 0, `${what}: byte ${different} differs`);
}

/**
 * @param {Promise<unknown>} promise has to reject as the contract says
 * @param {import('../connectors/connector.js').Connector} connector whose name the error has to have
 * @param {string} code
 */
export async function expectRejection(promise, connector, code, what) {
  const error = await promise.then(
    () => fail(`${what} did not reject`),
    (reason) => reason,
  );
  if (error?.name === 'AssertionError') throw error;
  expectSame(error?.name, 'ReplicationError', `${what} rejected with ${String(error)}, its name`);
  expect(Object.hasOwn(ERROR_CODES, error.code), `${what}: there is no code "${error.code}"`);
  expectSame(error.code, code, `${what}: code (${error.message})`);
  expectSame(typeof error.retryable, 'boolean', `${what}: type of \`retryable\``);
  expectSame(error.remote, connector.name, `${what}: \`remote\``);
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} seconds
 * @param {() => string} why it took longer, for the message
 * @returns {Promise<T>}
 */
export async function within(promise, seconds, why) {
  let timer;
  const late = new Promise((_, reject) => {
    const end = () => {
      try {
        fail(`not done in ${seconds} s: ${why()}`);
      } catch (error) {
        reject(error);
      }
    };
    timer = setTimeout(end, seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
