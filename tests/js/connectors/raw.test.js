import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawConnector } from '../../../js/connectors/raw.js';
import { ReplicationError } from '../../../js/errors.js';
import { rejects } from '../../browser/assert.js';

const CID = 'bafkreib34ifhzf32wp2ptk3jzatqliei7iexnrvybk3nwift4wvys644dm';
const DATABASE = { database: 'my notes/ü', format: '0.14' };
const encode = (text) => new TextEncoder().encode(text);
const nothing = () => null;

/** A connector in each of the two forms whose functions answer with `answer` and record their parameters. */
function bothForms(answer, calls = []) {
  const record = async (...args) => {
    calls.push(args);
    return answer(...args);
  };
  return [
    rawConnector({ ...DATABASE, download: record }),
    rawConnector({ ...DATABASE, metaDownload: record, dataDownload: record }),
  ];
}

test('raw: the functions get exactly the documented parameters', async () => {
  const calls = [];
  for (const connector of bothForms(nothing, calls)) {
    assert.deepEqual(await connector.getMeta({ etag: '"x"' }), { status: 'none' });
    assert.equal(await connector.getCar({ kind: 'data', cid: CID }), null);
    assert.equal(await connector.getCar({ kind: 'file', cid: CID }), null);
  }
  const [meta, data] = ['fp.my notes/ü.0.14', 'fp.my notes/ü'];
  assert.deepEqual(calls, [
    [{ type: 'meta', name: meta, branch: 'main' }],
    [{ type: 'data', name: data, car: CID }],
    [{ type: 'file', name: data, car: CID }],
    [{ name: meta, branch: 'main' }],
    [{ type: 'data', name: data, car: CID }],
    [{ type: 'file', name: data, car: CID }],
  ]);
});

test('raw: a meta may be bytes, text or an object, alone or in a list', async () => {
  const text = '{"car":{"/":"x"},"key":null}';
  const bytes = encode(text);
  const framed = new Uint8Array([9, ...bytes, 9]).subarray(1, -1);
  const link = { car: { toJSON: () => ({ '/': 'x' }) }, key: null };
  for (const meta of [
    text,
    bytes,
    Buffer.from(text),
    bytes.buffer,
    framed,
    JSON.parse(text),
    link,
  ]) {
    for (const connector of bothForms(() => meta)) {
      assert.deepEqual(await connector.getMeta({}), { status: 'found', metas: [bytes] });
    }
    for (const connector of bothForms(() => [meta, text])) {
      assert.deepEqual((await connector.getMeta({})).metas, [bytes, bytes]);
    }
  }
});

test('raw: null, undefined and an empty list mean that there is no meta', async () => {
  for (const none of [null, undefined, []]) {
    for (const connector of bothForms(() => none)) {
      assert.deepEqual(await connector.getMeta({}), { status: 'none' });
    }
  }
});

test('raw: a CAR is bytes, absent ones are null or undefined', async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  for (const car of [bytes, Buffer.from(bytes), bytes.buffer]) {
    for (const connector of bothForms(() => car)) {
      const progress = [];
      const onProgress = (...args) => progress.push(args);
      assert.deepEqual(await connector.getCar({ kind: 'data', cid: CID, onProgress }), bytes);
      assert.deepEqual(progress, [[3, 3]]);
    }
  }
  for (const connector of bothForms(() => undefined)) {
    assert.equal(await connector.getCar({ kind: 'data', cid: CID }), null);
  }
});

test('raw: other types are the application’s mistake', async () => {
  for (const connector of bothForms(() => 5)) {
    await rejects(connector.getMeta({}), 'invalid-argument');
    await rejects(connector.getCar({ kind: 'data', cid: CID }), 'invalid-argument');
  }
  for (const connector of bothForms(() => [null])) {
    await rejects(connector.getMeta({}), 'invalid-argument');
  }
  for (const connector of bothForms(() => 'text')) {
    await rejects(connector.getCar({ kind: 'data', cid: CID }), 'invalid-argument');
  }
});

test('raw: objects that are too large are refused', async () => {
  for (const connector of bothForms(() => new Uint8Array(16 * 1024 * 1024 + 1))) {
    assert.equal((await rejects(connector.getMeta({}), 'corrupt-meta')).retryable, false);
  }
  for (const connector of bothForms(() => new Uint8Array(256 * 1024 * 1024 + 1))) {
    const error = await rejects(connector.getCar({ kind: 'data', cid: CID }), 'corrupt-car');
    assert.equal(error.retryable, false);
  }
});

test('raw: failures of the functions', async () => {
  const failures = [
    [new TypeError('fetch failed'), 'offline'],
    [new Error('strange'), 'server'],
    ['a text', 'server'],
    [new ReplicationError('forbidden', 'no'), 'forbidden'],
  ];
  for (const [failure, code] of failures) {
    for (const throwing of [() => Promise.reject(failure), () => thrown(failure)]) {
      for (const connector of bothForms(throwing)) {
        await rejects(connector.getMeta({}), code);
        await rejects(connector.getCar({ kind: 'data', cid: CID }), code);
      }
    }
  }
});

test('raw: aborting does not wait for the function; an aborted call is not made', async () => {
  const calls = [];
  for (const connector of bothForms(() => new Promise(() => {}), calls)) {
    await rejects(connector.getMeta({ signal: AbortSignal.abort() }), 'aborted');
    assert.equal(calls.length, 0);
    await rejects(connector.getMeta({ signal: AbortSignal.timeout(20) }), 'aborted');
    calls.length = 0;
  }
});

test('raw: a function that never settles is given up', async () => {
  const connector = rawConnector({
    ...DATABASE,
    patience: 30,
    download: () => new Promise(() => {}),
  });
  assert.equal((await rejects(connector.getMeta({}), 'timeout')).retryable, true);
});

test('raw: functions must be there', () => {
  for (const functions of [
    {},
    { metaDownload: nothing },
    { dataDownload: nothing },
    { download: 5 },
  ]) {
    assert.throws(() => rawConnector({ ...DATABASE, ...functions }), { code: 'invalid-argument' });
  }
});

function thrown(failure) {
  throw failure;
}
