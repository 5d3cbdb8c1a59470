// A device of ours with the methods of writer-0.14.js and writer-0.24.js, as a process that can be killed.
import { connect, fireproof } from 'fireproof-wasm';
import { serve } from '../../interop/peers/serve.js';

const dir = process.env.HOME;
let db = null;
let connection = null;

const device = {
  async open({ database, format, key }) {
    db = fireproof(database, { format, key: key ?? undefined, storage: { type: 'file', dir } });
    await db.ready;
  },
  async connect({ url }) {
    connection = connect.rest(db, { url, poll: 0 });
    await connection.loaded;
  },
  put: async ({ doc }) => void (await db.put(doc)),
  bulk: async ({ docs }) => void (await db.bulk(docs)),
  /** Both at the same time. */
  compactAndPut: async ({ docs }) =>
    void (await Promise.all([db.compact(), ...docs.map((doc) => db.put(doc))])),
  ids: async () => (await db.allDocs()).rows.map(({ key }) => key),
  refresh: () => connection.refresh(),
  /** Whether all is at the remote, once the connection says that it is. */
  async settle() {
    await connection.synced();
    return connection.status.safe;
  },
};

serve(device, (text) => ({ '/': text }));
