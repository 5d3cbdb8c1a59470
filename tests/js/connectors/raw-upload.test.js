import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyReadOnly } from '../../../js/connectors/index.js';
import { rawConnector } from '../../../js/connectors/raw.js';
import { ReplicationError } from '../../../js/errors.js';
import { rejects } from '../../browser/assert.js';

const CID = 'bafkreib34ifhzf32wp2ptk3jzatqliei7iexnrvybk3nwift4wvys644dm';
const DATABASE = { database: 'my notes/ü', format: '0.14' };
const bytes = new Uint8Array([1, 2, 3]);
const car = { kind: 'data', cid: CID, bytes, ifAbsent: false };
const meta = { bytes, condition: 'none' };
const nothing = () => null;
const there = ({ car: cid }) => (cid ? bytes : null);

/** A connector in each of the two forms whose functions to upload are `upload`. */
function bothForms(upload, { download = there, ...options } = {}) {
  const given = { ...DATABASE, ...options };
  return [
    rawConnector({ ...given, download, upload }),
    rawConnector({
      ...given,
      metaDownload: nothing,
      dataDownload: download,
      metaUpload: upload,
      dataUpload: upload,
    }),
  ];
}

test('raw uploads: the functions get exactly the documented parameters', async () => {
  const calls = [];
  for (const connector of bothForms((...args) => void calls.push(args))) {
    assert.equal(connector.canWrite, true);
    assert.equal(connector.conditional, false);
    assert.deepEqual(await connector.putMeta(meta), { status: 'stored' });
    assert.equal(await connector.putCar(car), 'stored');
    assert.equal(await connector.putCar({ ...car, kind: 'file' }), 'stored');
    assert.equal(await connector.putCar({ ...car, kind: 'file', public: true }), 'stored');
  }
  const [main, name] = ['fp.my notes/ü.0.14', 'fp.my notes/ü'];
  const size = '3';
  assert.deepEqual(calls, [
    [bytes, { type: 'meta', name: main, branch: 'main' }],
    [bytes, { type: 'data', name, car: CID }],
    [bytes, { type: 'file', name, car: CID }],
    [bytes, { type: 'file', name, car: CID }],
    [bytes, { name: main, branch: 'main' }],
    [bytes, { type: 'data', name, car: CID, size }, undefined],
    [bytes, { type: 'file', name, car: CID, size }, { public: false }],
    [bytes, { type: 'file', name, car: CID, size }, { public: true }],
  ]);
});

test('raw uploads: an upload is done when its function has settled, whatever that gives', async () => {
  for (const result of [null, undefined, [bytes, bytes], 'text', {}]) {
    let settled = 0;
    const slowly = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      settled += 1;
      return result;
    };
    for (const connector of bothForms(slowly)) {
      settled = 0;
      assert.equal(await connector.putCar(car), 'stored');
      assert.deepEqual(await connector.putMeta(meta), { status: 'stored' });
      assert.equal(settled, 2);
    }
  }
});

test('raw uploads: progress is told at the start and at the end', async () => {
  for (const connector of bothForms(nothing)) {
    const calls = [];
    await connector.putCar({ ...car, onProgress: (...args) => calls.push(args) });
    assert.deepEqual(calls, [
      [0, 3],
      [3, 3],
    ]);
  }
});

test('raw uploads: failures of the functions', async () => {
  const failures = [
    [new TypeError('fetch failed'), 'offline'],
    [new Error('strange'), 'server'],
    ['a text', 'server'],
    [new ReplicationError('quota-exceeded', 'full'), 'quota-exceeded'],
  ];
  for (const [failure, code] of failures) {
    for (const connector of bothForms(() => Promise.reject(failure))) {
      await rejects(connector.putCar(car), code);
      await rejects(connector.putMeta(meta), code);
    }
  }
});

test('raw uploads: aborting does not wait for the function; an aborted call is not made', async () => {
  let calls = 0;
  const never = () => (calls++, new Promise(() => {}));
  for (const connector of bothForms(never)) {
    calls = 0;
    await rejects(connector.putCar({ ...car, signal: AbortSignal.abort() }), 'aborted');
    await rejects(connector.putMeta({ ...meta, signal: AbortSignal.abort() }), 'aborted');
    assert.equal(calls, 0);
    await rejects(connector.putCar({ ...car, signal: AbortSignal.timeout(20) }), 'aborted');
    assert.equal(calls, 1);
  }
});

test('raw uploads: a function that never settles is given up', async () => {
  for (const connector of bothForms(() => new Promise(() => {}), { patience: 30 })) {
    assert.equal((await rejects(connector.putCar(car), 'timeout')).retryable, true);
  }
});

test('raw uploads: without functions to upload a connector only reads', () => {
  for (const functions of [
    { download: nothing },
    { metaDownload: nothing, dataDownload: nothing, upload: 5 },
  ]) {
    const connector = rawConnector({ ...DATABASE, ...functions });
    assert.equal(connector.canWrite, false);
    assert.equal(connector.putCar ?? connector.putMeta, undefined);
    assert.match(whyReadOnly('raw', functions), /no function upload, or metaUpload and dataUpload/);
  }
  assert.equal(whyReadOnly('raw', { download: nothing, upload: nothing }), null);
});

test('raw uploads: the forms can be mixed, halves cannot', () => {
  const mixed = { download: nothing, metaUpload: nothing, dataUpload: nothing };
  assert.equal(rawConnector({ ...DATABASE, ...mixed }).canWrite, true);
  for (const half of [{ metaUpload: nothing }, { dataUpload: nothing }]) {
    assert.throws(() => rawConnector({ ...DATABASE, download: nothing, ...half }), {
      code: 'invalid-argument',
      message: /both metaUpload and dataUpload/,
    });
  }
});

test('raw uploads: a CAR that does not come back as it went is not stored', async () => {
  for (const download of [nothing, () => bytes.subarray(1), () => new Uint8Array(3)]) {
    for (const connector of bothForms(nothing, { download })) {
      const error = await rejects(connector.putCar(car), 'server');
      assert.equal(error.retryable, true);
      assert.match(error.message, /came back/);
    }
  }
});

test('raw uploads: one that is seen only a moment later is stored', async () => {
  let looks = 0;
  const download = () => (++looks === 1 ? null : bytes);
  const [connector] = bothForms(nothing, { download });
  assert.equal(await connector.putCar(car), 'stored');
});

test('raw uploads: small CARs are read back, of large ones each eighth', async () => {
  for (const [size, expected] of [
    [64 * 1024, 17],
    [64 * 1024 + 1, 3],
  ]) {
    let downloads = 0;
    const large = new Uint8Array(size);
    const download = () => (downloads++, large);
    const [connector] = bothForms(nothing, { download });
    for (let n = 0; n < 17; n++) await connector.putCar({ ...car, bytes: large });
    assert.equal(downloads, expected);
  }
});
