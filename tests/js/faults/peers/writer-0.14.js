// A device of Fireproof 0.14 that replicates over HTTP by itself, with a raw connection; run by cast.js.
import { CID } from 'multiformats/cid';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { peerFolder } from '../../../../scripts/setup/peer-packages.mjs';
import { serve } from '../../interop/peers/serve.js';
import { httpObjects } from './objects.js';

const importBundle = (folder, file) =>
  import(pathToFileURL(join(peerFolder(folder), 'dist', 'node', file)).href);
const { fireproof } = await importBundle(`fireproof-core-${process.argv[2]}`, 'fireproof.esm.js');
const { connect } = await importBundle('fireproof-connect-0.14.1', 'index.esm.js');

let db = null;
let connection = null;

const device = {
  async open({ database }) {
    db = fireproof(database);
    await db._crdt.blocks.loader.ready;
  },
  async connect({ url }) {
    const { put, get } = httpObjects(url);
    connection = connect.raw(db, {
      async metaUpload(bytes, { name, branch }) {
        await put('meta', name, `${branch}.json`, bytes);
        return null;
      },
      dataUpload: (bytes, { type, name, car }) => put(type, name, `${car}.car`, bytes),
      async metaDownload({ name, branch }) {
        const meta = await get('meta', name, `${branch}.json`);
        return meta && [meta];
      },
      dataDownload: ({ type, name, car }) => get(type, name, `${car}.car`),
    });
    await connection.loaded;
  },
  put: async ({ doc }) => void (await db.put(doc)),
  /** Puts issued together are written together, save the first. */
  bulk: async ({ docs }) => void (await Promise.all(docs.map((doc) => db.put(doc)))),
  /** Both at the same time. */
  compactAndPut: async ({ docs }) =>
    void (await Promise.all([db.compact(), ...docs.map((doc) => db.put(doc))])),
  ids: async () => {
    if (db._crdt.blocks.loader.clock.head.length === 0) return [];
    return (await db.allDocs()).rows.filter(({ value }) => !value._deleted).map(({ key }) => key);
  },
  refresh: async () => void (await connection.refresh()),
};

serve(device, CID.parse);
