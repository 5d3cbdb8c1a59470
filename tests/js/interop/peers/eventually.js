import { setTimeout } from 'node:timers/promises';

/**
 * Waits for something that the packages do without telling when.
 *
 * @param {() => boolean | Promise<boolean>} isSo
 * @param {string} what for the message
 */
export async function eventually(isSo, what, seconds = 15) {
  const end = performance.now() + seconds * 1000;
  for (let pause = 1; !(await isSo()); pause = Math.min(pause * 2, 20)) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await setTimeout(pause);
  }
}
