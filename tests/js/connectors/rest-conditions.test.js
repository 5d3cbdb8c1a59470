import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restConnector } from '../../../js/connectors/rest.js';
import { s3Connector } from '../../../js/connectors/s3.js';
import { carCid, withReplica } from '../server/replica.js';
import { withServer } from './scripted-server.js';

const DATABASE = { database: 'x', format: '0.24' };
const bytes = new TextEncoder().encode('the bytes of a CAR');
const CAR = { kind: 'data', cid: carCid(bytes), bytes };

/** A server that answers by the condition of a request. */
function withConditions({ absent, match }, work) {
  const answer = (request, response) => {
    request.resume();
    const { 'if-none-match': wantsAbsent, 'if-match': wantsMatch } = request.headers;
    const status = wantsAbsent === '*' ? absent : wantsMatch !== undefined ? match : 200;
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
]) {
  test(`rest conditions: ${absent} and ${match} are each noted separately`, () =>
    withConditions({ absent, match }, async (connector, requests) => {
      assert.deepEqual(await connector.probe(CAR), expected);
      assert.equal(requests.length, 2);
    }));
}

test('rest conditions: a probe that fails says nothing of conditions', () =>
  withConditions({ absent: 503, match: 412 }, async (connector) => {
    await assert.rejects(connector.probe(CAR), { code: 'server', retryable: true });
  }));

test('rest conditions: where they are not known, uploads say so and store nothing', () =>
  withConditions({ absent: 501, match: 501 }, async (connector) => {
    assert.equal(await connector.putCar({ ...CAR, ifAbsent: true }), 'unsupported');
    assert.equal(await connector.putCar({ ...CAR, ifAbsent: false }), 'stored');
    for (const condition of ['absent', 'match'])
      assert.deepEqual(await connector.putMeta({ bytes, condition, etag: '"a"' }), {
        status: 'unsupported',
      });
  }));

test('rest conditions: whether a CAR is there is asked without fetching it', () =>
  withReplica(async ({ url }) => {
    const connector = restConnector({ url, ...DATABASE });
    assert.equal(await connector.hasCar(CAR), false);
    await connector.putCar({ ...CAR, ifAbsent: true });
    assert.equal(await connector.hasCar(CAR), true);
    assert.equal(await connector.hasCar({ ...CAR, kind: 'file' }), false);
  }));

test('rest conditions: an object without a byte, which an upload that was cut off may leave, is no CAR', () =>
  withServer(
    (request, response) => response.writeHead(200, { 'content-length': 0 }).end(),
    async ({ url }) => {
      assert.equal(await restConnector({ url, ...DATABASE }).hasCar(CAR), false);
      const bucket = { download: url, upload: url };
      assert.equal(await s3Connector({ ...bucket, ...DATABASE }).hasCar(CAR), false);
    },
  ));
