// Lists of the checkout's files, and folders that are there only when they are complete.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inCheckout } from './checkout.mjs';

/**
 * The files below a folder, as sorted paths that start with it; none if the folder does not exist.
 * @param {string} folder
 * @param {RegExp} pattern of the path
 */
export function filesBelow(folder, pattern) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((file) => join(folder, file))
    .filter((path) => pattern.test(path))
    .sort();
}

/** Our C++ sources, wherever they are in the checkout. */
export const cppFiles = () =>
  ['core', 'wasm', 'tests/core', 'tests/simulator', 'bench'].flatMap((folder) =>
    filesBelow(inCheckout(folder), /\.(cpp|hpp)$/),
  );

/**
 * Gives `fill` a new folder beside `target`, from which it renames what is finished; the rest is deleted.
 * @param {string} target
 * @param {(temporary: string) => Promise<void>} fill
 */
export async function besideThenRename(target, fill) {
  const temporary = mkdtempSync(`${target}.`);
  try {
    await fill(temporary);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
