// A device of Fireproof 0.24 that replicates over HTTP by itself, with a gateway; run by cast.js.
import { Result } from '@adviser/cement';
import { NotFoundError, fireproof, registerStoreProtocol } from '@fireproof/core';
import { CID } from 'multiformats/cid';
import { serve } from '../../interop/peers/serve.js';
import { httpObjects } from './objects.js';

/** Milliseconds between two looks at the meta. */
const POLL = 150;

const home = process.env.HOME;
let db = null;
let database = null;
let objects = null;

/** Where an object lies, as the arguments of httpObjects. */
function placeOf(url) {
  const store = url.getParam('store');
  if (store === 'meta') return ['meta', `fp.${database}.0.24`, 'main.json'];
  return [store === 'car' ? 'data' : 'file', `fp.${database}`, `${url.getParam('key')}.car`];
}

const done = async () => Result.Ok(undefined);

const gateway = {
  start: async (url) => Result.Ok(url.build().defParam('version', 'v1-http').URI()),
  buildUrl: async (url, key) => Result.Ok(url.build().setParam('key', key).URI()),
  close: done,
  destroy: done,
  delete: done,
  async put(url, bytes) {
    try {
      await objects.put(...placeOf(url), bytes);
      return Result.Ok(undefined);
    } catch (error) {
      return Result.Err(error);
    }
  },
  async get(url) {
    try {
      const found = await objects.get(...placeOf(url));
      return found ? Result.Ok(found) : Result.Err(new NotFoundError(`no ${url}`));
    } catch (error) {
      return Result.Err(error);
    }
  },
  async getPlain(url, key) {
    return this.get(url.build().setParam('key', key).URI());
  },
  async subscribe(url, onMeta) {
    let last = null;
    const timer = setInterval(async () => {
      const meta = await objects.get(...placeOf(url)).catch(() => null);
      const text = meta && Buffer.from(meta).toString();
      if (text === null || text === last) return;
      last = text;
      await onMeta(meta);
    }, POLL);
    return Result.Ok(() => clearInterval(timer));
  },
};

registerStoreProtocol({
  protocol: 'plainhttp:',
  isDefault: false,
  defaultURI: () => {
    throw new Error('a plainhttp: URL has no default');
  },
  gateway: async () => gateway,
});

const device = {
  async open({ database: name }) {
    database = name;
    db = fireproof(name, {
      storeUrls: { base: `file://${home}/stores?storekey=insecure` },
      keyBag: { url: `file://${home}/keys/${name}` },
    });
    await db.ready();
  },
  async connect({ url }) {
    objects = httpObjects(url);
    const store = { url: 'plainhttp://remote' };
    await db.attach({
      name: 'remote',
      configHash: () => url,
      prepare: async () => ({ car: store, file: store, meta: store }),
    });
  },
  put: async ({ doc }) => void (await db.put(doc)),
  bulk: async ({ docs }) => void (await db.bulk(docs)),
  /** Both at the same time. */
  compactAndPut: async ({ docs }) =>
    void (await Promise.all([db.compact(), ...docs.map((doc) => db.put(doc))])),
  ids: async () => (await db.allDocs()).rows.map(({ key }) => key),
  /** It looks by itself. */
  refresh: () => new Promise((resolve) => setTimeout(resolve, 4 * POLL)),
};

serve(device, CID.parse);
