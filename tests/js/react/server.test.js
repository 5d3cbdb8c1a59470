// On a server nothing is opened, and pages render as before anything was read. Small enough to be worth it.
import {
  FireproofProvider,
  ImgFile,
  useFile,
  useFireproof,
  useLiveQuery,
} from 'fireproof-wasm/react';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';

/** Bytes after gzip -9. */
const MOST = 3000;

test('a page renders on a server without a database, and says that nothing was read', () => {
  let given;
  const connects = [];
  function Page() {
    given = useFireproof('never opened', { connect: (db) => connects.push(db) });
    const { docs, hydrated } = given.useLiveQuery('n');
    const { doc } = given.useDocument(() => ({ text: 'draft' }));
    const { rows } = given.useAllDocs();
    const { url } = useFile(null);
    return createElement('p', null, [hydrated, docs.length, rows.length, doc.text, url].join());
  }
  assert.equal(renderToString(createElement(Page)), '<p>false,0,0,draft,</p>');
  assert.equal(given.database, null);
  assert.equal(given.attach.state, 'initial');
  assert.deepEqual(connects, []);
});

test('initial rows are rendered on a server, and the hooks of a provider work there', () => {
  const rows = [{ key: 1, id: 'a', value: null, doc: { _id: 'a', text: 'milk' } }];
  function Page() {
    const { docs } = useLiveQuery('n', {}, rows);
    return createElement('p', null, docs[0].text, createElement(ImgFile, {}));
  }
  const provider = createElement(FireproofProvider, { name: 'x' }, createElement(Page));
  assert.equal(renderToString(provider), '<p>milk</p>');
  assert.throws(() => renderToString(createElement(Page)), /no <FireproofProvider>/);
});

test(`dist/react.js has fewer than ${MOST} bytes after gzip`, () => {
  const size = gzipSync(readFileSync(inCheckout('dist', 'react.js')), { level: 9 }).length;
  assert.ok(size < MOST, `${size} bytes`);
});
