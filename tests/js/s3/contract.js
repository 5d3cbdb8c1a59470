import assert from 'node:assert/strict';
import { test } from 'node:test';
import { s3Connector } from '../../../js/connectors/s3.js';
import { rejects } from '../../browser/assert.js';
import { carCid } from '../server/replica.js';
import { TestBucket } from './test-bucket.js';

/** Names that signing has to encode exactly as the server does. */
const NAMES = ['notes', 'a b/ü', '100 %+', "!'()*~&=#?;:@,$[]", 'a%2Fb..', '文書😀'];

const bytes = new TextEncoder().encode('the bytes of a CAR');
const cid = carCid(bytes);
const car = { kind: 'data', cid, bytes, ifAbsent: true };
const text = (content) => new TextEncoder().encode(content);
const HOUR = 3_600_000;

/** A fetch that records requests as 'GET 200'. */
function recorder() {
  const requests = [];
  const recording = async (url, init) => {
    const response = await fetch(url, init);
    requests.push(`${init.method ?? 'GET'} ${response.status}`);
    return response;
  };
  return Object.assign(recording, { take: () => requests.splice(0) });
}

/** Runs something with the clock of this device put forward. */
async function withClock(milliseconds, work) {
  const { now } = Date;
  Date.now = () => now() + milliseconds;
  try {
    return await work();
  } finally {
    Date.now = now;
  }
}

/**
 * What connect.s3 owes to the engine, at a real server.
 *
 * @param {object} server
 * @param {string} server.name
 * @param {() => string} server.endpoint
 * @param {{ accessKeyId: string, secretAccessKey: string }} server.owner
 * @param {{ absent: string, match: string }} server.conditions what it makes of them
 */
export function contract({ name, endpoint, owner, conditions }) {
  const isHonoured = conditions.absent === 'honoured';
  const database = { database: 'notes', format: '0.24' };
  const bucket = () => TestBucket.make(endpoint(), owner);
  const connector = ({ signed }, options = {}) =>
    s3Connector({ ...database, ...signed, ...options });

  test(`${name}: objects lie at their places, whatever the names`, async () => {
    const made = await bucket();
    const places = { '': NAMES, 'team a+b/ü': ['notes', '100 %+'], 'x/y/': ['notes'] };
    for (const [prefix, names] of Object.entries(places)) {
      const folder = prefix && `${prefix.replace(/\/$/, '')}/`;
      for (const each of names) {
        const s3 = connector(made, { prefix, database: each });
        assert.deepEqual(await s3.getMeta({}), { status: 'none' });
        assert.equal(await s3.getCar(car), null);
        assert.equal(await s3.hasCar(car), false);
        assert.equal(await s3.putCar({ ...car, kind: 'file' }), 'stored');
        assert.equal(await s3.hasCar({ ...car, kind: 'file' }), true);
        assert.equal(await s3.hasCar(car), false);
        assert.deepEqual(await s3.getCar({ ...car, kind: 'file' }), bytes);
        assert.equal((await s3.putMeta({ bytes, condition: 'absent' })).status, 'stored');
        assert.deepEqual(await made.read(`${folder}file/fp.${each}/${cid}.car`), bytes);
        assert.deepEqual(await made.read(`${folder}meta/fp.${each}.0.24/main.json`), bytes);
      }
    }
    // A CAR, a meta, and the object that the bucket is tried with.
    assert.equal((await made.keys()).length, 3 * Object.values(places).flat().length);
  });

  test(`${name}: each operation is one request, and evidence where the bucket does not check hashes another`, async () => {
    const counting = recorder();
    const s3 = connector(await bucket(), { fetch: counting });
    const { etag } = await s3.putMeta({ bytes: text('[1]'), condition: 'absent' });
    assert.deepEqual(counting.take(), ['PUT 200', 'GET 200'], 'nothing is known of the bucket yet');
    assert.deepEqual(await s3.getMeta({}), { status: 'found', metas: [text('[1]')], etag });
    assert.deepEqual(await s3.getMeta({ etag }), { status: 'not-modified' });
    assert.deepEqual(counting.take(), ['GET 200', 'GET 304']);
    await s3.putCar(car);
    await s3.getCar(car);
    await s3.hasCar(car);
    assert.deepEqual(counting.take(), ['PUT 200', 'HEAD 200', 'GET 200', 'HEAD 200']);
    await s3.putCar({ ...car, kind: 'file' });
    const tried = isHonoured
      ? ['PUT 400', 'PUT 200', 'PUT 200']
      : ['PUT 200', 'PUT 200', 'HEAD 200'];
    assert.deepEqual(counting.take(), tried);
    await s3.putMeta({ bytes: text('[2]'), condition: 'none' });
    assert.deepEqual(counting.take(), ['PUT 200']);
  });

  test(`${name}: what it makes of conditions is found out`, async () => {
    const s3 = connector(await bucket());
    await s3.putCar(car);
    assert.deepEqual(await s3.probe(car), conditions);
    assert.deepEqual(await s3.getCar(car), bytes);
    assert.equal(await s3.putCar(car), isHonoured ? 'exists' : 'stored');
  });

  test(`${name}: a meta replaces the one that was read${isHonoured ? ', and no other' : ''}`, async () => {
    const s3 = connector(await bucket());
    const first = await s3.putMeta({ bytes: text('[1]'), condition: 'absent' });
    let { etag } = first;
    for (const content of ['[2]', '[3]', '[4]']) {
      const stored = await s3.putMeta({ bytes: text(content), condition: 'match', etag });
      assert.equal(stored.status, 'stored');
      assert.deepEqual((await s3.getMeta({})).metas, [text(content)]);
      assert.notEqual(stored.etag, etag);
      etag = stored.etag;
    }
    if (!isHonoured) return;
    const late = [
      { condition: 'absent' },
      { condition: 'match', etag: first.etag },
      { condition: 'match', etag: '"x"' },
    ];
    for (const each of late) {
      assert.deepEqual(await s3.putMeta({ bytes: text('[5]'), ...each }), { status: 'conflict' });
    }
    assert.deepEqual((await s3.getMeta({})).metas, [text('[4]')]);
  });

  test(`${name}: what the server says about credentials is told`, async () => {
    const made = await bucket();
    const counting = recorder();
    const refused = {
      SignatureDoesNotMatch: { ...owner, secretAccessKey: `${owner.secretAccessKey}x` },
      InvalidAccessKeyId: { ...owner, accessKeyId: 'NOBODY' },
    };
    for (const [code, credentials] of Object.entries(refused)) {
      const s3 = connector(made, { credentials, fetch: counting });
      const metaUpload = { bytes, condition: 'none' };
      const calls = [
        () => s3.getMeta({}),
        () => s3.getCar(car),
        () => s3.putCar(car),
        () => s3.putMeta(metaUpload),
        () => s3.hasCar(car),
      ];
      for (const call of calls) {
        const error = await rejects(call(), 'unauthorized');
        assert.match(error.message, new RegExp(`403 ${code}`));
        assert.doesNotMatch(error.message, /X-Amz|Signature=/);
        assert.equal(error.remote, `s3 ${made.url}`);
      }
      const requests = counting.take();
      // The answer to a HEAD does not say why; else nothing is repeated.
      assert.deepEqual(requests.slice(-3), ['HEAD 403', 'GET 403', 'GET 403']);
      assert.equal(requests.length, 7);
    }
    assert.deepEqual(await made.keys(), []);
  });

  test(`${name}: credentials are fetched anew once, and when they end`, async () => {
    const made = await bucket();
    const reasons = [];
    const answers = [{ ...owner, secretAccessKey: 'old' }, owner];
    const getCredentials = (reason) => {
      reasons.push(reason);
      return answers.shift() ?? { ...owner, secretAccessKey: 'none' };
    };
    const options = { credentials: undefined, getCredentials };
    const s3 = connector(made, options);
    const both = await Promise.all([s3.putCar(car), s3.putMeta({ bytes, condition: 'absent' })]);
    assert.deepEqual([both[0], both[1].status], ['stored', 'stored']);
    assert.deepEqual(reasons.splice(0), ['request', 'unauthorized']);

    const counting = recorder();
    answers.push({ ...owner, expiration: new Date(Date.now() + 30_000) });
    const ending = connector(made, { ...options, fetch: counting });
    assert.equal((await ending.getMeta({})).status, 'found');
    await rejects(ending.getMeta({}), 'unauthorized');
    assert.deepEqual(reasons, ['request', 'expired', 'unauthorized']);
    assert.deepEqual(counting.take(), ['GET 200', 'GET 403', 'GET 403']);
  });

  for (const hours of [-3, 3]) {
    test(`${name}: a clock that is ${hours} h off costs one request more, once`, async () => {
      const counting = recorder();
      const made = await bucket();
      const s3 = connector(made, { fetch: counting });
      await withClock(hours * HOUR, async () => {
        await s3.putCar(car);
        await s3.putMeta({ bytes, condition: 'absent' });
        await s3.getMeta({});
      });
      const [refused, ...others] = counting.take();
      assert.equal(refused, 'PUT 403');
      assert.ok(others.length <= 6 && !others.some((each) => each.endsWith('403')), `${others}`);
      const reader = connector(made, { fetch: counting });
      await withClock(hours * HOUR, () => reader.getMeta({}));
      await withClock(hours * HOUR, () => reader.getCar(car));
      const requests = counting.take();
      assert.ok(requests.length <= 3, requests.join(' '));
      assert.deepEqual(requests.slice(-2), ['GET 200', 'GET 200']);
    });
  }

  test(`${name}: what was deleted, emptied or cut behind our back is told apart from what is whole`, async () => {
    const made = await bucket();
    const s3 = connector(made);
    const path = `data/fp.${database.database}/${cid}.car`;
    await s3.putCar(car);
    for (const [damage, isThere] of [
      [() => made.delete(path), false],
      [() => made.write(path, new Uint8Array(0)), false],
      [() => made.write(path, bytes.subarray(0, 5)), false],
      [() => made.write(path, bytes), true],
    ]) {
      await damage();
      assert.equal(await s3.hasCar(car), isThere);
      const again = await s3.putCar(car);
      assert.equal(again, isThere && isHonoured ? 'exists' : 'stored');
      assert.deepEqual(await made.read(path), bytes, 'it is whole again');
    }
  });

  test(`${name}: a bucket that is not there is an error, not an empty remote`, async () => {
    const s3 = connector({ signed: { ...new TestBucket(endpoint(), owner).signed } });
    for (const call of [() => s3.getMeta({}), () => s3.putCar(car)]) {
      const error = await rejects(call(), 'server');
      assert.equal(error.retryable, false);
      assert.match(error.message, /404 NoSuchBucket/);
    }
  });
}
