import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPresigner } from '../../../js/server/index.js';

const CID = 'bafkreib34ifhzf32wp2ptk3jzatqliei7iexnrvybk3nwift4wvys644dm';
const KEYS = { accessKeyId: 'AK', secretAccessKey: 'SK' };
const OPTIONS = { region: 'eu-west-1', bucket: 'box', database: 'a/b', credentials: KEYS };
const CAR = { type: 'data', name: 'fp.a/b', car: CID, size: '100' };
const META = { type: 'meta', name: 'fp.a/b.0.24', branch: 'main' };

const ask = (query, options = {}, init = {}) =>
  createPresigner({ ...OPTIONS, ...options }).fetch(
    new Request(`https://sign.example/?${new URLSearchParams(query)}`, init),
  );

const addressOf = async (...request) => new URL((await (await ask(...request)).json()).uploadURL);

test('presigner: an address for each object of the database, for a short time', async () => {
  const base = 'https://box.s3.eu-west-1.amazonaws.com';
  const cases = [
    [CAR, {}, `${base}/data/fp.a%2Fb/${CID}.car`],
    [{ ...CAR, type: 'file', cache: '1' }, { prefix: 'x' }, `${base}/x/file/fp.a%2Fb/${CID}.car`],
    [META, {}, `${base}/meta/fp.a%2Fb.0.24/main.json`],
    [{ ...META, name: 'fp.a/b.0.14' }, {}, `${base}/meta/fp.a%2Fb.0.14/main.json`],
  ];
  for (const [query, options, expected] of cases) {
    const url = await addressOf(query, options);
    assert.equal(url.origin + url.pathname, expected);
    assert.equal(url.searchParams.get('X-Amz-Expires'), '300');
    const signed = query.type === 'meta' ? 'host' : 'content-length;host';
    assert.equal(url.searchParams.get('X-Amz-SignedHeaders'), signed);
    assert.match(url.searchParams.get('X-Amz-Signature'), /^[0-9a-f]{64}$/);
  }
  const short = await addressOf(CAR, { expires: 20 });
  assert.equal(short.searchParams.get('X-Amz-Expires'), '20');
});

const REFUSED = [
  [403, { ...CAR, name: 'fp.a/c' }],
  [403, { ...CAR, name: 'fp.a/b.0.24' }],
  [403, { ...CAR, name: 'fp.a/b/../c' }],
  [403, { ...CAR, name: 'a/b' }],
  [403, { ...META, name: 'fp.a/b' }],
  [403, { ...META, name: 'fp.a/b.0.19' }],
  [403, { ...META, name: 'fp.other.0.24' }],
  [400, { ...META, branch: 'other' }],
  [400, { ...META, branch: '../../data' }],
  [400, { ...CAR, type: 'wal' }],
  [400, { ...CAR, type: '../data' }],
  [400, { ...CAR, car: '../../x' }],
  [400, { ...CAR, car: CID.toUpperCase() }],
  [400, { ...CAR, car: 'bafyreidwx2fvfdiaox32v2mnn6sxu3j4qoxeqcuenhtgrv5qv6litfnmoe' }],
  [400, { ...CAR, size: '-1' }],
  [400, { ...CAR, size: '0' }],
  [400, { ...CAR, size: '1e3' }],
  [400, { ...CAR, size: '' }],
  [413, { ...CAR, size: '1001' }],
  [413, { ...CAR, size: '999999999999999' }],
  [400, `${new URLSearchParams(CAR)}&name=fp.other`],
  [400, `${new URLSearchParams(CAR)}&car=${CID}`],
  [400, `${new URLSearchParams(META)}&type=data`],
  [400, { type: 'data', name: 'fp.a/b', car: CID }],
  [400, { type: 'meta', name: 'fp.a/b.0.24' }],
  [400, {}],
];

for (const [status, query] of REFUSED) {
  test(`presigner: ${status} to ${new URLSearchParams(query)}`, async () => {
    const response = await ask(query, { maxCarBytes: 1000 });
    assert.equal(response.status, status);
    assert.doesNotMatch(await response.text(), /X-Amz/);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
  });
}

test('presigner: only GET, from pages of every origin, and whom `authorize` lets in', async () => {
  for (const method of ['PUT', 'POST', 'DELETE', 'HEAD']) {
    assert.equal((await ask(CAR, {}, { method })).status, 405);
  }
  const preflight = await ask(CAR, {}, { method: 'OPTIONS' });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-allow-headers'), 'Authorization');
  const authorize = async (request) => request.headers.get('authorization') === 'Bearer x';
  assert.equal((await ask(CAR, { authorize })).status, 403);
  const allowed = await ask(CAR, { authorize }, { headers: { Authorization: 'Bearer x' } });
  assert.equal(allowed.status, 200);
  assert.equal(allowed.headers.get('cache-control'), 'no-store');
  assert.equal(allowed.headers.get('access-control-allow-origin'), '*');
});

test('presigner: credentials may be temporary, and are asked for when they end', async () => {
  const reasons = [];
  const getCredentials = (reason) => {
    reasons.push(reason);
    return { ...KEYS, sessionToken: 'token', expiration: Date.now() + 30_000 };
  };
  const rest = { ...OPTIONS, credentials: undefined };
  const presigner = createPresigner({ ...rest, getCredentials });
  for (let n = 0; n < 2; n++) {
    const query = new URLSearchParams(META);
    const response = await presigner.fetch(new Request(`https://sign.example/?${query}`));
    const url = new URL((await response.json()).uploadURL);
    assert.equal(url.searchParams.get('X-Amz-Security-Token'), 'token');
  }
  assert.deepEqual(reasons, ['request', 'expired']);
  const failing = { ...rest, getCredentials: () => Promise.reject(new Error('the secret SK')) };
  const response = await createPresigner(failing).fetch(
    new Request(`https://sign.example/?${new URLSearchParams(META)}`),
  );
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /SK/);
});

test('presigner: options that make no sense are refused', () => {
  const wrong = [
    { database: '' },
    { database: undefined },
    { credentials: undefined },
    { getCredentials: () => KEYS },
    { expires: 0 },
    { expires: 0.5 },
    { expires: 604_801 },
    { bucket: '' },
    { region: '' },
  ];
  for (const options of wrong) {
    const make = () => createPresigner({ ...OPTIONS, ...options });
    assert.throws(make, { code: 'invalid-argument' }, JSON.stringify(options));
  }
});
