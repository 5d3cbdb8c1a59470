// The server in front of buckets of two real S3 servers: one that honours conditions, and one that does not.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createServer, listen, s3Store } from '../../../js/server/index.js';
import { Bucket, SERVICES } from './buckets.js';
import { count, race } from './races.js';
import { carCid } from './replica.js';

const META = 'meta/fp.notes.0.24/main.json';
const car = Buffer.from('the bytes of a CAR');
const CAR = `data/fp.notes/${carCid(car)}.car`;
const envelope = Buffer.concat([Buffer.from('a36269764c', 'hex'), Buffer.alloc(200, 5)]);

const put = (url, body, headers) => fetch(url, { method: 'PUT', body, headers });
const statusOf = async (answer) => (await answer).status;

for (const { name, start, user, isHonouring } of SERVICES) {
  describe(`server on ${name}:`, () => {
    let service;
    const servers = [];

    before(async () => (service = await start()));
    after(async () => {
      await Promise.all(servers.map((server) => server.close()));
      await service?.stop();
    });

    const serve = async (bucket, options = {}, more = {}) => {
      // Conditions hold before a bucket that ignores them only where that is promised.
      const store = s3Store({ ...bucket.options, exclusive: !isHonouring, ...options });
      const server = await listen(createServer({ store, ...more }));
      servers.push(server);
      return server.url;
    };
    const makeBucket = () => Bucket.make(service.endpoint, user);

    test('objects are stored under the keys of their paths and read back', async () => {
      const bucket = await makeBucket();
      const url = await serve(bucket, { prefix: 'team a/replicas' });
      assert.equal(await statusOf(fetch(url + META)), 404);
      assert.equal(await statusOf(put(url + META, '[1]')), 201);
      const replaced = await put(url + META, '[2]');
      assert.equal(replaced.status, 200);
      const found = await fetch(url + META);
      assert.equal(await found.text(), '[2]');
      assert.equal(found.headers.get('etag'), replaced.headers.get('etag'));
      assert.equal(found.headers.get('cache-control'), 'no-cache');
      const stored = await bucket.send(`team%20a/replicas/${META}`);
      assert.equal(await stored.text(), '[2]');
      for (const database of ['a b', "ü ☃!'()*", 'a/b', 'a+b', '50%']) {
        const path = `data/${encodeURIComponent(`fp.${database}`)}/${carCid(car)}.car`;
        assert.equal(await statusOf(put(url + path, car)), 201, database);
        assert.deepEqual(Buffer.from(await (await fetch(url + path)).arrayBuffer()), car, database);
        const raw = await bucket.send(`team%20a/replicas/${path}`);
        assert.deepEqual(
          Buffer.from(await raw.arrayBuffer()),
          car,
          `as connect.s3 finds ${database}`,
        );
      }
    });

    test('conditions are kept by the bucket, or else refused unless nobody else writes to it', async () => {
      const bucket = await makeBucket();
      const [plain, only] = [
        await serve(bucket, { exclusive: false }),
        await serve(bucket, { exclusive: true }),
      ];
      assert.equal(await statusOf(put(plain + META, '[1]')), 201);
      assert.equal(await statusOf(put(plain + CAR, car)), 201);
      for (const [path, body] of [
        [META, '[2]'],
        [CAR, car],
      ])
        for (const headers of [{ 'If-None-Match': '*' }, { 'If-Match': '"wrong"' }]) {
          const refused = await put(plain + path, body, headers);
          assert.equal(refused.status, isHonouring ? 412 : 501);
          await refused.text();
          assert.equal(await statusOf(put(only + path, body, headers)), 412);
        }
      assert.equal(await (await fetch(plain + META)).text(), '[1]', 'nothing was replaced');
    });

    test('CARs are checked and written once', async () => {
      const url = await serve(await makeBucket());
      assert.equal(await statusOf(put(url + CAR, 'other bytes')), 400, 'bytes of another CID');
      assert.equal(await statusOf(fetch(url + CAR)), 404);
      assert.equal(await statusOf(put(url + CAR, car, { 'If-Match': '*' })), 412);
      assert.equal(await statusOf(put(url + CAR, car)), 201);
      assert.equal(await statusOf(put(url + CAR, car)), 200, 'the same bytes');
      assert.equal(await statusOf(put(url + CAR, car, { 'If-None-Match': '*' })), 412);
      assert.equal(await statusOf(put(url + CAR, car, { 'If-Match': '"wrong"' })), 412);
      const found = await fetch(url + CAR);
      assert.equal(found.headers.get('etag'), `"${carCid(car)}"`);
      assert.match(found.headers.get('cache-control'), /immutable/);
      const plain = `data/fp.notes/${carCid(car, 0x18)}.car`;
      assert.equal(await statusOf(put(url + plain, 'neither plain nor encrypted')), 400);
      assert.equal(await statusOf(put(url + plain, car)), 201);
      const file = plain.replace('data', 'file');
      assert.equal(await statusOf(put(url + file, envelope)), 201);
      assert.equal(await statusOf(put(url + file, envelope)), 200);
      assert.equal(await statusOf(put(url + file, Buffer.from(envelope).fill(6, 100))), 409);
      assert.equal(await statusOf(put(url + file, envelope.subarray(0, 100))), 409);
      assert.equal(await statusOf(put(url + file, car)), 409, 'the plain form of it');
      assert.deepEqual(Buffer.from(await (await fetch(url + file)).arrayBuffer()), envelope);
    });

    test('conditions on metas hold', async () => {
      const url = await serve(await makeBucket());
      const status = (headers, body = '[9]') => statusOf(put(url + META, body, headers));
      assert.equal(await status({ 'If-Match': '*' }), 412);
      assert.equal(await status({ 'If-Match': '"x"' }), 412);
      assert.equal(await status({ 'If-None-Match': '*' }, '[1]'), 201);
      assert.equal(await status({ 'If-None-Match': '*' }), 412);
      const etag = (await fetch(url + META)).headers.get('etag');
      assert.equal(await status({ 'If-Match': `W/${etag}` }), 412);
      assert.equal(await status({ 'If-None-Match': etag }), 412);
      const refused = await put(url + META, '[9]', { 'If-Match': '"x"' });
      assert.equal(refused.headers.get('etag'), etag, 'tells what is there');
      assert.equal(await (await fetch(url + META)).text(), '[1]');
      assert.equal(await status({ 'If-Match': etag }, '[2]'), 200);
      assert.equal(await status({ 'If-Match': etag }, '[3]'), 412);
      assert.equal(await status({ 'If-Match': '*' }, '[4]'), 200);
      const last = (await fetch(url + META)).headers.get('etag');
      assert.equal(await status({ 'If-Match': `"x", ${last}` }, '[5]'), 200, 'one of several');
      assert.equal(await status({ 'If-None-Match': '"x"' }, '[6]'), 200);
    });

    test('reading: 304, 412, ranges and HEAD', async () => {
      const url = await serve(await makeBucket());
      await put(url + META, '[1, 2, 3]');
      await put(url + CAR, car);
      const text = { [META]: '[1, 2, 3]', [CAR]: car.toString() };
      for (const path of [META, CAR]) {
        const { length } = text[path];
        const etag = (await fetch(url + path)).headers.get('etag');
        const ask = async (headers, method) => {
          const answer = await fetch(url + path, { headers, method });
          return [answer.status, await answer.text(), answer.headers.get('content-length')];
        };
        for (const method of ['GET', 'HEAD']) {
          const same = await fetch(url + path, { method, headers: { 'If-None-Match': etag } });
          assert.deepEqual([same.status, same.headers.get('etag')], [304, etag]);
          assert.equal((await ask({ 'If-None-Match': `"x", W/${etag}` }, method))[0], 304);
          assert.equal((await ask({ 'If-None-Match': '*' }, method))[0], 304);
          assert.equal((await ask({ 'If-Match': '"x"' }, method))[0], 412);
          assert.equal((await ask({ 'If-None-Match': '"x"' }, method))[0], 200);
        }
        assert.deepEqual(await ask({}, 'HEAD'), [200, '', String(length)]);
        assert.deepEqual(await ask({ Range: 'bytes=2-4' }), [206, text[path].slice(2, 5), '3']);
        assert.deepEqual(await ask({ Range: 'bytes=-3' }), [206, text[path].slice(-3), '3']);
        assert.equal((await ask({ Range: `bytes=${length}-` }))[0], 416);
      }
    });

    test('of parallel writers one wins each round, whether it was there or not', async () => {
      const bucket = await makeBucket();
      const urls = [await serve(bucket)];
      // Where the bucket itself decides, it may have several servers.
      if (isHonouring) urls.push(await serve(bucket));
      await race(urls, { clients: 12, rounds: 8 });
      const { conflicts } = await count(urls, { clients: 12 });
      assert.ok(conflicts > 0, 'clients met each other');
      const path = `data/fp.notes/${carCid(car, 0x18)}.car`;
      const bodies = Array.from({ length: 12 }, (_, n) => Buffer.from(envelope).fill(n, 100));
      const answers = await Promise.all(
        bodies.map((body, n) => put(urls[n % urls.length] + path, body)),
      );
      assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(11).fill(409)]);
      const winner = answers.findIndex(({ status }) => status === 201);
      assert.deepEqual(
        Buffer.from(await (await fetch(urls[0] + path)).arrayBuffer()),
        bodies[winner],
      );
    });

    test('what is too large, broken off or more than memory allows is not stored', async () => {
      const bucket = await makeBucket();
      const limits = { maxMetaBytes: 100 };
      const url = await serve(bucket, { maxBufferedBytes: 50 }, limits);
      assert.equal(await statusOf(put(url + META, 'x'.repeat(101))), 413);
      const body = new Blob(['x'.repeat(60)]).stream();
      const busy = await fetch(url + META, { method: 'PUT', duplex: 'half', body });
      assert.deepEqual([busy.status, busy.headers.get('retry-after')], [503, '1']);
      for (let round = 0; round < 3; round++) {
        assert.equal(await statusOf(put(url + META, 'x'.repeat(50))), round === 0 ? 201 : 200);
        assert.equal(await statusOf(put(url + META, 'x'.repeat(51))), 503, 'memory is given back');
      }
      const broken = new ReadableStream({
        pull(controller) {
          controller.enqueue(new Uint8Array(10));
          controller.error(new Error('cut'));
        },
      });
      const init = { method: 'PUT', duplex: 'half', body: broken };
      await assert.rejects(fetch(`${url}${META.replace('notes', 'other')}`, init));
      assert.equal(await statusOf(fetch(url + META.replace('notes', 'other'))), 404);
    });

    test('a bucket that refuses or fails is 502, and nothing of it is shown', async () => {
      const bucket = await makeBucket();
      const entries = [];
      const log = (entry) => entries.push(entry);
      const secret = { ...user, secretAccessKey: 'a wrong secret' };
      const refused = await serve(bucket, { credentials: secret }, { log });
      const missing = await serve(bucket, { bucket: 'missing-bucket' }, { log });
      const gone = await serve(bucket, { endpoint: 'http://127.0.0.1:9' }, { log });
      for (const url of [refused, missing, gone]) {
        const answer = await put(url + META, '[1]');
        assert.equal(answer.status, 502);
        assert.equal(await answer.text(), 'the store failed\n');
      }
      assert.match(entries[0].error, /403 SignatureDoesNotMatch/);
      assert.match(entries[1].error, /NoSuchBucket|no such bucket/);
      assert.match(entries[2].error, /no answer/);
      assert.equal(await statusOf(fetch(missing + META)), 502, 'reading, too');
      assert.ok(!JSON.stringify(entries).includes('wrong secret'));
    });

    test('credentials that are refused are asked for anew, once', async () => {
      const bucket = await makeBucket();
      const reasons = [];
      const getCredentials = (reason) => {
        reasons.push(reason);
        return reasons.length < 2 ? { ...user, secretAccessKey: 'expired' } : user;
      };
      const url = await serve(bucket, { credentials: undefined, getCredentials });
      assert.equal(await statusOf(put(url + META, '[1]')), 201);
      assert.equal(await (await fetch(url + META)).text(), '[1]');
      assert.deepEqual(reasons, ['request', 'unauthorized']);
    });
  });
}

test('server on S3: options that make no sense are refused', () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const right = { region: 'us-east-1', bucket: 'x', credentials };
  s3Store(right);
  for (const wrong of [
    { bucket: undefined },
    { bucket: 'a/b' },
    { region: 'x/y' },
    { credentials: undefined },
    { credentials: { accessKeyId: 'a' } },
    { getCredentials: () => credentials },
    { endpoint: 'ftp://x' },
    { endpoint: 'nonsense' },
    { prefix: '../x' },
    { prefix: '/x' },
  ]) {
    const message = JSON.stringify(wrong);
    assert.throws(() => s3Store({ ...right, ...wrong }), { code: 'invalid-argument' }, message);
  }
});
