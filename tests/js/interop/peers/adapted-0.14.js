// A device of Fireproof 0.14 that replicates through our connector while it runs; a Peer of the kind `adapted`.
import { CID } from 'multiformats/cid';
import { rawConnection } from 'fireproof-wasm/interop';
import { CHANGES, killAt } from '../../storage/kill-at.js';
import { writeFor } from '../interchange/writes.js';
import { adapterTo } from './adapter.js';
import { importBundles } from './bundles-0.14.js';
import { split } from './document-calls.js';
import { serve } from './serve.js';

const { fireproof, connect } = await importBundles(process.argv[2]);

let db = null;
let connection = null;
let remote = null;
let failures = 0;

const loader = () => db._crdt.blocks.loader;

const device = {
  async open({ database, ...place }) {
    db = fireproof(database);
    await loader().ready;
    const { connector, options } = adapterTo({ ...place, database, format: '0.14' });
    remote = rawConnection(connector, { ...options, onError: () => (failures += 1) });
    // Before the first write: a second device has to take over the header, or its history is unrelated.
    connection = connect.raw(db, remote);
    await remote.loaded(db);
    remote.watch(connection, { poll: 1000 });
  },
  put: async ({ doc }) => void (await db.put(doc)),
  del: async ({ id }) => void (await db.del(id)),
  killAt: async ({ n }) => killAt(n, CHANGES),
  write: (plan) => writeFor({ ...plan, put: (doc) => db.put(doc), del: (id) => db.del(id) }),
  async synced() {
    await connection.refresh();
    await remote.synced();
  },
  async allDocs() {
    const isDeleted = ({ value }) => value._deleted === true && Object.keys(value).length === 2;
    return split((await db.allDocs()).rows, isDeleted);
  },
  numbers: async () => ({ failures, log: loader().carLog.length }),
  close: async () => remote.close(),
};

serve(device, CID.parse);
