import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectorFor } from '../../../js/connectors/index.js';

const DATABASE = { database: 'x', format: '0.24' };
const nothing = () => null;
const raw = { upload: nothing, download: nothing };
const keys = { accessKeyId: 'AK', secretAccessKey: 'SK' };
const bucket = { region: 'eu-west-1', bucket: 'box', endpoint: 'https://s3.example/' };

const nameOf = (kind, options) => connectorFor({ kind, options }, DATABASE).name;

test('names: what makes a remote another place is in its name', () => {
  const url = 'https://x.example/a';
  const places = [
    ['rest', { url }],
    ['rest', { url: 'https://x.example/b' }],
    ['rest', { url: `${url}?tenant=1` }],
    ['rest', { url: `${url}?tenant=2` }],
    ['rest', { url, identity: 'one' }],
    ['rest', { url, identity: 'x-tenant', headers: { 'X-Tenant': '1' } }],
    ['rest', { url, identity: 'x-tenant', headers: { 'X-Tenant': '2' } }],
    ['static', { url }],
    ['static', { url: `${url}?tenant=1` }],
    ['static', { url, identity: 'one' }],
    ['s3', { ...bucket, credentials: keys }],
    ['s3', { ...bucket, credentials: keys, identity: 'one' }],
    ['s3', { ...bucket, identity: 'two' }],
    ['s3', { download: url, upload: url, identity: 'one' }],
    ['raw', raw],
    ['raw', { ...raw, identity: 'one' }],
    ['raw', { ...raw, identity: 'two' }],
  ];
  const names = places.map(([kind, options]) => nameOf(kind, options));
  assert.equal(new Set(names).size, places.length, names.join('\n'));
  assert.deepEqual(
    names,
    places.map(([kind, options]) => nameOf(kind, options)),
  );
});

test('names: credentials are not in them, and with an identity they may change', () => {
  const url = (signature) => `https://x.example/?sig=${signature}`;
  assert.equal(nameOf('rest', { url: url('SECRET') }).includes('SECRET'), false);
  assert.equal(
    nameOf('rest', { url: url('SECRET'), identity: 'mine' }),
    nameOf('rest', { url: url('OTHER'), identity: 'mine' }),
  );
  const headers = { 'X-Tenant': 'SECRET' };
  assert.equal(
    nameOf('rest', { url: url(''), identity: 'X-Tenant', headers }).includes('SECRET'),
    false,
  );
});

test("names: an application's own connector gets an identity as well", async () => {
  class Own {
    #content = null;
    name = 'own';
    canWrite = false;
    conditional = false;
    async getMeta() {
      return this.#content ?? { status: 'none' };
    }
    async getCar() {
      return null;
    }
  }
  const own = new Own();
  assert.equal(connectorFor({ connector: own }, DATABASE).name, 'own');
  const named = connectorFor({ connector: own, options: { identity: 'here' } }, DATABASE);
  assert.equal(named.name, 'own (here)');
  assert.deepEqual(await named.getMeta({}), { status: 'none' });
  assert.deepEqual([named.canWrite, named.hasCar, named.probe], [false, undefined, undefined]);
});

test('names: an identity is a text', () => {
  for (const identity of ['', 1, null, {}])
    for (const [kind, options] of [
      ['raw', raw],
      ['rest', { url: 'https://x.example/' }],
      ['static', { url: 'https://x.example/' }],
      ['s3', bucket],
    ])
      assert.throws(() => nameOf(kind, { ...options, identity }), { code: 'invalid-argument' });
});
