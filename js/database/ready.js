/**
 * A promise that can also be called, as applications of either kind write it: `await db.ready` and `await db.ready()`.
 *
 * @param {Promise<void>} promise
 * @returns {Promise<void> & (() => Promise<void>)}
 */
export function callablePromise(promise) {
  const call = () => promise;
  const methods = {};
  for (const name of ['then', 'catch', 'finally'])
    methods[name] = { value: (...handlers) => promise[name](...handlers) };
  return Object.defineProperties(call, methods);
}
