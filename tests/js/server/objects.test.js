import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createServer } from '../../../js/server/index.js';
import { carCid, fixtureRemotes, objectsIn, withReplica } from './replica.js';

const META = 'meta/fp.notes.0.24/main.json';
const car = Buffer.from('the bytes of a CAR');
const CAR = `data/fp.notes/${carCid(car)}.car`;
/** An encrypted 0.24 CAR, as far as the server can tell. */
const envelope = Buffer.concat([Buffer.from('a36269764c', 'hex'), Buffer.alloc(200, 5)]);

const put = (url, body, headers) => fetch(url, { method: 'PUT', body, headers });

/** Names of all files that a server has, without those in work. */
const filesIn = (dir) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

test('server: a meta is stored, replaced and read back, with the hash of its content as ETag', () =>
  withReplica(async ({ url, dir }) => {
    assert.equal((await fetch(url + META)).status, 404);
    const created = await put(url + META, '[1]');
    assert.equal(created.status, 201);
    assert.match(created.headers.get('etag'), /^"[0-9a-f]{64}"$/);
    const replaced = await put(url + META, '[2]');
    assert.equal(replaced.status, 200);
    assert.notEqual(replaced.headers.get('etag'), created.headers.get('etag'));
    const found = await fetch(url + META);
    assert.equal(await found.text(), '[2]');
    assert.equal(found.headers.get('etag'), replaced.headers.get('etag'));
    assert.equal(found.headers.get('content-type'), 'application/json');
    assert.equal(found.headers.get('cache-control'), 'no-cache');
    assert.equal(readFileSync(join(dir, META), 'utf8'), '[2]');
    assert.equal((await put(url + META, '')).status, 400, 'an empty meta');
    assert.equal((await put(url + META, '[1]')).headers.get('etag'), created.headers.get('etag'));
  }));

test('server: a CAR is written once', () =>
  withReplica(async ({ url }) => {
    assert.equal((await put(url + CAR, car)).status, 201);
    assert.equal((await put(url + CAR, car)).status, 200, 'the same bytes');
    assert.equal((await put(url + CAR, 'other bytes')).status, 400, 'bytes of another CID');
    const found = await fetch(url + CAR);
    assert.deepEqual(Buffer.from(await found.arrayBuffer()), car);
    assert.equal(found.headers.get('etag'), `"${carCid(car)}"`);
    assert.match(found.headers.get('cache-control'), /immutable/);
  }));

test('server: a plain 0.24 CAR is checked, an encrypted one is taken and never replaced', () =>
  withReplica(async ({ url, dir }) => {
    const path = `file/fp.notes/${carCid(car, 0x18)}.car`;
    assert.equal((await put(url + path, 'neither plain nor encrypted')).status, 400);
    assert.equal((await put(url + path, envelope)).status, 201);
    assert.equal((await put(url + path, envelope)).status, 200);
    const other = Buffer.from(envelope).fill(6, 100);
    assert.equal((await put(url + path, other)).status, 409);
    assert.equal((await put(url + path, car)).status, 409, 'the plain form of it');
    assert.deepEqual(readFileSync(join(dir, path)), envelope);
    const plain = `data/fp.notes/${carCid(car, 0x18)}.car`;
    assert.equal((await put(url + plain, car)).status, 201);
    const raw = `data/fp.notes/${carCid(Buffer.from('x'))}.car`;
    assert.equal((await put(url + raw, envelope)).status, 400, '0.14 names the stored bytes');
  }));

test('server: conditions on reading', () =>
  withReplica(async ({ url }) => {
    await put(url + META, '[1]');
    await put(url + CAR, car);
    for (const path of [META, CAR]) {
      const etag = (await fetch(url + path)).headers.get('etag');
      const get = async (headers, method) => {
        const response = await fetch(url + path, { headers, method });
        return [response.status, (await response.text()).length > 0, response.headers.get('etag')];
      };
      for (const method of ['GET', 'HEAD']) {
        const hasBody = method === 'GET';
        for (const same of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
          assert.deepEqual(await get({ 'If-None-Match': same }, method), [304, false, etag]);
        }
        assert.deepEqual(await get({ 'If-None-Match': '"x"' }, method), [200, hasBody, etag]);
        assert.deepEqual(await get({ 'If-Match': '"x"' }, method), [412, false, etag]);
        assert.deepEqual(await get({ 'If-Match': etag }, method), [200, hasBody, etag]);
      }
    }
  }));

test('server: conditions on writing', () =>
  withReplica(async ({ url }) => {
    const status = async (headers, body = '[9]') => (await put(url + META, body, headers)).status;
    assert.equal(await status({ 'If-Match': '*' }), 412, 'there is nothing to match');
    assert.equal(await status({ 'If-Match': '"x"' }), 412);
    assert.equal(await status({ 'If-None-Match': '*' }, '[1]'), 201);
    assert.equal(await status({ 'If-None-Match': '*' }), 412);
    const etag = (await fetch(url + META)).headers.get('etag');
    assert.equal(await status({ 'If-Match': '"x"' }), 412);
    assert.equal(await status({ 'If-Match': `W/${etag}` }), 412, 'a weak tag never matches');
    assert.equal(await status({ 'If-Match': 'nonsense' }), 412);
    assert.equal(await status({ 'If-None-Match': etag }), 412);
    const refused = await put(url + META, '[9]', { 'If-Match': '"x"' });
    assert.equal(refused.headers.get('etag'), etag, 'tells what is there');
    assert.equal(await (await fetch(url + META)).text(), '[1]');
    assert.equal(await status({ 'If-Match': etag }, '[2]'), 200);
    assert.equal(await status({ 'If-Match': etag }, '[3]'), 412);
    assert.equal(await status({ 'If-Match': '*' }, '[4]'), 200);
  }));

test('server: the probe for conditions on a CAR just stored is answered with 412', () =>
  withReplica(async ({ url }) => {
    await put(url + CAR, car);
    assert.equal((await put(url + CAR, car, { 'If-None-Match': '*' })).status, 412);
    assert.equal((await put(url + CAR, car, { 'If-Match': '"wrong"' })).status, 412);
    assert.equal((await put(url + CAR, car, { 'If-Match': `"${carCid(car)}"` })).status, 200);
  }));

test('server: of 50 parallel first writes one is made', () =>
  withReplica(async ({ url }) => {
    const bodies = Array.from({ length: 50 }, (_, index) =>
      JSON.stringify([index, 'x'.repeat(20_000)]),
    );
    const responses = await Promise.all(
      bodies.map((body) => put(url + META, body, { 'If-None-Match': '*' })),
    );
    const statuses = responses.map((response) => response.status);
    assert.equal(statuses.filter((status) => status === 201).length, 1);
    assert.equal(statuses.filter((status) => status === 412).length, 49);
    assert.equal(await (await fetch(url + META)).text(), bodies[statuses.indexOf(201)]);
  }));

test('server: 50 parallel compare-and-set loops lose nothing', () =>
  withReplica(async ({ url }) => {
    await put(url + META, '[]');
    let refused = 0;
    const append = async (name) => {
      for (;;) {
        const found = await fetch(url + META);
        const body = JSON.stringify([...(await found.json()), name]);
        const response = await put(url + META, body, { 'If-Match': found.headers.get('etag') });
        await response.text();
        if (response.ok) return;
        assert.equal(response.status, 412);
        refused += 1;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
      }
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => append(index)));
    const names = await (await fetch(url + META)).json();
    assert.deepEqual(
      names.sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, index) => index),
    );
    assert.ok(refused > 0, 'they did compete');
  }));

test('server: 50 parallel writes of one CAR all succeed, of two different ones only one does', () =>
  withReplica(async ({ url }) => {
    const same = await Promise.all(Array.from({ length: 50 }, () => put(url + CAR, car)));
    const statuses = same.map((response) => response.status).sort();
    assert.deepEqual(statuses, [...Array(49).fill(200), 201]);
    const path = `data/fp.notes/${carCid(car, 0x18)}.car`;
    const bodies = Array.from({ length: 50 }, (_, index) => Buffer.from(envelope).fill(index, 100));
    const different = await Promise.all(bodies.map((body) => put(url + path, body)));
    const winner = different.findIndex((response) => response.status === 201);
    assert.equal(different.filter((response) => response.status === 409).length, 49);
    assert.deepEqual(Buffer.from(await (await fetch(url + path)).arrayBuffer()), bodies[winner]);
  }));

test('server: a meta is never seen in parts while it is replaced', () =>
  withReplica(async ({ url }) => {
    const body = (index) => JSON.stringify(Array(50_000).fill(index));
    await put(url + META, body(0));
    let isWriting = true;
    const writing = (async () => {
      for (let index = 1; index < 20; index++) await put(url + META, body(index));
      isWriting = false;
    })();
    while (isWriting) {
      const response = await fetch(url + META);
      const values = await response.json();
      assert.equal(values.length, 50_000);
      assert.equal(new Set(values).size, 1);
    }
    await writing;
  }));

test('server: what is too large is refused, announced or not, and leaves nothing', () =>
  withReplica(
    async ({ url, dir }) => {
      const large = Buffer.alloc(5000, 1);
      const path = `data/fp.notes/${carCid(large)}.car`;
      const stream = (bytes) => ({
        method: 'PUT',
        duplex: 'half',
        body: new Blob([bytes]).stream(),
      });
      assert.equal((await put(url + path, large)).status, 413);
      assert.equal((await fetch(url + path, stream(large))).status, 413);
      assert.equal((await put(url + META, 'x'.repeat(101))).status, 413);
      assert.equal((await fetch(url + META, stream('x'.repeat(101)))).status, 413);
      assert.equal((await put(url + META, 'x'.repeat(100))).status, 201);
      const fitting = large.subarray(0, 4000);
      assert.equal((await put(`${url}data/fp.notes/${carCid(fitting)}.car`, fitting)).status, 201);
      assert.deepEqual(filesIn(dir).sort(), [`${carCid(fitting)}.car`, 'main.json'].sort());
    },
    { maxCarBytes: 4000, maxMetaBytes: 100 },
  ));

test('server: ranges', () =>
  withReplica(async ({ url }) => {
    await put(url + CAR, car);
    const ask = async (range, more) => {
      const response = await fetch(url + CAR, { headers: { Range: range, ...more } });
      return [response.status, await response.text(), response.headers.get('content-range')];
    };
    const text = car.toString();
    const size = car.length;
    assert.deepEqual(await ask('bytes=4-8'), [206, text.slice(4, 9), `bytes 4-8/${size}`]);
    assert.deepEqual(await ask('bytes=4-'), [206, text.slice(4), `bytes 4-${size - 1}/${size}`]);
    assert.deepEqual(await ask('bytes=4-999'), [206, text.slice(4), `bytes 4-${size - 1}/${size}`]);
    assert.deepEqual(await ask('bytes=-3'), [
      206,
      text.slice(-3),
      `bytes ${size - 3}-${size - 1}/${size}`,
    ]);
    assert.deepEqual(await ask('bytes=-999'), [206, text, `bytes 0-${size - 1}/${size}`]);
    assert.deepEqual(await ask(`bytes=${size}-`), [416, '', `bytes */${size}`]);
    assert.deepEqual(await ask('bytes=-0'), [416, '', `bytes */${size}`]);
    for (const ignored of ['bytes=5-2', 'bytes=-', 'bytes=0-1,3-4', 'lines=1-2', 'nonsense']) {
      assert.deepEqual(await ask(ignored), [200, text, null], ignored);
    }
    const etag = `"${carCid(car)}"`;
    assert.equal((await ask('bytes=0-0', { 'If-Range': etag }))[0], 206);
    assert.equal((await ask('bytes=0-0', { 'If-Range': '"x"' }))[0], 200);
  }));

test('server: HEAD tells size and tag without a body', () =>
  withReplica(async ({ url }) => {
    await put(url + CAR, car);
    const response = await fetch(url + CAR, { method: 'HEAD' });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-length'), String(car.length));
    assert.equal(response.headers.get('etag'), `"${carCid(car)}"`);
    assert.equal(await response.text(), '');
    assert.equal((await fetch(url + META, { method: 'HEAD' })).status, 404);
  }));

test('server: pages of every origin may do everything, also see errors', () =>
  withReplica(async ({ url }) => {
    const asked = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'PUT' };
    const preflight = await fetch(url + META, {
      method: 'OPTIONS',
      headers: { ...asked, 'Access-Control-Request-Headers': 'authorization,if-match,x-own' },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    assert.equal(preflight.headers.get('access-control-allow-methods'), 'GET,HEAD,PUT,OPTIONS');
    assert.match(
      preflight.headers.get('access-control-allow-headers'),
      /authorization.*if-match.*x-own/,
    );
    assert.equal(preflight.headers.get('access-control-max-age'), '86400');
    await put(url + META, '[1]');
    const answers = [
      [await fetch(url + META), 200],
      [await fetch(url + META, { headers: { 'If-None-Match': '*' } }), 304],
      [await fetch(url + CAR), 404],
      [await fetch(`${url}data/fp.x/bad`), 400],
      [await put(url + META, '[2]', { 'If-None-Match': '*' }), 412],
      [await put(url + CAR, 'x'), 400],
      [await fetch(url + META, { method: 'DELETE' }), 405],
    ];
    for (const [response, status] of answers) {
      assert.equal(response.status, status);
      assert.equal(response.headers.get('access-control-allow-origin'), '*');
      assert.match(
        response.headers.get('access-control-expose-headers'),
        /ETag.*Content-Length.*Retry-After/,
      );
    }
  }));

test('server: real remotes of both formats can be uploaded object by object', async () => {
  let cars = 0;
  for (const { dir, name } of fixtureRemotes()) {
    await withReplica(async ({ url }) => {
      const upload = async ({ path, bytes }) => {
        assert.equal((await put(url + path, bytes)).status, 201, `${name}/${path}`);
        const found = await fetch(url + path);
        assert.ok(bytes.equals(Buffer.from(await found.arrayBuffer())), `${name}/${path}`);
        cars += path.startsWith('meta') ? 0 : 1;
      };
      await Promise.all(objectsIn(dir).map(upload));
    });
  }
  assert.ok(cars > 500, `${cars} CARs`);
});

test('server: remains of a killed process are removed after an hour', async () => {
  await withReplica(async ({ url, dir }) => {
    const drafts = join(dir, '.drafts');
    mkdirSync(drafts);
    for (const name of ['old', 'young']) writeFileSync(join(drafts, name), 'partial');
    const old = Date.now() / 1000 - 3700;
    utimesSync(join(drafts, 'old'), old, old);
    const again = createServer({ dir });
    await again.fetch(new Request(url + META, { method: 'PUT', body: '[1]' }));
    assert.deepEqual(readdirSync(drafts), ['young']);
  });
});

test('server: needs a place to keep objects', () => {
  assert.throws(() => createServer({}), { code: 'invalid-argument' });
  assert.throws(() => createServer({ dir: 'x', store: {} }), { code: 'invalid-argument' });
});

test('server: a store that fails, or is full, answers and goes on', async () => {
  let code = 'EIO';
  const fail = async () => {
    throw Object.assign(new Error('secret path'), { code });
  };
  const server = createServer({ store: { open: fail, put: fail } });
  const url = 'http://localhost/';
  const failed = await server.fetch(new Request(url + META));
  assert.equal(failed.status, 500);
  assert.ok(!(await failed.text()).includes('secret'));
  code = 'ENOSPC';
  const full = await server.fetch(new Request(url + META, { method: 'PUT', body: '[1]' }));
  assert.equal(full.status, 507);
  assert.equal(full.headers.get('access-control-allow-origin'), '*');
});
