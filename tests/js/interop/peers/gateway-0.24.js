// How Fireproof 0.24 reaches a RemoteDirectory: a gateway for `folder:` URLs (format page 0.24, section 9.3).
import { Result } from '@adviser/cement';
import { NotFoundError, registerStoreProtocol } from '@fireproof/core';

/** @type {Map<string, Attachment>} by name; the package puts the name into every URL that it makes */
const attachments = new Map();

let made = 0;

/**
 * A remote folder as one database of the package is attached to it. CARs are stored at once, the package's metas when
 * `publish` is called, and the folder's meta reaches the package when `pull` is called: both stand for a store that
 * is slow to tell, and let tests make forks.
 */
export class Attachment {
  #directory;
  #metaList;
  #unpublished = [];
  #onMeta = null;
  #name = `attachment-${++made}`;
  /** The CAR that came last, and the group that the last meta named. */
  #lastCar = null;
  #lastGroup = [];
  #absent = new Set();

  /**
   * @param {import('../remote-directory.js').RemoteDirectory} directory
   * @param {object[]} [metaList] entries to hand to the package in place of the directory's
   */
  constructor(directory, metaList) {
    this.#directory = directory;
    this.#metaList = metaList;
    attachments.set(this.#name, this);
  }

  /** What `db.attach` takes. */
  get attachable() {
    const url = `folder://${this.#name}`;
    const store = { url };
    return {
      name: this.#name,
      configHash: () => url,
      prepare: async () => ({ car: store, file: store, meta: store }),
    };
  }

  /** Hands the meta to the package, which takes it in later. @returns {boolean} whether there is one */
  pull() {
    const meta = this.#readMeta();
    if (meta) this.#onMeta(meta);
    return meta !== null;
  }

  publish() {
    this.#directory.addToMetaList(this.#unpublished.splice(0), 'last');
  }

  /** Whether the CAR that came last has been named by a meta: the package has sent all that it had to send. */
  get isSettled() {
    return this.#lastCar === null || this.#lastGroup.includes(this.#lastCar);
  }

  /** Whether a CAR is at the remote, or was asked for there in vain: then this device never had it. */
  isDoneWith(cid) {
    return this.#absent.has(cid) || this.#directory.hasCar('data', cid);
  }

  forget() {
    attachments.delete(this.#name);
  }

  #readMeta() {
    if (!this.#metaList) return this.#directory.readMeta();
    return Buffer.from(JSON.stringify(this.#metaList));
  }

  get(store, key) {
    if (store === 'meta') return this.#readMeta();
    const car = this.#directory.readCar(store === 'car' ? 'data' : 'file', key);
    if (!car) this.#absent.add(key);
    return car;
  }

  put(store, key, bytes) {
    if (store === 'meta') {
      const entries = JSON.parse(Buffer.from(bytes));
      this.#unpublished.push(...entries);
      this.#lastGroup = entries.flatMap(carsOf);
    } else {
      this.#directory.writeCar(store === 'car' ? 'data' : 'file', key, bytes);
      if (store === 'car') this.#lastCar = key;
    }
  }

  subscribe(onMeta) {
    this.#onMeta = onMeta;
    return () => (this.#onMeta = null);
  }
}

/** The CIDs that a meta entry names; its block is searched for their text instead of being decoded. */
const carsOf = ({ data }) =>
  Buffer.from(data.slice(1), 'base64')
    .toString('latin1')
    .match(/baembei[a-z2-7]+/g) ?? [];

const of = (url) => attachments.get(url.getParam('name'));
const done = async () => Result.Ok(undefined);

const gateway = {
  start: async (url) => Result.Ok(url.build().defParam('version', 'v1-folder').URI()),
  buildUrl: async (url, key) => Result.Ok(url.build().setParam('key', key).URI()),
  close: done,
  destroy: done,
  delete: done,
  async put(url, bytes) {
    of(url).put(url.getParam('store'), url.getParam('key'), bytes);
    return Result.Ok(undefined);
  },
  async get(url) {
    const found = of(url).get(url.getParam('store'), url.getParam('key'));
    return found ? Result.Ok(found) : Result.Err(new NotFoundError(`no ${url}`));
  },
  async getPlain(url, key) {
    return this.get(url.build().setParam('key', key).URI());
  },
  async subscribe(url, onMeta) {
    return Result.Ok(of(url).subscribe(onMeta));
  },
};

registerStoreProtocol({
  protocol: 'folder:',
  isDefault: false,
  defaultURI: () => {
    throw new Error('a folder: URL has no default');
  },
  gateway: async () => gateway,
});
