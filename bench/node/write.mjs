// Local writes: ours and the JavaScript package of 0.24 in turn, in one run, each on files of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fireproof as peer } from '@fireproof/core';
import { fireproof } from '../../dist/node.js';
import { makeDocuments } from '../documents.mjs';
import { alternate, print } from './measure.mjs';

const PUTS = 300;
const BULK = 1000;

/** A new database of each kind, with what is common to both. */
function openers(folder) {
  let count = 0;
  const next = () => join(folder, String(count++));
  return {
    'fireproof-wasm': () => fireproof('bench', { storage: { type: 'file', dir: next() } }),
    '@fireproof/core 0.24.19': () => {
      const dir = next();
      return peer('bench', {
        storeUrls: { base: `file://${dir}/store` },
        keyBag: { url: `file://${dir}/keybag` },
      });
    },
  };
}

async function compare(title, folder, rounds, work) {
  const works = Object.entries(openers(folder)).map(([name, open]) => [
    name,
    async () => {
      const db = open();
      await work(db);
      await db.close();
    },
  ]);
  print(title, await alternate(Object.fromEntries(works), rounds));
}

export async function write() {
  const folder = await mkdtemp(join(tmpdir(), 'fireproof-bench-'));
  const documents = makeDocuments(BULK);
  try {
    await compare(`${PUTS} awaited puts into files`, folder, 4, async (db) => {
      for (const document of documents.slice(0, PUTS)) await db.put(document);
    });
    await compare(`${BULK} documents in one bulk, and all read`, folder, 6, async (db) => {
      await db.bulk(documents);
      const { rows } = await db.allDocs();
      if (rows.length !== BULK) throw new Error(`${rows.length} documents`);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
