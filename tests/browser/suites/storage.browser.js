import { IndexedDbStorage } from '../../../js/storage/indexeddb.js';
import { storageAcceptance } from '../../js/storage/acceptance.js';

export const browsers = ['chromium', 'firefox', 'webkit'];

export default function ({ test }) {
  for (const durability of ['relaxed', 'strict']) {
    storageAcceptance({
      test: (name, body) => test(`IndexedDB, ${durability}: ${name}`, body),
      create: (name) => new IndexedDbStorage({ name, format: '0.24', durability }),
    });
  }
}
