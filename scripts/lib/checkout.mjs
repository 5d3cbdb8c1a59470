// Places inside the checkout, as absolute paths.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** @param {string[]} parts path below the checkout, e.g. `inCheckout('build', 'wasm')` */
export const inCheckout = (...parts) => join(root, ...parts);
