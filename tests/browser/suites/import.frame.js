/** A frame of import.browser.js: an application of the JavaScript package, with what it keeps in this origin. */
import { fireproof } from '@fireproof/core';

window.writeWithPackage = async (database, isPublic, content) => {
  const base = isPublic ? { storeUrls: { base: 'indexeddb://fp?storekey=insecure' } } : {};
  const db = fireproof(database, base);
  for (let n = 0; n < 4; n++) await db.put({ _id: `note-${n}`, n });
  await db.put({ _id: 'note-1', n: 'changed' });
  await db.del('note-2');
  await db.put({ _id: 'pictured', _files: { 'a.bin': new File([content], 'a.bin') } });
  const head = db.ledger.crdt.clock.head.map(String).sort();
  await db.close();
  return head;
};
