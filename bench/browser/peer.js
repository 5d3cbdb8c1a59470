// The page of the JavaScript package.
import { fireproof } from '@fireproof/core';
import { openDB } from 'idb';
import { base58btc } from 'multiformats/bases/base58';
import { attachable } from './peer-gateway.js';
import { KEY } from './key.js';
import { offer } from './page.js';

/** Where the package looks for the key of a database that it opens (format page 0.24, sections 1.5 and 4.4). */
async function presetKey(database) {
  const bytes = Uint8Array.from(KEY.match(/../g), (hex) => parseInt(hex, 16));
  const key = base58btc.encode(bytes);
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  const fingerPrint = base58btc.encode(new Uint8Array(digest));
  const id = `@${database}-data@`;
  const keys = { [fingerPrint]: { key, fingerPrint, default: true } };
  const upgrade = (bag) => bag.createObjectStore('bag');
  const bag = await openDB('fp-keybag', 1, { upgrade });
  await bag.put('bag', { id, clazz: 'V2StorageKeyItem', item: { name: id, keys } }, id);
  bag.close();
}

offer({
  prepare: presetKey,
  async open({ database, remote }) {
    const db = fireproof(database);
    await db.ready();
    if (remote) await db.attach(attachable(remote));
    return db;
  },
  // It tells nobody when it has sent everything.
  sent: async () => {},
});
