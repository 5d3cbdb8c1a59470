/**
 * A process that works on a file store, to be killed or raced with. Started as
 *   node file-child.js loop DIR            commits until killed, prints each version that was acknowledged
 *   node file-child.js step DIR N          dies by SIGKILL at the Nth call to the file system of one commit
 *   node file-child.js race DIR COUNT ID   makes COUNT commits in competition with others
 */

import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { STEPS, killAt } from './kill-at.js';

export const STORE = { name: 'crash', format: '0.24' };

/** The rows that version n of the record names: those of the last three commits. */
export function rowsOf(version) {
  const made = [version - 2, version - 1, version].filter((each) => each > 0);
  return made.flatMap((each) => [
    { table: 'car', key: `car${each}`, bytes: new Uint8Array(each % 2 ? 300_000 : 10).fill(each) },
    { table: 'events', key: `event${each}`, bytes: new Uint8Array(100).fill(each) },
  ]);
}

/** The commit that makes version n + 1 out of version n. */
export function commitOn(version) {
  const [before, after] = [rowsOf(version), rowsOf(version + 1)];
  const has = (rows, { key }) => rows.some((row) => row.key === key);
  return {
    version,
    record: new TextEncoder().encode(`version ${version + 1}`),
    put: after.filter((row) => !has(before, row)),
    delete: before.filter((row) => !has(after, row)).map(({ table, key }) => ({ table, key })),
  };
}

async function main([mode, dir, ...rest]) {
  const { FileStorage } = await import('../../../js/storage/file.js');
  const storage = new FileStorage({ ...STORE, dir });
  await storage.open();
  if (mode === 'loop') {
    for (let { version } = await storage.readRecord(); ; version++) {
      if (!(await storage.commit(commitOn(version)))) throw new Error('lost a race with nobody');
      fs.writeSync(1, `${version + 1}\n`);
    }
  }
  if (mode === 'step') {
    const { version } = await storage.readRecord();
    killAt(Number(rest[0]), STEPS);
    await storage.commit(commitOn(version));
  }
  if (mode === 'race') {
    const [count, id] = rest;
    for (let made = 0; made < Number(count);) {
      const { version, record } = await storage.readRecord();
      const names = record ? JSON.parse(Buffer.from(record)) : [];
      const key = `${id}-${made}`;
      const put = [{ table: 'events', key, bytes: Buffer.from(key) }];
      const next = Buffer.from(JSON.stringify([...names, key]));
      if (await storage.commit({ version, record: next, put })) made += 1;
    }
  }
  await storage.close();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.slice(2));
