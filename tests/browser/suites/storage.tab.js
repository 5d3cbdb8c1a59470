/**
 * The other tab of storage-indexeddb.browser.js: does with a store what it is told over a channel.
 * Loaded by `command('openTab', …)`; announces itself with { ready: true }.
 */

import { IndexedDbStorage } from '../../../js/storage/indexeddb.js';
import { commitInTurn } from './storage-race.js';

const channel = new BroadcastChannel('storage tab');
/** @type {IndexedDbStorage} */
let storage;

const orders = {
  async open({ name }) {
    storage = new IndexedDbStorage({ name, format: '0.24' });
    await storage.open();
    storage.onChange(() => channel.postMessage({ heard: true }));
  },
  race: ({ count }) => commitInTurn(storage, 'tab', count),
  version: async () => (await storage.readRecord()).version,
  destroy: () => storage.destroy(),
};

channel.onmessage = async ({ data }) => {
  if (!data.order) return;
  try {
    channel.postMessage({ answer: data.id, value: await orders[data.order](data) });
  } catch (error) {
    channel.postMessage({ answer: data.id, code: error.code ?? String(error) });
  }
};
channel.postMessage({ ready: true });
