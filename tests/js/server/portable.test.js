// `fireproof-wasm/server` as a bundler for Workers sees it: nothing of Node in it, and it runs where only the
// globals of the web are.
import assert from 'node:assert/strict';
import * as esbuild from 'esbuild';
import { test } from 'node:test';
import vm from 'node:vm';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';
import { S3RVER_USER, startS3rver } from '../s3/s3rver.js';
import { Bucket } from './buckets.js';
import { carCid } from './replica.js';

const WORKER = `
import { bearerTokens, createServer, listen, s3Store } from 'fireproof-wasm/server';
globalThis.make = (bucket, tokens) => createServer({ store: s3Store(bucket), authorize: bearerTokens(tokens) });
globalThis.refusals = () => [() => createServer({ dir: 'x' }), () => createServer({}), () => s3Store({ exclusive: true })].map((make) => {
  try { make(); } catch (error) { return error.code; }
});
globalThis.listening = () => listen({}).catch((error) => error.code);
`;

/** What Workers, Deno and pages have in common. */
const WEB_GLOBALS = [
  'AbortController',
  'Blob',
  'Headers',
  'ReadableStream',
  'Request',
  'Response',
  'TextDecoder',
  'TextEncoder',
  'TransformStream',
  'URL',
  'URLSearchParams',
  'clearTimeout',
  'crypto',
  'fetch',
  'performance',
  'setTimeout',
];

test('server outside Node: bundled for Workers, it serves a bucket, and nothing of Node is in it', async () => {
  const { metafile, outputFiles } = await esbuild.build({
    stdin: { contents: WORKER, resolveDir: inCheckout('tests') },
    bundle: true,
    conditions: ['workerd', 'worker'],
    format: 'iife',
    metafile: true,
    platform: 'browser',
    write: false,
  });
  const inputs = Object.keys(metafile.inputs);
  assert.ok(
    inputs.some((path) => path.endsWith('dist/server-portable.js')),
    `${inputs}`,
  );
  assert.ok(!inputs.some((path) => /node-server|dist\/server\.js/.test(path)), `${inputs}`);
  const [{ text }] = outputFiles;
  assert.doesNotMatch(text, /["'](node:\w+|fs|http|crypto|stream|path)["']/);

  const globals = Object.fromEntries(WEB_GLOBALS.map((name) => [name, globalThis[name]]));
  const context = vm.createContext(globals);
  assert.equal(
    vm.runInContext('typeof process + typeof require + typeof Buffer', context),
    'undefined'.repeat(3),
  );
  vm.runInContext(text, context);
  assert.deepEqual([...context.refusals()], Array(3).fill('invalid-argument'));
  assert.equal(await context.listening(), 'invalid-argument');

  const service = await startS3rver();
  try {
    const bucket = await Bucket.make(service.endpoint, S3RVER_USER);
    const token = 'a-token-for-this-test';
    const server = context.make(bucket.options, [{ token, databases: ['x'], rights: 'write' }]);
    const ask = (method, path, more = {}) => {
      const headers = { Authorization: `Bearer ${token}`, ...more.headers };
      return server.fetch(
        new Request(`https://worker.example/${path}`, { method, ...more, headers }),
      );
    };
    const car = Buffer.from('the bytes of a CAR');
    const path = `data/fp.x/${carCid(car)}.car`;
    assert.equal((await ask('PUT', path, { body: car })).status, 201);
    assert.equal((await ask('PUT', path, { body: 'other' })).status, 400);
    assert.deepEqual(Buffer.from(await (await ask('GET', path)).arrayBuffer()), car);
    const meta = 'meta/fp.x.0.24/main.json';
    const created = await ask('PUT', meta, { body: '[1]' });
    assert.equal(created.status, 201);
    assert.equal(
      (await ask('PUT', meta, { body: '[2]', headers: { 'If-None-Match': '*' } })).status,
      501,
      'this bucket ignores conditions',
    );
    const headers = { 'If-None-Match': created.headers.get('etag') };
    assert.equal((await ask('GET', meta, { headers })).status, 304);
    assert.equal((await ask('GET', 'meta/fp.y.0.24/main.json')).status, 403);
  } finally {
    await service.stop();
  }
});
