// A device of Fireproof 0.24.19 that replicates through our connector while it runs; a Peer of the kind `adapted`.
import { Result } from '@adviser/cement';
import { fireproof, registerStoreProtocol } from '@fireproof/core';
import { CID } from 'multiformats/cid';
import { join } from 'node:path';
import { attachable, registerGateway } from 'fireproof-wasm/interop';
import { CHANGES, killAt } from '../../storage/kill-at.js';
import { writeFor } from '../interchange/writes.js';
import { adapterTo } from './adapter.js';
import { split } from './document-calls.js';
import { presetKey } from './key-bag.js';
import { serve } from './serve.js';

const home = process.env.HOME;
let db = null;
let remote = null;
let failures = 0;

registerGateway({ Result, registerStoreProtocol });

const device = {
  async open({ database, key, ...place }) {
    presetKey(join(home, 'keys', database), database, key);
    db = fireproof(database, {
      storeUrls: { base: `file://${home}/stores` },
      keyBag: { url: `file://${home}/keys/${database}` },
    });
    await db.ready();
    const { connector, options } = adapterTo({ ...place, database, format: '0.24' });
    remote = attachable(connector, { ...options, poll: 1000, onError: () => (failures += 1) });
    // Before the first write: what a session writes before it attaches is never uploaded.
    await db.attach(remote);
  },
  put: async ({ doc }) => void (await db.put(doc)),
  del: async ({ id }) => void (await db.del(id)),
  killAt: async ({ n }) => killAt(n, CHANGES),
  write: (plan) => writeFor({ ...plan, put: (doc) => db.put(doc), del: (id) => db.del(id) }),
  async synced() {
    await remote.synced();
    // One that fails comes with the next poll.
    await remote.refresh().catch(() => {});
  },
  async allDocs() {
    const { rows } = await db.allDocs({ includeDeleted: true });
    return split(rows, ({ value }) => Boolean(value._deleted));
  },
  numbers: async () => ({
    failures,
    log: db.ledger.crdt.blockstore.loader.carLog.asArray().length,
  }),
  async close() {
    await db.close();
    remote.close();
  },
};

serve(device, CID.parse);
