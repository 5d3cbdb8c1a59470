import { ReplicationError } from '../errors.js';
import { defaultKey } from './default-key.js';

/**
 * What the JavaScript package keeps in a browser (format pages: 0.24 sections 1.4 and 1.5, 0.14 section 2.2). It is only
 * read: databases that are not there are not made, and none is upgraded.
 *
 * @param {string} database name, as the application gave it to the package
 * @param {'0.24' | '0.14'} [format] default: whichever is there, 0.24 first
 * @returns {Promise<import('./package-store.js').PackageStore>}
 * @throws {ReplicationError} `not-found`; `storage-lost` if IndexedDB cannot be read
 */
export async function indexedDbStore(database, format) {
  const readers = { 0.24: store24, 0.14: store14 };
  for (const each of format ? [format] : ['0.24', '0.14']) {
    const store = await readers[each](database);
    if (store) return store;
  }
  const generation = format ? ` of ${format}` : '';
  const message = `this origin has no Fireproof database "${database}"${generation}`;
  throw new ReplicationError('not-found', message);
}

async function store24(database) {
  const place = `fp.${sanitized(database)}`;
  const opened = await openExisting(place);
  if (!opened) return null;
  const get = (store, key) => read(opened, store, key);
  const meta = await get('meta', 'main');
  const bag = await openExisting('fp-keybag');
  const entry = bag && (await read(bag, 'bag', `@${database}-data@`));
  bag?.close();
  return {
    database,
    format: '0.24',
    where: `the Fireproof database ${place} of this origin`,
    meta,
    key: defaultKey(entry),
    readCar: (_kind, cid) => get('data', cid),
    close: () => opened.close(),
  };
}

async function store14(database) {
  const text = globalThis.localStorage?.getItem(`fp.0.14.meta.${database}.main`) ?? null;
  if (text === null) return null;
  const { key = null } = JSON.parse(text);
  const place = `fp.0.14.${key ? await keyId(key) : 'undefined'}.${database}`;
  const opened = await openExisting(place);
  return {
    database,
    format: '0.14',
    where: `the Fireproof database ${place} of this origin`,
    meta: new TextEncoder().encode(text),
    key,
    readCar: async (_kind, cid) => opened && read(opened, 'cars', cid),
    close: () => opened?.close(),
  };
}

/** As the package makes a name for IndexedDB of that of a database. */
const sanitized = (name) => name.replace(/^[^a-zA-Z0-9]+/, '').replace(/[^a-zA-Z0-9-]+/g, '_');

async function keyId(key) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A database as it is; null if there is none, which opening alone would make. */
function openExisting(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    let isNew = false;
    request.onupgradeneeded = () => {
      isNew = true;
      request.transaction.abort(); // so that it is not made
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => (isNew ? resolve(null) : reject(lost(name, request.error)));
  });
}

/** @returns {Promise<any>} null: no such object store or key */
function read(database, store, key) {
  if (!database.objectStoreNames.contains(store)) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const request = database.transaction(store, 'readonly').objectStore(store).get(key);
    request.onsuccess = () => resolve(request.result ?? null);
    request.onerror = () => reject(lost(database.name, request.error));
  });
}

const lost = (name, cause) =>
  new ReplicationError('storage-lost', `IndexedDB database "${name}" cannot be read`, { cause });
