// A device of Fireproof 0.14.2 or 0.14.9 with connect 0.14.1; run by peer.js, whose class says what the methods do.
import { CID } from 'multiformats/cid';
import { RemoteDirectory } from '../remote-directory.js';
import { importBundles } from './bundles-0.14.js';
import { documentCalls, split } from './document-calls.js';
import { eventually } from './eventually.js';
import { serve } from './serve.js';

const { fireproof, connect } = await importBundles(process.argv[2]);

let db = null;
let connection = null;
let directory = null;
/** Where a presigning service is to be found, if the remote is one. */
let service = null;
/** The meta that the package has uploaded and `publish` has not yet put in place. */
let unpublished = null;

const loader = () => db._crdt.blocks.loader;
const clock = () => loader().clock.head.map(String).sort();

/** The four functions of a raw connection (format page 0.14, section 2.3). CARs are stored at once. */
const functions = {
  async metaUpload(bytes) {
    unpublished = bytes;
    return null;
  },
  async dataUpload(bytes, { type, car }) {
    directory.writeCar(type, car, bytes);
  },
  async metaDownload() {
    const meta = directory.readMeta();
    return meta && [meta];
  },
  dataDownload: async ({ type, car }) => directory.readCar(type, car),
};

/** Waits until what was committed is uploaded; the package does that later, by itself. */
const drain = () =>
  connection &&
  eventually(async () => {
    await loader().writing;
    await loader().compacting;
    await loader().remoteMetaLoading;
    const { walState, processQueue } = loader().remoteWAL;
    const { operations, noLoaderOps, fileOperations } = walState;
    const waiting = operations.length + noLoaderOps.length + fileOperations.length;
    return waiting === 0 && !processQueue.processing;
  }, 'the write-ahead log to be empty');

const device = {
  ...documentCalls({ db: () => db, clock, drain }),
  async open({ database, remote, public: isPublic, offline, s3 }) {
    await device.close();
    directory = new RemoteDirectory(remote, { format: '0.14', database });
    db = fireproof(database, isPublic ? { public: true } : {});
    await loader().ready;
    service = s3;
    if (!offline) return device.attach();
    return { clock: clock() };
  },
  async attach() {
    // Before the first write: a second device has to take over the header, or its history is unrelated.
    connection = service ? connect.s3(db, service) : connect.raw(db, functions);
    await connection.loaded;
    await drain();
    return { clock: clock() };
  },
  /** Puts issued together are written together, save the first. */
  async bulk({ docs }) {
    const done = await Promise.all(docs.map((doc) => db.put(doc)));
    await drain();
    return { ids: done.map(({ id }) => id), clock: clock() };
  },
  async allDocs() {
    // Without a head the package has nothing to list from.
    const rows = clock().length === 0 ? [] : (await db.allDocs()).rows;
    const isDeleted = ({ value }) => value._deleted === true && Object.keys(value).length === 2;
    return split(rows, isDeleted);
  },
  log: async () => loader().carLog.map((cid) => [String(cid)]),
  async pull() {
    await connection.refresh();
    await drain();
    return { clock: clock() };
  },
  async publish() {
    if (unpublished) directory.writeMeta(unpublished);
    unpublished = null;
  },
  key: async () => loader().key ?? null,
  async close() {
    db = connection = directory = unpublished = null;
  },
};

serve(device, CID.parse);
