import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restConnector } from '../../../js/connectors/rest.js';
import { s3Connector } from '../../../js/connectors/s3.js';
import { carCid, withReplica } from '../server/replica.js';
import { withServer } from './scripted-server.js';
import { withRemote } from './small-remote.js';

const DATABASE = { database: 'x', format: '0.24' };
const bytes = new TextEncoder().encode('the bytes of a CAR');
const CAR = { kind: 'data', cid: carCid(bytes), bytes };

/** A server that answers by the condition of a request. */
function withConditions({ absent, match, plain = 200 }, work) {
  const answer = (request, response) => {
    request.resume();
    const { 'if-none-match': wantsAbsent, 'if-match': wantsMatch } = request.headers;
    const status = wantsAbsent === '*' ? absent : wantsMatch !== undefined ? match : plain;
    response.writeHead(status).end();
  };
  return withServer(answer, ({ url, requests }) =>
    work(restConnector({ url, ...DATABASE }), requests),
  );
}

test('rest conditions: our server honours both, and the probe changes nothing', () =>
  withReplica(async ({ url }) => {
    const connector = restConnector({ url, ...DATABASE });
    await connector.putCar({ ...CAR, ifAbsent: true });
    assert.deepEqual(await connector.probe(CAR), { absent: 'honoured', match: 'honoured' });
    assert.deepEqual(await connector.getCar(CAR), bytes);
  }));

for (const [absent, match, expected] of [
  [412, 412, { absent: 'honoured', match: 'honoured' }],
  [409, 404, { absent: 'honoured', match: 'honoured' }],
  [200, 201, { absent: 'ignored', match: 'ignored' }],
  [412, 200, { absent: 'honoured', match: 'ignored' }],
  [501, 501, { absent: 'unsupported', match: 'unsupported' }],
  [400, 405, { absent: 'unsupported', match: 'unsupported' }],
  [428, 412, { absent: 'unsupported', match: 'honoured' }],
]) {
  test(`rest conditions: ${absent} and ${match} are each noted separately`, () =>
    withConditions({ absent, match }, async (connector, requests) => {
      assert.deepEqual(await connector.probe(CAR), expected);
      assert.equal(requests.length, 3, 'the object is stored first');
      assert.ok(requests.every(({ headers }) => headers['content-length'] === '18'));
    }));
}

test('rest conditions: a probe that fails says nothing of conditions', () =>
  withConditions({ absent: 503, match: 412 }, async (connector) => {
    await assert.rejects(connector.probe(CAR), { code: 'server', retryable: true });
  }));

for (const status of [400, 405, 428, 501]) {
  test(`rest conditions: where they are answered ${status}, uploads say so and store nothing`, () =>
    withRemote(
      ({ request, response }) => {
        if (!request.headers['if-match'] && !request.headers['if-none-match']) return false;
        response.writeHead(status).end();
        return true;
      },
      async ({ url, objects }) => {
        const connector = restConnector({ url, ...DATABASE });
        assert.equal(await connector.putCar({ ...CAR, ifAbsent: true }), 'unsupported');
        for (const condition of ['absent', 'match'])
          assert.deepEqual(await connector.putMeta({ bytes, condition, etag: '"a"' }), {
            status: 'unsupported',
          });
        const own = [...objects.keys()].filter((path) => !objects.get(path).includes('roots'));
        assert.deepEqual(own, []);
        assert.equal(await connector.putCar({ ...CAR, ifAbsent: false }), 'stored');
      },
    ));
}

test('rest conditions: 400 to everything is no answer to a condition', () =>
  withConditions({ absent: 400, match: 400, plain: 400 }, async (connector) => {
    await assert.rejects(connector.putCar({ ...CAR, ifAbsent: true }), { code: 'server' });
    await assert.rejects(connector.probe(CAR), { code: 'server', retryable: false });
  }));

test('rest conditions: whether a CAR is there is asked without fetching it', () =>
  withReplica(async ({ url }) => {
    const connector = restConnector({ url, ...DATABASE });
    assert.equal(await connector.hasCar(CAR), false);
    await connector.putCar({ ...CAR, ifAbsent: true });
    assert.equal(await connector.hasCar(CAR), true);
    assert.equal(await connector.hasCar({ ...CAR, kind: 'file' }), false);
  }));

test('rest conditions: an object without a byte, or the beginning of ours, is no CAR', async () => {
  for (const length of [0, 10]) {
    const begin = bytes.subarray(0, length);
    const answer = (request, response) =>
      response.writeHead(200, { 'Content-Length': length }).end(begin);
    await withServer(answer, async ({ url }) => {
      for (const connector of [
        restConnector({ url, ...DATABASE }),
        s3Connector({ download: url, upload: url, ...DATABASE }),
      ]) {
        assert.equal(await connector.hasCar(CAR), false);
        const { bytes: _, ...question } = CAR;
        assert.equal(await connector.hasCar(question), length > 0);
      }
    });
  }
});

for (const status of [400, 403, 404, 405, 500, 501]) {
  test(`rest conditions: where HEAD is answered ${status}, a GET tells whether a CAR is there`, () =>
    withRemote(
      ({ request, response }) => {
        if (request.method !== 'HEAD') return false;
        response.writeHead(status).end();
        return true;
      },
      async ({ url, seen }) => {
        const connector = restConnector({ url, ...DATABASE });
        assert.equal(await connector.hasCar(CAR), false);
        assert.equal(await connector.putCar({ ...CAR, ifAbsent: false }), 'stored');
        for (let n = 0; n < 2; n++) assert.equal(await connector.hasCar(CAR), true);
        const heads = seen().filter((each) => each.startsWith('HEAD')).length;
        assert.ok(heads <= 2, `${heads} times HEAD`);
      },
    ));
}
