// What is no option, or no value of one, is refused by name: a misspelt `authorise` must not leave a server open.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPresigner, createServer, listen, s3Store } from '../../../js/server/index.js';

const store = { open: async () => null, put: async () => ({ outcome: 'busy' }) };
const BUCKET = {
  region: 'us-east-1',
  bucket: 'bucket',
  credentials: { accessKeyId: 'a', secretAccessKey: 'the-secret' },
};

/** Asserts that each is refused by name, and what it was given is not in the message. */
function refuses(make, wrong) {
  for (const [name, value] of wrong) {
    assert.throws(
      () => make({ [name]: value }),
      (error) => {
        const shown = `${name}: ${String(value)}: ${error.message}`;
        assert.equal(error.code, 'invalid-argument', shown);
        assert.ok(error.message.includes(name), shown);
        assert.ok(!error.message.includes('the-secret'), shown);
        return true;
      },
    );
  }
}

test('options: createServer refuses unknown names and wrong values, and takes the limits of right ones', () => {
  const make = (options) => createServer({ store, ...options });
  refuses(make, [
    ['authorise', () => false],
    ['token', 'the-secret-token-0123456789'],
    ['origin', ['https://app.example']],
    ['tokens', undefined],
    ['tokens', null],
    ['tokens', {}],
    ['authorize', undefined],
    ['authorize', true],
    ['publicRead', 'yes'],
    ['publicRead', [1]],
    ['origins', null],
    ['log', 'json'],
    ['store', null],
  ]);
  const counts = ['maxCarBytes', 'maxMetaBytes', 'maxUploads'];
  const none = [0, -1, 1.5, NaN, Infinity, '1', null, 2 ** 53];
  refuses(
    make,
    counts.flatMap((name) => none.map((value) => [name, value])),
  );
  refuses(
    make,
    [...none, 2 ** 31].map((value) => ['uploadStall', value]),
  );
  for (const name of counts) make({ [name]: 1 });
  for (const value of [1, 2 ** 31 - 1]) make({ uploadStall: value });
  for (const options of [undefined, null, 'replicas', []]) {
    assert.throws(() => createServer(options), { code: 'invalid-argument' });
  }
  for (const dir of ['', 5, null]) {
    assert.throws(() => createServer({ dir }), { code: 'invalid-argument' });
  }
});

test('options: origins are taken as people write them, and refused with a reason', () => {
  const make = (...origins) => createServer({ store, origins });
  make(
    'https://app.example',
    'https://app.example/',
    'HTTPS://App.Example:443',
    'http://[::1]:5173',
  );
  createServer({ store, origins: '*' });
  for (const [origin, reason] of [
    ['app.example', /scheme is missing, as in https:\/\/app\.example/],
    ['localhost:5173', /scheme is missing/],
    ['ftp://app.example', /https or http/],
    ['https://app.example/page', /no path, query or user: https:\/\/app\.example/],
    ['https://app.example?x', /no path/],
    ['https://user@app.example', /no path/],
    ['https://a.example,https://b.example', /no path|wildcards/],
    ['https://*.example', /wildcards/],
    ['https://', /malformed/],
    ['*', /stands alone/],
    ['null', /scheme/],
    ['', /scheme/],
    [5, /a text/],
  ]) {
    assert.throws(
      () => make(origin),
      (error) => error.code === 'invalid-argument' && reason.test(error.message),
      `${origin}`,
    );
  }
  assert.throws(() => createServer({ store, origins: 'https://app.example' }), /a list/);
});

test('options: an origin with a slash lets in the page that browsers name without', async () => {
  const { fetch: ask } = createServer({ store, origins: ['https://App.example/'] });
  const headers = { Origin: 'https://app.example' };
  const url = 'http://localhost/meta/fp.notes.0.24/main.json';
  const answer = await ask(new Request(url, { headers }));
  assert.equal(answer.headers.get('access-control-allow-origin'), 'https://app.example');
});

test('options: listen, s3Store and createPresigner refuse theirs as well', async () => {
  const server = createServer({ store });
  for (const wrong of [
    { ports: 80 },
    { port: -1 },
    { port: 65_536 },
    { port: '8080' },
    { host: 5 },
    { maxConnections: 0 },
  ]) {
    await assert.rejects(listen(server, wrong), { code: 'invalid-argument' });
  }
  for (const handler of [undefined, {}, { fetch: 'x' }]) {
    await assert.rejects(listen(handler), { code: 'invalid-argument' });
  }
  const both = [
    ['buckets', 'x'],
    ['credentials', 'the-secret'],
    ['getCredentials', {}],
    ['pathStyle', 'yes'],
    ['region', 5],
  ];
  refuses(
    (options) => s3Store({ ...BUCKET, ...options }),
    [...both, ['conditional', 'yes'], ['maxBufferedBytes', 0], ['fetch', true]],
  );
  refuses(
    (options) => createPresigner({ ...BUCKET, database: 'notes', ...options }),
    [
      ...both,
      ['authorise', () => false],
      ['authorize', undefined],
      ['authorize', null],
      ['maxCarBytes', 'abc'],
      ['expires', Infinity],
      ['fetch', fetch],
    ],
  );
});
