import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Transfers } from '../../../js/engine/transfers.js';
import { ReplicationError } from '../../../js/errors.js';

const CID = 'bafkreib34ifhzf32wp2ptk3jzatqliei7iexnrvybk3nwift4wvys644dm';
const car = { kind: 'data', cid: CID, ifAbsent: true };
const bytes = new Uint8Array([1, 2, 3]);
const load = async () => bytes;

/** Transfers through one connection, number 1, and what they tell the engine. */
function withConnector(connector) {
  const told = [];
  const transfers = new Transfers((...message) => told.push(message));
  transfers.add(1, connector);
  return { transfers, told };
}

const failing = (code, details) => () =>
  Promise.reject(new ReplicationError(code, 'why', { remote: 'test', ...details }));

test('transfers: a CAR is sent as it is stored, and what became of it is told', async () => {
  for (const status of ['stored', 'exists']) {
    const seen = [];
    const putCar = async ({ signal, onProgress, ...upload }) => {
      assert.deepEqual([signal.aborted, typeof onProgress], [false, 'function']);
      seen.push(upload);
      return status;
    };
    const { transfers, told } = withConnector({ putCar });
    await transfers.putCar(1, 7, car, load);
    assert.deepEqual(seen, [{ ...car, bytes }]);
    const size = bytes.length;
    assert.deepEqual(told, [[{ type: 'carSent', transfer: 7, status, bytes: size }, undefined]]);
  }
});

test('transfers: where conditions may be ignored, a CAR that is there is not written over', async () => {
  const putCar = () => assert.fail('written over');
  const ways = [{ hasCar: async () => true }, { getCar: async () => bytes }];
  for (const way of ways) {
    const { transfers, told } = withConnector({ putCar, ...way });
    await transfers.putCar(1, 7, { ...car, lookFirst: true }, load);
    assert.deepEqual(told[0][0], { type: 'carSent', transfer: 7, status: 'exists' });
  }
  const absent = { hasCar: async () => false, putCar: async () => 'stored' };
  const { transfers, told } = withConnector(absent);
  await transfers.putCar(1, 8, { ...car, lookFirst: true }, load);
  assert.equal(told[0][0].status, 'stored');
});

test('transfers: a probe is told as it is; without one nothing is known', async () => {
  const seen = [];
  const probe = async ({ signal, ...request }) => {
    assert.equal(signal.aborted, false);
    seen.push(request);
    return { absent: 'honoured', match: 'ignored' };
  };
  const { transfers, told } = withConnector({ probe });
  await transfers.probe(1, 7, CID, load);
  assert.deepEqual(seen, [{ kind: 'data', cid: CID, bytes }]);
  const message = { type: 'conditionsProbed', transfer: 7 };
  assert.deepEqual(told[0][0], { ...message, absent: 'honoured', match: 'ignored' });
  const without = withConnector({});
  await without.transfers.probe(1, 7, CID, load);
  assert.deepEqual(without.told[0][0], { ...message, absent: 'unknown', match: 'unknown' });
});

test('transfers: a CAR that is not stored here is no request', async () => {
  const { transfers, told } = withConnector({ putCar: () => assert.fail('a request') });
  await transfers.putCar(1, 7, car, async () => null);
  assert.equal(told[0][0].code, 'not-found');
  assert.match(told[0][0].message, new RegExp(CID));
});

test('transfers: a meta is sent with its condition', async () => {
  const seen = [];
  const answers = [{ status: 'stored', etag: '"2"' }, { status: 'stored' }, { status: 'conflict' }];
  const putMeta = async ({ signal, ...upload }) => {
    assert.equal(signal.aborted, false);
    seen.push(upload);
    return answers[seen.length - 1];
  };
  const { transfers, told } = withConnector({ putMeta });
  const upload = { bytes, condition: 'match', etag: '"1"' };
  for (let n = 0; n < 3; n++) await transfers.putMeta(1, upload);
  assert.deepEqual(seen[0], upload);
  assert.deepEqual(
    told.map(([message]) => message),
    [
      { type: 'metaSent', connection: 1, status: 'stored', etag: '"2"' },
      { type: 'metaSent', connection: 1, status: 'stored', etag: '' },
      { type: 'metaSent', connection: 1, status: 'conflict', etag: '' },
    ],
  );
});

test('transfers: failures are told with their wait, and whether they will pass', async () => {
  const cases = [
    ['server', { retryAfter: 1500.4 }, { retryAfter: 1500 }],
    ['server', { retryable: false }, { retryAfter: 0, permanent: 1 }],
    ['corrupt-car', { retryable: false }, { retryAfter: 0, permanent: 1 }],
    ['forbidden', {}, { retryAfter: 0 }],
  ];
  for (const [code, details, expected] of cases) {
    const fail = failing(code, details);
    const { transfers, told } = withConnector({
      getMeta: fail,
      getCar: fail,
      putMeta: fail,
      putCar: fail,
    });
    await transfers.getMeta(1, '');
    await transfers.getCar(1, 7, car);
    await transfers.putMeta(1, { bytes, condition: 'none' });
    await transfers.putCar(1, 8, car, load);
    const failure = { code, message: 'why', ...expected };
    assert.deepEqual(
      told.map(([message]) => message),
      [
        { type: 'metaReceived', connection: 1, ...failure },
        { type: 'carReceived', transfer: 7, ...failure },
        { type: 'metaSent', connection: 1, ...failure },
        { type: 'carSent', transfer: 8, ...failure },
      ],
    );
  }
});

test('transfers: releasing stops an upload, and nothing is told of it', async () => {
  let stopped = false;
  const putCar = ({ signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => {
        stopped = true;
        reject(new ReplicationError('aborted', 'stopped'));
      });
    });
  const { transfers, told } = withConnector({ putCar });
  const sending = transfers.putCar(1, 7, car, load);
  await new Promise((resolve) => setTimeout(resolve, 1));
  transfers.release(7);
  await sending;
  assert.equal(stopped, true);
  assert.deepEqual(told, []);
});

test('transfers: the end of a connection stops what goes through it', async () => {
  const until = ({ signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new ReplicationError('aborted', 'stopped')));
    });
  const { transfers, told } = withConnector({ putCar: until, putMeta: until });
  const all = [
    transfers.putCar(1, 7, car, load),
    transfers.putMeta(1, { bytes, condition: 'none' }),
  ];
  await new Promise((resolve) => setTimeout(resolve, 1));
  transfers.remove(1);
  await Promise.all(all);
  assert.deepEqual(
    told.map(([{ code }]) => code),
    ['aborted', 'aborted'],
  );
});
