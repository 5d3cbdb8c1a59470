import { fireproof } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { rejectsWith } from './databases.js';

/** How a database may be ended before its store is deleted. */
const ENDINGS = {
  'nothing before': () => {},
  'a close that was awaited': (db) => db.close(),
  'a close that was not': (db) => void db.close(),
  'a destroy': (db) => db.destroy(),
};

for (const place of ['file', 'memory']) {
  describe(`destroy() deletes what is stored: ${place}`, () => {
    for (const [what, end] of Object.entries(ENDINGS)) {
      test(`after ${what}`, async () => {
        const dir = await mkdtemp(join(tmpdir(), 'fireproof-destroy-'));
        const storage = place === 'file' ? { type: 'file', dir } : 'memory';
        const name = `destroyed after ${what}`;
        const db = fireproof(name, { storage });
        await db.put({ _id: 'diary' });
        const { hex } = await db.exportKey();
        await end(db);
        await db.destroy();
        await rejectsWith(db.get('diary'), 'closed');
        const again = fireproof(name, { storage });
        assert.deepEqual((await again.allDocs()).rows, []);
        assert.notEqual((await again.exportKey()).hex, hex);
        await again.destroy();
        await rm(dir, { recursive: true });
      });
    }
  });
}
