// A replica from the network, and again from local storage. Objects are served by our own server on the loopback
// interface; nothing is kept between rounds but what a reopened database finds in its files.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, fireproof } from '../../dist/node.js';
import { createServer, listen } from '../../dist/server.js';
import { alternate, print } from './measure.mjs';

const SCENARIOS = [
  {
    name: '0.24/e-1000-bulk',
    database: 'demo',
    format: '0.24',
    key: '000102030405060708090a0b0c0d0e0f',
  },
  {
    name: '0.24/e-1000-puts',
    database: 'demo',
    format: '0.24',
    key: '000102030405060708090a0b0c0d0e0f',
  },
  { name: '0.14/e-1000-docs', database: 'fixture-e', format: '0.14' },
];

async function measure({ name, database, format, key }, folder) {
  const dir = join(folder, 'objects', name);
  await cp(fileURLToPath(new URL(`../../tests/fixtures/${name}/remote`, import.meta.url)), dir, {
    recursive: true,
  });
  const server = await listen(createServer({ dir }));
  const stored = { type: 'file', dir: join(folder, 'stored', name) };

  const clone = async (storage) => {
    const db = fireproof(database, { format, key, storage });
    await connect.rest(db, { url: server.url, mode: 'pull', poll: 0 }).loaded;
    const { rows } = await db.allDocs();
    if (rows.length < 1000) throw new Error(`${name}: ${rows.length} documents`);
    return db;
  };
  await (await clone(stored)).close();

  const results = await alternate(
    {
      'clone into memory, all documents': async () => (await clone('memory')).destroy(),
      'reopen from files, all documents': async () => {
        const db = fireproof(database, { format, key, storage: stored });
        await db.allDocs();
        await db.close();
      },
      'reopen from files, one document': async () => {
        const db = fireproof(database, { format, key, storage: stored });
        await db.allDocs({ limit: 1 });
        await db.close();
      },
    },
    12,
  );
  print(name, results);
  await server.close();
}

export async function read() {
  const folder = await mkdtemp(join(tmpdir(), 'fireproof-bench-'));
  try {
    for (const scenario of SCENARIOS) await measure(scenario, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
