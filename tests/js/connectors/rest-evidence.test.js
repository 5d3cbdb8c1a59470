import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { restConnector } from '../../../js/connectors/rest.js';
import { rejects } from '../../browser/assert.js';
import { withReplica } from '../server/replica.js';
import { DATABASE, NAME, bytes, CID, car, meta, withSmall, never } from './rest-uploads.js';
import { etagOf } from './small-remote.js';

/** An answer that takes an upload and keeps only what `keep` gives of it; null: nothing. */
const keeping =
  (keep) =>
  ({ request, response, path, body, objects }) => {
    if (request.method !== 'PUT') return false;
    const kept = keep(body);
    if (kept !== null) objects.set(path, kept);
    response.writeHead(200, { 'Content-Type': 'text/html', ETag: '"page"' }).end('<html>');
    return true;
  };

for (const [what, keep] of [
  ['swallowed', () => null],
  ['cut', (body) => body.subarray(0, body.length >> 1)],
  ['changed', (body) => Buffer.from(body).fill(0)],
]) {
  test(`rest evidence: 200 to an upload that is ${what} is no confirmation`, () =>
    withSmall(keeping(keep), async (connector) => {
      const isSeen = what !== 'changed';
      const upload = connector.putCar(car);
      if (isSeen) assert.equal((await rejects(upload, 'server')).retryable, true);
      else assert.equal(await upload, 'stored', 'its size is right, and its ETag no MD5');
      const failed = await connector.putMeta(meta('[1]', 'absent')).then(
        (answer) => answer.status,
        ({ code, retryable }) => `${code} ${retryable}`,
      );
      assert.equal(failed, what === 'swallowed' ? 'server true' : 'conflict');
    }));
}

test('rest evidence: a meta that is swallowed while the one before stays is an error', () =>
  withSmall(
    ({ request, response, body }) =>
      body.toString() === '[2]' && request.method === 'PUT' && !!response.writeHead(200).end(),
    async (connector) => {
      const { etag } = await connector.putMeta(meta('[1]', 'absent'));
      const error = await rejects(connector.putMeta(meta('[2]', 'match', etag)), 'server');
      assert.match(error.message, /the one before is still there/);
    },
  ));

test('rest evidence: an ETag that is the MD5 tells the bytes; another one of its looks makes them be read', async () => {
  const md5 = (body) => createHash('md5').update(body).digest('hex');
  for (const [etag, kept, gets, outcome] of [
    [md5, (body) => body, 0, 'stored'],
    [md5, (body) => Buffer.from(body).fill(0), 1, 'server'],
    [(body) => md5(`${body} encrypted`), (body) => body, 1, 'stored'],
  ]) {
    await withSmall(
      ({ request, response, path, body, objects }) => {
        if (request.method === 'PUT') objects.set(path, kept(body));
        const stored = objects.get(path);
        response.setHeader('Content-Length', request.method === 'PUT' ? 0 : stored.length);
        response.writeHead(200, { ETag: `"${etag(stored)}"` });
        response.end(request.method === 'PUT' ? undefined : stored);
        return true;
      },
      async (connector, { seen }) => {
        const plain = { ...car, ifAbsent: false };
        for (let n = 0; n < 2; n++) {
          const told = await connector.putCar(plain).catch(({ code }) => code);
          assert.equal(told, outcome);
        }
        const count = seen().filter((each) => each.startsWith('GET')).length;
        assert.equal(
          count,
          outcome === 'server' ? 2 : gets,
          'once it is known, it is not read again',
        );
      },
    );
  }
});

test('rest evidence: where digests are checked, they are sent, and nothing is asked for afterwards', () =>
  withReplica(async ({ url }) => {
    const seen = [];
    const fetch = (to, options) => {
      const digest = new Headers(options.headers).has('content-digest') ? ' with digest' : '';
      seen.push(`${options.method ?? 'GET'} ${options.body?.length ?? 0}${digest}`);
      return globalThis.fetch(to, options);
    };
    const connector = restConnector({ url, fetch, ...DATABASE });
    await connector.putCar(car);
    await connector.putCar({ ...car, kind: 'file' });
    const { etag } = await connector.putMeta(meta('[1]', 'absent'));
    await connector.putMeta(meta('[2]', 'match', etag));
    assert.deepEqual(seen, [
      'PUT 18',
      'HEAD 0',
      'PUT 18 with digest',
      'PUT 18 with digest',
      'PUT 18 with digest',
      'PUT 3 with digest',
      'PUT 3 with digest',
    ]);
  }));

/** An encrypted CAR of 0.24, as far as its form goes, whose name says nothing of its bytes. */
const sealed = (length, fill) =>
  Buffer.concat([
    Buffer.from([0xa3, 0x62, 0x69, 0x76, 0x4c, ...Array(12).fill(fill)]),
    Buffer.alloc(length, fill),
    Buffer.from([0x65, ...Buffer.from('keyId'), 0x58, 0x20, ...Array(32).fill(7)]),
  ]);

const ENCRYPTED = 'baembeiajzlcitpdvqjqmmihjfhjlckv2ezwn4x6ucrsb62mygz5mpqzxsy';

for (const [what, cid, ours, stored, expected] of [
  ['the beginning of ours', CID, bytes, bytes.subarray(0, 5), 'stored'],
  ['of our size, and other bytes', CID, bytes, Buffer.alloc(bytes.length), 'stored'],
  ['longer than ours', CID, bytes, Buffer.alloc(100), 'stored'],
  ['without a byte', CID, bytes, Buffer.alloc(0), 'stored'],
  ['encrypted, cut', ENCRYPTED, sealed(200, 1), sealed(200, 1).subarray(0, 150), 'stored'],
  ["another device's, cut", ENCRYPTED, sealed(200, 1), sealed(200, 2).subarray(0, 90), 'stored'],
  ["another device's", ENCRYPTED, sealed(200, 1), sealed(200, 2), 'exists'],
  ["another device's, shorter", ENCRYPTED, sealed(200, 1), sealed(100, 2), 'exists'],
  ["another device's, longer", ENCRYPTED, sealed(200, 1), sealed(300, 2), 'exists'],
]) {
  test(`rest evidence: an object that is in the way, ${what}: ${expected}`, () =>
    withSmall(never, async (connector, { objects, seen }) => {
      const path = `data/${decodeURIComponent(NAME)}/${cid}.car`;
      objects.set(path, Buffer.from(stored));
      const upload = { kind: 'data', cid, bytes: ours, ifAbsent: true };
      assert.equal(await connector.putCar(upload), expected);
      const now = expected === 'stored' ? ours : stored;
      assert.deepEqual(objects.get(path), Buffer.from(now));
      const replaced = seen().filter((each) => each.endsWith(etagOf(stored)));
      assert.equal(replaced.length, expected === 'stored' ? 1 : 0, 'under If-Match of its own');
    }));
}
