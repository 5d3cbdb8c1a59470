// The acceptance suite finds what is wrong with a connector: each of these breaks one rule of the contract.
import { connectorCases, memoryRemote } from 'fireproof-wasm/testing';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rejectsWith } from '../package/databases.js';

/** A remote in memory whose connectors have some operations replaced. @param {(connector: object) => object} change */
const changed = (change, options) => () => {
  const remote = memoryRemote(options);
  const connector = (database) => {
    const made = remote.connector(database);
    return { ...made, ...change(made, database) };
  };
  return { ...remote, connector };
};

const refusal = (name, more) =>
  Object.assign(new Error('x'), {
    name: 'ReplicationError',
    code: 'aborted',
    retryable: false,
    remote: name,
    ...more,
  });

/** What is broken, in which way, and the case that has to find it. */
const BROKEN = [
  ['it only reads', () => ({ canWrite: false }), 'says what it is'],
  [
    'nothing is an error',
    ({ name }) => ({ getCar: () => Promise.reject(refusal(name, { code: 'not-found' })) }),
    'finds nothing in an empty remote',
  ],
  [
    'CARs lose their last byte',
    ({ getCar }) => ({ getCar: async (request) => (await getCar(request))?.slice(0, -1) ?? null }),
    'gives back the bytes of CARs, data and files apart',
  ],
  [
    'kinds are mixed up',
    ({ getCar, putCar }) => ({
      getCar: (request) => getCar({ ...request, kind: 'data' }),
      putCar: (request) => putCar({ ...request, kind: 'data' }),
    }),
    'gives back the bytes of CARs, data and files apart',
  ],
  [
    'ETags never change',
    ({ getMeta }) => ({
      async getMeta({ etag }) {
        const answer = await getMeta({});
        return etag === '"1"' ? { status: 'not-modified' } : { ...answer, etag: '"1"' };
      },
    }),
    'tells an unchanged meta by its ETag, if it gives one',
  ],
  [
    'whole buffers are sent',
    ({ putCar }) => ({
      putCar: (request) => putCar({ ...request, bytes: new Uint8Array(request.bytes.buffer) }),
    }),
    'stores views of larger buffers, and bytes as they were when they were given',
  ],
  [
    'a second upload is refused',
    ({ putCar, getCar }) => ({
      putCar: async (request) => ((await getCar(request)) ? 'exists' : putCar(request)),
    }),
    'takes a CAR again that it has',
  ],
  [
    'progress is told of an upload of nothing',
    ({ putCar }) => ({
      async putCar(request) {
        request.onProgress?.(0, 0);
        return putCar({ ...request, onProgress: undefined });
      },
    }),
    'tells progress that grows and ends at the size, if it tells any',
  ],
  [
    'conditions are checked before, not while it is stored',
    ({ getMeta, putMeta }) => ({
      async putMeta({ condition, ...request }) {
        const { status } = await getMeta({});
        if (condition === 'absent' && status === 'found') return { status: 'conflict' };
        return putMeta({ ...request, condition: 'none' });
      },
    }),
    'stores a first meta only once, also for writers that race',
  ],
  [
    'If-Match is not sent',
    ({ putMeta }) => ({
      putMeta: (request) =>
        putMeta({
          ...request,
          condition: request.condition === 'match' ? 'none' : request.condition,
        }),
    }),
    'replaces a meta only if it is the one that was seen, also for writers that race',
  ],
  [
    'the probe says what the documentation says',
    () => ({ probe: async () => ({ absent: 'honoured', match: 'ignored' }) }),
    'finds out what the remote makes of conditions, if it has `probe`',
  ],
  [
    'signals are not heard',
    ({ getMeta }) => ({ getMeta: ({ etag }) => getMeta({ etag }) }),
    'rejects with `aborted` when a request is aborted',
  ],
  [
    'errors do not say which remote',
    ({ getCar }) => ({
      getCar: (request) =>
        getCar(request).catch((error) => Promise.reject(refusal('x', { code: error.code }))),
    }),
    'makes no request that was aborted before',
  ],
  [
    'an upload is confirmed before it is stored, and sometimes is not',
    ({ putCar }) => {
      let count = 0;
      return { putCar: (request) => (++count === 2 ? Promise.resolve('stored') : putCar(request)) };
    },
    'devices converge, in the format 0.24',
  ],
  [
    'a meta is stored in a file named by the day',
    ({ putMeta }) => {
      let count = 0;
      return {
        putMeta: (request) =>
          ++count > 1 ? Promise.resolve({ status: 'stored', etag: '"9"' }) : putMeta(request),
      };
    },
    'devices converge, in the format 0.14',
  ],
];

describe('the acceptance suite', { concurrency: 8 }, () => {
  for (const [what, change, finder] of BROKEN) {
    test(`finds that ${what}`, async () => {
      const options = { conditions: 'honoured', patience: 10 };
      const cases = connectorCases({ ...options, makeRemote: changed(change) });
      const { run } = cases.find(({ name }) => name === finder);
      await assert.rejects(run());
    });
  }

  test('finds that a failure has another code than is said', async () => {
    const failures = { unauthorized: () => {} };
    const cases = connectorCases({ makeRemote: () => memoryRemote(), failures });
    const { run } = cases.find(({ name }) => name.includes('`unauthorized`'));
    await assert.rejects(run(), /did not reject/);
  });

  test('finds that conditions are not as they are said to be', async () => {
    const makeRemote = () => memoryRemote({ conditions: 'honoured' });
    for (const conditions of ['ignored', 'unsupported']) {
      const cases = connectorCases({ makeRemote, conditions });
      const ofConditions = cases.filter(({ name }) => name.includes('condition "'));
      assert.equal(ofConditions.length, 2);
      for (const { run } of ofConditions) await assert.rejects(run(), /status/);
    }
  });

  test('closes each remote, also after a failure', async () => {
    let open = 0;
    const makeRemote = () => {
      open += 1;
      return { ...memoryRemote({ conditions: 'none' }), close: async () => (open -= 1) };
    };
    const [ofName] = connectorCases({ makeRemote, conditions: 'honoured' });
    await assert.rejects(ofName.run(), /`conditional`/);
    assert.equal(open, 0);
  });

  test('wants a function that makes remotes', async () => {
    await rejectsWith((async () => connectorCases({}))(), 'invalid-argument');
  });
});
