/**
 * The page of crash.browser.js that is killed: looks whether all acknowledged writes are there, then makes further
 * ones without end, and tells of each that is acknowledged.
 */

import { stateOf, writeOn, writesIn, writesOf } from '../../js/package/write-history.js';

const query = Object.fromEntries(new URLSearchParams(location.search));

const tell = (news) =>
  fetch(`/command/${query.tells}/tell`, { method: 'POST', body: JSON.stringify(news) });

try {
  const { fireproof } = await import(new URL('/dist/browser.js', location.href).href);
  const db = fireproof('crash', { format: query.format });
  const history = writesOf({ seed: Number(query.seed), writer: 'w' });
  await tell({ made: writesIn(await stateOf(db), history, Number(query.acknowledged)) });
  await db.compact();
  await writeOn(db, history, () => tell({ written: 1 }));
} catch (error) {
  await tell({ error: String(error.message) });
}
