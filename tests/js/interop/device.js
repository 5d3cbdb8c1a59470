import { connect, fireproof } from 'fireproof-wasm';
import { RemoteDirectory } from './remote-directory.js';
import { tagged, untagged } from './tags.js';

let made = 0;

/**
 * One device of ours, with the methods of a Peer (peers/peer.js). It pulls from the remote folder with a raw connection,
 * and publishes by copying there what a remote needs: CARs and attachments first, then the meta. Opened with `offline` it
 * sees no remote until `connect`, and then replicates by itself.
 */
export class Device {
  #db = null;
  #connection;
  #directory;
  #storage;
  /** The ids that each `rebased` event named. @type {string[][]} */
  rebased = [];
  version = 'ours';

  /** @param {'0.24' | '0.14'} format */
  constructor(format) {
    this.format = format;
  }

  async open({ database, remote, key, public: isPublic = false, offline = false }) {
    await this.close();
    this.#directory = new RemoteDirectory(remote, { format: this.format, database });
    // Memory stores of one process are found by name, and each device is to have its own.
    this.#storage = `${database}-${++made}`;
    this.rebased = [];
    this.#start({ key: key ?? undefined, public: isPublic });
    if (offline) {
      await this.#db.ready;
      return { clock: [...this.#db.clock] };
    }
    this.#connection = connect.raw(this.#db, {
      mode: 'pull',
      poll: 0,
      metaDownload: async () => this.#directory.readMeta(),
      dataDownload: async ({ type, car }) => this.#directory.readCar(type, car),
    });
    await this.#connection.loaded;
    return { clock: [...this.#db.clock] };
  }

  #start(options) {
    this.#db = fireproof(this.#storage, { format: this.format, storage: 'memory', ...options });
    this.#db.addEventListener('rebased', ({ detail }) => this.rebased.push(detail.ids));
  }

  /** Opens what is stored again, with other options, and sees no remote. */
  async reopen(options) {
    await this.#db.close();
    this.#start(options);
    await this.#db.ready;
  }

  /** Replicates with the remote folder from now on, which overwrites whatever it is told to. */
  connect() {
    const directory = this.#directory;
    this.#connection = connect.raw(this.#db, {
      poll: 0,
      metaDownload: async () => directory.readMeta(),
      metaUpload: async (bytes) => directory.writeMeta(bytes),
      dataDownload: async ({ type, car }) => directory.readCar(type, car),
      dataUpload: async (bytes, { type, car }) => directory.writeCar(type, car, bytes),
    });
    return this.#connection;
  }

  put(doc) {
    return this.#db.put(readable(doc));
  }

  bulk(docs) {
    return this.#db.bulk(docs.map(readable));
  }

  del(id) {
    return this.#db.del(id);
  }

  async get(id) {
    return tagged(await this.#db.get(id));
  }

  async allDocs() {
    const { rows } = await this.#db.allDocs();
    const changes = await this.#db.changes();
    return {
      docs: rows.map(({ value }) => tagged(value)),
      deleted: changes.rows.filter(({ deleted }) => deleted).map(({ key }) => key),
    };
  }

  async clock() {
    return [...this.#db.clock];
  }

  async log() {
    return (await this.#db.inspect()).cars;
  }

  compact() {
    return this.#db.compact();
  }

  async file(id, member, name) {
    const file = await (await this.#db.get(id))[member][name].file();
    const base64 = Buffer.from(await file.arrayBuffer()).toString('base64');
    return { base64, type: file.type, size: file.size };
  }

  async pull() {
    await this.#connection.pull();
    return { clock: [...this.#db.clock] };
  }

  async publish() {
    const { cars, files, meta } = await this.#db.replica();
    for (const [kind, cids] of Object.entries({ file: files, data: cars })) {
      for (const cid of cids.filter((each) => !this.#directory.hasCar(kind, each))) {
        const table = kind === 'data' ? 'car' : 'file';
        this.#directory.writeCar(kind, cid, await this.#db.readCar(table, cid));
      }
    }
    if (this.format === '0.14') this.#directory.writeMeta(meta);
    // A real reader stops at the first entry that it cannot load, so the one that covers all stands first.
    else this.#directory.addToMetaList(JSON.parse(Buffer.from(meta)), 'first');
  }

  async key() {
    return (await this.#db.exportKey())?.hex ?? null;
  }

  async close() {
    await this.#db?.destroy();
    this.#db = null;
  }

  stop() {
    return this.close();
  }

  toString() {
    return 'fireproof-wasm';
  }
}

/** As an application writes it. Links are as they are read. */
const readable = (doc) => untagged(doc, (text) => ({ '/': text }));
