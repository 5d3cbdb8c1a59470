/**
 * Opens every database that the JavaScript package wrote through the npm package, as an application would:
 * pulls it, compares what the API gives with what the package reports, and reads it again without the
 * remote. Runs in Node and in browser pages.
 */

import { equal, ok, rejects } from '../../browser/assert.js';

/** Texts longer than this are only described in expected.json. */
const LONG_TEXT = 20_000;

/**
 * @param {object} environment
 * @param {(name: string, body: () => Promise<void>) => void} environment.test registers a case
 * @param {{ fireproof: Function, connect: object }} environment.api the package
 * @param {string} environment.url of tests/fixtures, ending in a slash
 * @param {any} environment.storage option of `fireproof()`
 * @param {string[]} environment.names of the scenarios
 */
export function fixturesSuite({ test, api, url, storage, names }) {
  for (const name of names) {
    test(`reads ${name} as the package reads it, with and without the remote`, async () => {
      const response = await fetch(`${url}${name}/expected.json`);
      const expected = await response.json();
      const options = optionsFor(expected, storage);
      const db = api.fireproof(expected.database, options);
      const remote = { url: `${url}${name}/remote/`, poll: 0 };
      const connection = api.connect.static(db, remote);
      await connection.loaded;
      await checkDatabase(db, expected);
      await checkFiles(db, expected);
      if (expected.cars) equal((await db.inspect()).cars, expected.cars, 'car log');
      equal(connection.status.state, 'idle', 'state');
      await db.close();
      equal(connection.status.state, 'closed', 'state after close');

      const offline = api.fireproof(expected.database, options);
      await checkDatabase(offline, expected);
      await checkFiles(offline, expected);
      await offline.destroy();
    });
  }
}

function optionsFor({ format, key, public: isPublic }, storage) {
  return { format, key: key ?? undefined, public: isPublic, storage };
}

async function checkDatabase(db, expected) {
  const { rows, clock } = await db.allDocs();
  equal(clock, expected.clock, 'clock');
  equal([...db.clock], expected.clock, 'clock of the database');
  const docs = new Map(rows.map(({ key, value }) => [key, value]));
  equal(docs.size, expected.docs.length, 'number of documents');
  for (const wanted of expected.docs) {
    await checkSame(docs.get(wanted._id), wanted, wanted._id);
  }
  for (const id of expected.deleted) await rejects(db.get(id), 'not-found');
  await checkSame(await db.get(expected.docs[0]._id), expected.docs[0], 'get');
  await checkChanges(db, docs);
}

async function checkChanges(db, docs) {
  const { rows } = await db.changes();
  const live = rows.filter(({ deleted }) => !deleted);
  equal(live.length, docs.size, 'live rows of changes()');
  for (const { key, value } of live)
    equal(tagged(value), tagged(docs.get(key)), `change of ${key}`);
  for (const { key, value } of rows.filter(({ deleted }) => deleted)) {
    equal(value, { _id: key, _deleted: true }, `deleted ${key}`);
  }
}

async function checkFiles(db, expected) {
  for (const { _id } of expected.docs.filter((doc) => doc._files ?? doc._publicFiles)) {
    const { _files, _publicFiles } = await db.get(_id);
    for (const [name, entry] of Object.entries(_files ?? _publicFiles)) {
      const file = await entry.file();
      equal(file.size, entry.size, `size of ${_id}/${name}`);
      equal(file.type, entry.type, `type of ${_id}/${name}`);
      const { sha256 } = expected.files?.[`${_id}/${name}`] ?? {};
      if (sha256)
        equal(await hexSha256(await file.arrayBuffer()), sha256, `content of ${_id}/${name}`);
    }
  }
}

async function checkSame(actual, wanted, what) {
  ok(actual !== undefined, `${what} is missing`);
  equal(await describeLongTexts(tagged(actual)), tagged(wanted), what);
}

/** Values that JSON lacks in the notation of expected.json, members sorted. */
function tagged(value) {
  if (typeof value === 'bigint') return { $bigint: String(value) };
  if (value instanceof Uint8Array) return { $bytes: btoa(String.fromCharCode(...value)) };
  if (Array.isArray(value)) return value.map(tagged);
  if (value === null || typeof value !== 'object') return Object.is(value, -0) ? 0 : value;
  const members = Object.entries(value).map(([key, member]) => [key, tagged(member)]);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function describeLongTexts(value) {
  if (typeof value === 'string' && value.length > LONG_TEXT) {
    const bytes = new TextEncoder().encode(value);
    return { $longstring: { sha256: await hexSha256(bytes), utf8_length: bytes.length } };
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const members = Object.entries(value).map(async ([key, member]) => [
    key,
    await describeLongTexts(member),
  ]);
  return Object.fromEntries(await Promise.all(members));
}

async function hexSha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
