import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { bearerTokens, createServer } from '../../../js/server/index.js';
import { carCid, withReplica } from './replica.js';

const car = Buffer.from('the bytes of a CAR');
const metaOf = (database) => `meta/fp.${encodeURIComponent(database)}.0.24/main.json`;
const carOf = (database) => `data/fp.${database}/${carCid(car)}.car`;

const WRITER = 'writer-of-notes-0123456789';
const READER = 'reader-of-notes-0123456789';
const ALL = 'reader-of-everything-01234==';
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

const tokens = [
  { name: 'writer', token: WRITER, databases: ['notes', 'a/b'], rights: 'write' },
  { name: 'reader', sha256: sha256(READER).toUpperCase(), databases: ['notes'], rights: 'read' },
  { token: ALL, databases: '*', rights: 'read' },
];

const bearer = (token) => (token === null ? {} : { Authorization: `Bearer ${token}` });

/** @param {string} url */
function asker(url) {
  return (method, path, token, headers = {}) =>
    fetch(url + path, {
      method,
      headers: { Origin: 'https://app.example', ...bearer(token), ...headers },
      body: method !== 'PUT' ? undefined : path.startsWith('meta') ? '[1]' : car,
    });
}

test('access: a token opens its databases, for reading or for both', () =>
  withReplica(
    async ({ url }) => {
      const ask = asker(url);
      const status = async (...args) => (await ask(...args)).status;
      assert.equal(await status('PUT', metaOf('notes'), WRITER), 201);
      assert.equal(await status('PUT', carOf('notes'), WRITER), 201);
      assert.equal(await status('PUT', metaOf('a/b'), WRITER), 201);
      for (const [database, token, get, put] of [
        ['notes', WRITER, 200, 200],
        ['notes', READER, 200, 403],
        ['notes', ALL, 200, 403],
        ['notes', null, 401, 401],
        ['notes', 'unknown-token-0123456789', 401, 401],
        ['a/b', READER, 403, 403],
        ['a/b', ALL, 200, 403],
        ['note', WRITER, 403, 403],
        ['notes.0.24', WRITER, 403, 403],
        ['Notes', WRITER, 403, 403],
        ['other', READER, 403, 403],
        ['other', ALL, 404, 403],
      ]) {
        const what = `${database} with ${token}`;
        assert.equal(await status('GET', metaOf(database), token), get, what);
        if (get !== 200) assert.equal(await status('HEAD', metaOf(database), token), get, what);
        assert.equal(await status('PUT', metaOf(database), token), put, what);
      }
      assert.equal(await status('GET', carOf('notes'), null), 401);
      assert.equal(await status('GET', carOf('notes').replace('data', 'file'), null), 401);
    },
    { tokens },
  ));

test('access: refusals say why, and pages see them; OPTIONS needs no token', () =>
  withReplica(
    async ({ url }) => {
      const ask = asker(url);
      for (const [token, status, challenge] of [
        [null, 401, 'Bearer realm="fireproof-wasm"'],
        ['unknown-token-0123456789', 401, 'Bearer realm="fireproof-wasm", error="invalid_token"'],
        [READER, 403, 'Bearer realm="fireproof-wasm", error="insufficient_scope"'],
      ]) {
        const answer = await ask('PUT', metaOf('notes'), token);
        assert.equal(answer.status, status);
        assert.equal(answer.headers.get('www-authenticate'), challenge);
        assert.equal(answer.headers.get('access-control-allow-origin'), '*');
        assert.match(answer.headers.get('access-control-expose-headers'), /WWW-Authenticate/);
        assert.equal(answer.headers.get('cache-control'), 'no-store');
      }
      for (const scheme of ['Basic', 'bearer', '']) {
        const headers = { Authorization: `${scheme} ${ALL}` };
        const { status } = await ask('GET', metaOf('notes'), null, headers);
        assert.equal(status, scheme === 'bearer' ? 404 : 401, scheme);
      }
      const headers = {
        'Access-Control-Request-Method': 'PUT',
        'Access-Control-Request-Headers': 'authorization',
      };
      const preflight = await ask('OPTIONS', metaOf('notes'), null, headers);
      assert.equal(preflight.status, 204);
      assert.equal(preflight.headers.get('access-control-allow-headers'), 'authorization');
    },
    { tokens },
  ));

test('access: databases may be public for reading; others stay out of shared caches', async () => {
  await withReplica(
    async ({ url }) => {
      const ask = asker(url);
      const cacheOf = async (...args) => (await ask(...args)).headers.get('cache-control');
      await ask('PUT', carOf('notes'), WRITER);
      assert.equal(
        await cacheOf('GET', carOf('notes'), READER),
        'private, max-age=31536000, immutable',
      );
      assert.equal((await ask('GET', metaOf('open'), null)).status, 404);
      assert.equal((await ask('PUT', metaOf('open'), null)).status, 401);
      assert.equal((await ask('GET', metaOf('notes'), null)).status, 401);
    },
    { tokens, publicRead: ['open'] },
  );
  await withReplica(
    async ({ url }) => {
      const ask = asker(url);
      await ask('PUT', carOf('notes'), WRITER);
      const found = await ask('GET', carOf('notes'), null);
      assert.equal(found.status, 200);
      assert.match(found.headers.get('cache-control'), /^public/);
      assert.equal((await ask('PUT', carOf('notes'), READER)).status, 403);
    },
    { tokens, publicRead: true },
  );
});

test('access: a function may decide', () => {
  const asked = [];
  const authorize = async (token, wish) => {
    asked.push([token, wish]);
    if (token === 'broken') throw new Error('secret');
    if (token === 'nobody') return { allowed: false, known: false };
    return token === 'yes' || (wish.right === 'read' && wish.kind === 'meta');
  };
  return withReplica(
    async ({ url }) => {
      const ask = asker(url);
      assert.equal((await ask('PUT', metaOf('a/b'), 'yes')).status, 201);
      assert.equal((await ask('HEAD', metaOf('a/b'), null)).status, 200);
      assert.equal((await ask('GET', carOf('x'), null)).status, 401);
      assert.equal((await ask('PUT', carOf('x'), 'no')).status, 403);
      assert.equal((await ask('PUT', carOf('x'), 'nobody')).status, 401);
      assert.deepEqual(asked.slice(0, 3), [
        ['yes', { database: 'a/b', right: 'write', kind: 'meta' }],
        [null, { database: 'a/b', right: 'read', kind: 'meta' }],
        [null, { database: 'x', right: 'read', kind: 'data' }],
      ]);
      const broken = await ask('GET', metaOf('x'), 'broken');
      assert.equal(broken.status, 500);
      assert.equal(await broken.text(), 'the server failed\n');
      assert.equal(broken.headers.get('access-control-allow-origin'), '*');
    },
    { authorize },
  );
});

test('access: only origins that are listed are let in by browsers', () =>
  withReplica(
    async ({ url }) => {
      const allowed = async (origin, method, token) => {
        const headers = {
          Origin: origin,
          'Access-Control-Request-Method': 'PUT',
          ...bearer(token),
        };
        const answer = await fetch(url + metaOf('notes'), { method, headers });
        assert.match(answer.headers.get('vary') ?? '', /Origin/);
        return answer.headers.get('access-control-allow-origin');
      };
      for (const [method, token] of [
        ['OPTIONS', null],
        ['GET', null],
        ['GET', READER],
        ['GET', 'x'],
      ]) {
        for (const origin of ['https://app.example', 'http://localhost:5173']) {
          assert.equal(await allowed(origin, method, token), origin);
        }
        for (const origin of ['https://evil.example', 'https://app.example.evil', 'null']) {
          assert.equal(await allowed(origin, method, token), null, origin);
        }
      }
    },
    { tokens, origins: ['https://app.example', 'http://localhost:5173'] },
  ));

test('access: options that make no sense are refused, and no token is in the message', () => {
  const right = { token: WRITER, databases: '*', rights: 'read' };
  for (const wrong of [
    { token: 'short' },
    { token: `${WRITER} with spaces` },
    { token: undefined },
    { sha256: sha256(WRITER) },
    { token: undefined, sha256: 'x' },
    { databases: 'notes' },
    { databases: undefined },
    { rights: 'all' },
    { rights: undefined },
    { name: 5 },
    { database: ['x'] },
  ]) {
    const check = (error) => {
      assert.equal(error.code, 'invalid-argument');
      assert.match(error.message, /^token 2: /);
      assert.ok(!error.message.includes(WRITER), error.message);
      return true;
    };
    assert.throws(
      () => bearerTokens([right, { ...right, ...wrong }]),
      check,
      JSON.stringify(wrong),
    );
  }
  const authorize = () => true;
  for (const options of [
    { tokens: 'x' },
    { tokens, authorize },
    { publicRead: true },
    { origins: 'https://app.example' },
    { origins: ['app.example'] },
  ]) {
    const message = JSON.stringify(options);
    assert.throws(
      () => createServer({ dir: 'x', ...options }),
      { code: 'invalid-argument' },
      message,
    );
  }
});
