/** A tab of tabs.browser.js: works on one database. */

import { apply, perform, stateOf, take, textOf, writesOf } from '../../js/package/write-history.js';
import { serveOrders } from '../tabs.js';

const { fireproof } = await import(new URL('/dist/browser.js', location.href).href);

let db;
/** What this tab knows by being told alone. */
let told;
/** Changes that were announced, and those that the subscriber was told of. */
let changes;
let tellings;
/** Codes of the database's `error` events. */
let errors;

function open({ name, options }) {
  db = fireproof(name, options);
  told = new Map();
  [changes, tellings, errors] = [0, 0, []];
  db.addEventListener('change', () => (changes += 1));
  db.addEventListener('error', ({ detail }) => errors.push(detail.code));
  db.subscribe((documents) => {
    tellings += 1;
    apply(told, { documents });
  });
}

serveOrders({
  open: async (parameters) => {
    open(parameters);
    await db.ready;
  },
  /** Opens and writes at once. */
  openAndPut: async ({ document, ...parameters }) => {
    open(parameters);
    await db.put(document);
  },
  /** `count` writes, a few at a time. */
  write: async ({ count, ...history }) => {
    const writes = take(writesOf(history), count);
    while (writes.length > 0)
      await Promise.all(writes.splice(0, 5).map((write) => perform(db, write)));
  },
  compact: () => db.compact(),
  clock: () => db.clock.join(),
  state: async () => textOf(await stateOf(db)),
  told: () => ({ state: textOf(told), changes, tellings }),
  key: async () => (await db.exportKey()).hex,
  errors: () => errors,
  put: ({ document }) => db.put(document),
  close: () => db.close(),
  destroy: () => db.destroy(),
});
