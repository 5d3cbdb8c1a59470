// A device of Fireproof 0.24.19; run by peer.js, whose class says what the methods do.
import { fireproof } from '@fireproof/core';
import { CID } from 'multiformats/cid';
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RemoteDirectory } from '../remote-directory.js';
import { documentCalls, split } from './document-calls.js';
import { eventually } from './eventually.js';
import { Attachment } from './gateway-0.24.js';
import { presetKey } from './key-bag.js';
import { serve } from './serve.js';

const home = process.env.HOME;
let db = null;
let attachment = null;
let options = null;
/** How many meta lists the package has taken in; it tells nobody when it has. */
let metasTaken = 0;

const loader = () => db.ledger.crdt.blockstore.loader;
const log = () =>
  loader()
    .carLog.asArray()
    .map((group) => group.map(String));
const clock = () => db.ledger.crdt.clock.head.map(String).sort();

/**
 * Attachments are not replicated by the package: it reads and writes them in its local store only, beside the CARs and
 * without a suffix. The tests carry them (format page, sections 1.2 and 6.7).
 */
function carryFiles() {
  const local = join(home, 'stores', options.database, 'data');
  const remote = join(options.remote, 'file', `fp.${options.database}`);
  mkdirSync(remote, { recursive: true });
  const own = readdirSync(local).filter(
    (name) => name.startsWith('baembei') && !name.includes('.'),
  );
  for (const cid of own) copyMissing(join(local, cid), join(remote, `${cid}.car`));
  for (const name of readdirSync(remote)) {
    copyMissing(join(remote, name), join(local, name.slice(0, -'.car'.length)));
  }
}

function copyMissing(from, to) {
  if (!existsSync(to)) copyFileSync(from, to);
}

/** Waits until everything that was committed is at the remote; the package sends it later, by itself. */
const drain = () =>
  options.offline ||
  eventually(
    () =>
      attachment.isSettled &&
      log()
        .flat()
        .every((cid) => attachment.isDoneWith(cid)),
    'all CARs and their meta to be at the remote',
  );

function countTakenMetas() {
  const take = loader().handleDbMetasFromStore.bind(loader());
  loader().handleDbMetasFromStore = (...parameters) =>
    take(...parameters).finally(() => (metasTaken += 1));
}

const device = {
  ...documentCalls({ db: () => db, clock, drain, beforeFile: carryFiles }),
  async open(parameters) {
    await device.close();
    options = parameters;
    const { database, remote, key, public: isPublic, metaList } = options;
    if (key) presetKey(join(home, 'keys', database), database, key);
    db = fireproof(database, {
      storeUrls: { base: `file://${home}/stores${isPublic ? '?storekey=insecure' : ''}` },
      keyBag: { url: `file://${home}/keys/${database}` },
    });
    const directory = new RemoteDirectory(remote, { format: '0.24', database });
    attachment = new Attachment(directory, metaList);
    await db.ready();
    countTakenMetas();
    if (options.offline) return { clock: clock() };
    // Before the first write: what a session writes before it attaches is never uploaded.
    await db.attach(attachment.attachable);
    await drain();
    return { clock: clock() };
  },
  async bulk({ docs }) {
    const { ids } = await db.bulk(docs);
    await drain();
    return { ids, clock: clock() };
  },
  async allDocs() {
    const { rows } = await db.allDocs({ includeDeleted: true });
    const isDeleted = ({ value }) => Boolean(value._deleted);
    return split(rows, isDeleted);
  },
  log: async () => log(),
  async pull() {
    const before = metasTaken;
    if (attachment.pull()) await eventually(() => metasTaken > before, 'the meta to be taken in');
    await drain();
    return { clock: clock() };
  },
  async publish() {
    carryFiles();
    attachment.publish();
  },
  key: async () => options.key ?? null,
  async close() {
    await db?.close();
    attachment?.forget();
    db = attachment = null;
  },
};

serve(device, CID.parse);
