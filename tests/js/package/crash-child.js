/**
 * A process that writes to a database in files, to be killed. Started as
 *   node crash-child.js step DIR FORMAT WORK N    does one thing, and dies by SIGKILL at the Nth change of a file
 *   node crash-child.js loop DIR FORMAT SEED N    makes the writes of a history from the Nth on until it is killed
 * Prints one character for each write that was acknowledged.
 */

import { fireproof } from 'fireproof-wasm';
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { CHANGES, killAt } from '../storage/kill-at.js';
import { take, writeOn, writesOf } from './write-history.js';

/** The content of an attachment. */
export const FILE = new Uint8Array(5000).map((_, at) => at * 7);

export const openIn = (dir, format) =>
  fireproof('crash', { format, storage: { type: 'file', dir } });

/** What `loop` writes. */
export const historyOf = (seed) => writesOf({ seed, writer: 'w' });

/** What `step` does. */
const WORKS = {
  commit: (db) =>
    db.bulk([
      { _id: 'new', _files: { a: FILE } },
      { _id: 'd1', n: 'new' },
      { _id: 'd0', _deleted: true },
    ]),
  seal: (db) => db.replica(),
  compact: (db) => db.compact(),
};

async function step(dir, format, work, n) {
  const db = openIn(dir, format);
  await db.ready;
  killAt(Number(n), CHANGES);
  await WORKS[work](db);
  writeSync(1, '.');
  await db.close();
}

async function loop(dir, format, seed, first) {
  const history = historyOf(Number(seed));
  take(history, Number(first));
  await writeOn(openIn(dir, format), history, () => writeSync(1, '.'));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [mode, ...parameters] = process.argv.slice(2);
  await { step, loop }[mode](...parameters);
}
