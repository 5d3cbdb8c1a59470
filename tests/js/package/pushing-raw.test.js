// The same through functions of an application, in both forms.
import { connect } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KINDS, titleOf } from './databases.js';
import { settle, textIn, withDevices } from './devices.js';

const pathOf = ({ type = 'meta', name, car, branch }) => `${type}/${name}/${car ?? branch}`;

/** Options of connect.raw for a Map of objects by path, in each of the two forms. */
const FORMS = {
  'upload and download': (map) => ({
    upload: async (bytes, params) => void map.set(pathOf(params), bytes),
    download: async (params) => map.get(pathOf(params)),
  }),
  'the functions of 0.14': (map) => ({
    metaUpload: async (bytes, params) => (map.set(pathOf(params), bytes), null),
    metaDownload: async (params) => [map.get(pathOf(params))].filter(Boolean),
    dataUpload: async (bytes, params) => void map.set(pathOf(params), bytes),
    dataDownload: async (params) => map.get(pathOf(params)),
  }),
};

// What was written counts as stored after another look a moment later, so these tests mostly wait.
describe('pushing by functions of the application', { concurrency: true }, () => {
  for (const [form, optionsFor] of Object.entries(FORMS)) {
    const attach = (db, map) => connect.raw(db, { ...optionsFor(map), poll: 0 });

    for (const kind of KINDS) {
      const title = `${form}, ${titleOf(kind)}`;

      test(`${title}: two devices write, a third one reads the same, attachments too`, () =>
        withDevices(kind, async (devices) => {
          const map = new Map();
          const [a, b] = [devices.open('a'), devices.open('b')];
          await a.put({ _id: 'a', _files: { f: new Uint8Array([1, 2, 3]) } });
          const fromA = attach(a, map);
          await fromA.synced();
          assert.equal(fromA.status.safe, true);
          const fromB = attach(b, map);
          await fromB.loaded;
          await b.put({ _id: 'b' });
          await a.put({ _id: 'c' });
          await settle([fromA, fromB]);
          assert.equal(await textIn(a), await textIn(b));
          assert.equal(await devices.seenBy((db) => attach(db, map)), await textIn(a));
          const { _files } = await b.get('a');
          assert.equal((await _files.f.file()).size, 3);
        }));

      test(`${title}: each of several stores gets everything, whatever the others have`, () =>
        withDevices(kind, async (devices) => {
          const a = devices.open('a');
          await a.put({ _id: 'start', _files: { f: new Uint8Array([1, 2, 3]) } });
          const maps = [new Map(), new Map()];
          for (let n = 0; n < 4; n++) {
            const connection = attach(a, maps[n % 2]);
            await connection.synced();
            await connection.close();
            const seen = await devices.seenBy((db) => attach(db, maps[n % 2]));
            assert.equal(seen, await textIn(a), `after ${n + 1} pushes`);
            await a.put({ _id: `${n}` });
          }
        }));
    }
  }
});
