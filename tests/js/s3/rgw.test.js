// Alone, this file starts a gateway for itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { s3Connector } from '../../../js/connectors/s3.js';
import { rejects } from '../../browser/assert.js';
import { carCid } from '../server/replica.js';
import { contract } from './contract.js';
import { presigned } from './presigned.js';
import { replication } from './replication.js';
import { RGW } from './servers.js';
import { TestBucket } from './test-bucket.js';
import { writers } from './writers.js';

describe('RGW', () => {
  let gateway;
  before(async () => {
    gateway = await RGW.open();
  });
  after(() => gateway?.stop());

  const server = { ...RGW, endpoint: () => gateway.endpoint };
  contract(server);
  presigned(server);
  replication(server);

  const database = { database: 'notes', format: '0.24' };
  const bytes = new TextEncoder().encode('the bytes of a CAR');
  const car = { kind: 'data', cid: carCid(bytes), bytes, ifAbsent: true };
  const bucket = () => TestBucket.make(gateway.endpoint, RGW.owner);

  test('RGW: of writers that meet, no two win', async () => {
    const made = await bucket();
    const racers = Array.from({ length: 8 }, () => s3Connector({ ...database, ...made.signed }));
    /** The gateway answers some of those that come too late with 500, which is tried again. */
    const failed = (error) => {
      assert.equal(`${error.code} ${error.retryable}`, 'server true', error.message);
      return { status: 'failed' };
    };
    for (let round = 0; round < 4; round++) {
      const { etag } = await racers[0].getMeta({});
      const condition = etag === undefined ? 'absent' : 'match';
      const bodies = racers.map((_, n) => new TextEncoder().encode(`[${round},${n}]`));
      const uploads = bodies.map((body, n) =>
        racers[n].putMeta({ bytes: body, condition, etag }).catch(failed),
      );
      const answers = await Promise.all(uploads);
      const won = bodies.filter((_, n) => answers[n].status === 'stored');
      assert.ok(won.length <= 1, JSON.stringify(answers));
      if (won.length === 1) assert.deepEqual((await racers[0].getMeta({})).metas, won);
    }
  });

  const versionedBucket = async () => {
    const made = await bucket();
    await made.keepVersions();
    return made;
  };
  writers({ name: 'RGW', makeBucket: bucket, conditional: 'honoured' });
  const versioned = { makeBucket: versionedBucket, conditional: 'unsupported' };
  writers({ name: 'RGW with versions', ...versioned });

  test('RGW: in a bucket that keeps versions a condition is found to be ignored', async () => {
    const made = await versionedBucket();
    const s3 = s3Connector({ ...database, ...made.signed });
    assert.equal(await s3.putCar(car), 'stored');
    assert.equal((await s3.probe(car)).absent, 'ignored');
  });

  test('RGW: credentials of somebody else are forbidden', async () => {
    const made = await bucket();
    const s3 = s3Connector({ ...database, ...made.signed, credentials: RGW.stranger });
    for (const work of [() => s3.getMeta({}), () => s3.getCar(car), () => s3.putCar(car)]) {
      assert.match((await rejects(work(), 'forbidden')).message, /403 AccessDenied/);
    }
  });

  test('RGW: a body that changes on its way is refused', async () => {
    const made = await bucket();
    const fetchDamaging = (url, init) =>
      fetch(url, init.body ? { ...init, body: init.body.map((byte) => byte ^ 1) } : init);
    const s3 = s3Connector({ ...database, ...made.signed, fetch: fetchDamaging });
    const error = await rejects(s3.putCar(car), 'server');
    assert.match(error.message, /400 XAmzContentSHA256Mismatch/);
    assert.equal(await s3.hasCar(car), false);
  });
});
