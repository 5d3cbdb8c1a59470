let warned = false;

/**
 * Says once a page that the engine shares the thread of the page, because the browser refused a worker.
 *
 * @param {import('./logger.js').Logger} logger
 */
export function warnOfThread(logger) {
  if (warned) return;
  warned = true;
  logger.warn(
    'fireproof-wasm: the engine runs on the thread of this page, and large reads and pulls block it: the browser refused a worker. ' +
      'A content security policy has to allow it with `worker-src blob:`; fireproof-wasm/slim needs `worker-src` of its own origin. ' +
      '`fireproof(name, { worker: false })` says that it is meant so.',
  );
}
