/** Where a database reports what is no error and yet should be looked at, unless the application gives it another place. */

const LEVELS = ['debug', 'info', 'warn', 'error'];

/** @typedef {{ debug: Function, info: Function, warn: Function, error: Function }} Logger */

/** @type {(logger: unknown) => logger is Logger} */
export const isLogger = (logger) =>
  typeof logger === 'object' &&
  logger !== null &&
  LEVELS.every((level) => typeof logger[level] === 'function');

/** @type {Logger} looked up at each call, so that whoever replaces `console.warn` hears it */
export const toConsole = Object.freeze(
  Object.fromEntries(LEVELS.map((level) => [level, (...parts) => console[level](...parts)])),
);
