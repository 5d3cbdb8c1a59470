/**
 * A page that opens a Fireproof database by its name, key and the URL of a replica, and shows what
 * is in it. The address of the page says what is open, see address.js.
 */

import { readAddress, writeAddress } from './address.js';
import { byId } from '../shared/element.js';
import { keepPage } from '../shared/offline.js';
import { ReadingView } from './reading-view.js';
import { Session } from './session.js';
import { StartView } from './start-view.js';

const startView = new StartView();
const readingView = new ReadingView();

/**
 * Keys that were typed in this visit, by the address they were given for.
 * @type {Map<string, string>}
 */
const keys = new Map();

/** @type {Session | null} */
let session = null;

/**
 * What the form shows next, and the field to be corrected.
 * @type {[values?: object, field?: string]}
 */
let correction = [];

/** Counts the changes of the address, of which the last one counts. */
let turn = 0;

async function route() {
  const mine = ++turn;
  const last = session;
  session = null;
  await last?.close().catch(() => {});
  if (mine !== turn) return;
  readingView.hide();
  const address = readAddress(location.hash);
  byId('another').hidden = address === null;
  document.title = address ? `${address.database} – Fireproof reader` : 'Fireproof reader';
  if (address) {
    startView.hide();
    open(address);
  } else {
    startView.show(...correction);
    correction = [];
  }
}

/** @param {import('./address.js').Address} address */
function open(address) {
  const opened = new Session({ ...address, key: keys.get(writeAddress(address)) });
  session = opened;
  opened.addEventListener('change', () => session === opened && readingView.render(opened.state));
  readingView.render(opened.state);
}

function leave(field) {
  const { address } = session.state;
  correction = [{ ...address, key: keys.get(writeAddress(address)) }, field];
  location.hash = '';
}

startView.addEventListener('open', ({ detail: { key, ...address } }) => {
  const hash = writeAddress(address);
  keys.set(hash, key);
  if (location.hash === hash) route();
  else location.hash = hash;
});
readingView.addEventListener('filter', ({ detail }) => session?.filter(detail));
readingView.addEventListener('refresh', () => session?.refresh());
readingView.addEventListener('leave', ({ detail }) => leave(detail));
readingView.addEventListener('remove', async () => {
  const { database } = session.state.address;
  if (!confirm(`Remove the copy of “${database}” from this browser? The remote is not touched.`)) {
    return;
  }
  await session.destroy();
  leave();
});
byId('another').addEventListener('click', () => leave());
addEventListener('hashchange', route);
route();

keepPage(byId('offline-ready'));

/** For programs that drive this page. */
globalThis.reader = {
  /** The documents that the table shows, or null. */
  documents: () => session?.state.found.rows.map(({ value }) => value) ?? null,
  /** @returns {import('./session.js').State | null} */
  state: () => session?.state ?? null,
};
