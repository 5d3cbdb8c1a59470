import { connect, fireproof } from 'fireproof-wasm';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { startServer } from '../../browser/server.mjs';
import { fixtureNames } from './fixture-names.js';
import { fixturesSuite } from './fixtures-suite.js';

const server = await startServer();
const dir = await mkdtemp(join(tmpdir(), 'fireproof-fixtures-'));
after(async () => {
  await server.close();
  await rm(dir, { recursive: true });
});

for (const storage of ['memory', { type: 'file', dir }]) {
  describe(`WebAssembly in Node, ${storage.type ?? storage} storage`, () => {
    fixturesSuite({
      test,
      api: { fireproof, connect },
      url: new URL('/tests/fixtures/', server.origin).href,
      storage,
      names: fixtureNames(),
    });
  });
}
