import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Functions of node:fs/promises and of its file handles that change what is stored. */
export const CHANGES = ['mkdir', 'rename', 'link', 'unlink', 'rm', 'writeFile', 'datasync', 'sync'];

/** These, and those that only look. */
export const STEPS = [...CHANGES, 'open', 'close', 'readdir', 'readFile', 'stat'];

/**
 * Kills this process by SIGKILL at the Nth call of one of these functions from now on. Calls of modules that imported
 * them before count too.
 *
 * @param {number} n from 1 on
 * @param {string[]} names
 */
export function killAt(n, names) {
  let calls = 0;
  const count = (owner) => {
    for (const name of names.filter((each) => each in owner)) {
      const original = owner[name];
      owner[name] = function (...args) {
        calls += 1;
        if (calls === n) process.kill(process.pid, 'SIGKILL');
        return original.apply(this, args);
      };
    }
    return owner;
  };
  const { open } = fs.promises;
  fs.promises.open = async (...args) => count(await open(...args));
  count(fs.promises);
  syncBuiltinESMExports();
}
