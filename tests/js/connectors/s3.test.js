import assert from 'node:assert/strict';
import { test } from 'node:test';
import { s3Connector, whyS3IsReadOnly } from '../../../js/connectors/s3.js';
import { rejects } from '../../browser/assert.js';
import { withServer } from './scripted-server.js';

const CID = 'bafkreib34ifhzf32wp2ptk3jzatqliei7iexnrvybk3nwift4wvys644dm';
const DATABASE = { database: 'a b/ü', format: '0.24' };
const NAME = 'fp.a%20b%2F%C3%BC';
const KEYS = { accessKeyId: 'AK', secretAccessKey: 'SK' };
const PLACE = { region: 'eu-west-1', bucket: 'box' };
const bytes = new TextEncoder().encode('[1]');
const car = { kind: 'data', cid: CID, bytes, ifAbsent: true };
const matching = (etag) => ({ bytes, condition: 'match', etag });

/** A signed connector to a server that takes the body of each request and then answers with `answer`. */
function withS3(answer, work, options = {}) {
  const receive = (request, response) =>
    request.resume().on('end', () => answer(request, response));
  return withServer(receive, ({ url, requests }) => {
    const own = { ...DATABASE, ...PLACE, endpoint: url, credentials: KEYS, ...options };
    return work(s3Connector(own), { url, requests });
  });
}

const error = (status, code, more = '', headers = {}) => ({ status, code, more, headers });

/** Answers with S3's errors in turn, the last one for ever; 'ok' is a success. */
function inTurn(...answers) {
  return (_, response) => {
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next === 'ok')
      return response.writeHead(200, { ETag: '"1"', 'Content-Length': 3 }).end('[1]');
    const { status, code, more, headers } = next;
    const xml = `<?xml version="1.0"?><Error><Code>${code}</Code>${more}</Error>`;
    return response.writeHead(status, headers).end(xml);
  };
}

/** The address of the first request, with the options given. */
async function addressWith(options) {
  let seen;
  const fetch = async (url) => {
    seen = new URL(url);
    return new Response(null, { status: 404 });
  };
  await s3Connector({ ...DATABASE, ...PLACE, credentials: KEYS, fetch, ...options }).getMeta({});
  return seen.origin + seen.pathname;
}

test('s3: the address of a bucket, in the host name or in the path', async () => {
  const path = `meta/${NAME}.0.24/main.json`;
  const cases = [
    [{}, 'https://box.s3.eu-west-1.amazonaws.com'],
    [{ pathStyle: true }, 'https://s3.eu-west-1.amazonaws.com/box'],
    [{ bucket: 'my.box' }, 'https://s3.eu-west-1.amazonaws.com/my.box'],
    [{ region: 'cn-north-1' }, 'https://box.s3.cn-north-1.amazonaws.com.cn'],
    [{ endpoint: 'https://s3.example:9000' }, 'https://s3.example:9000/box'],
    [{ endpoint: 'https://s3.example:9000/x/' }, 'https://s3.example:9000/x/box'],
    [{ endpoint: 'https://s3.example:9000/x', pathStyle: false }, 'https://box.s3.example:9000/x'],
    [{ prefix: 'a b/c+' }, 'https://box.s3.eu-west-1.amazonaws.com/a%20b/c%2B'],
    [{ prefix: 'a/' }, 'https://box.s3.eu-west-1.amazonaws.com/a'],
  ];
  for (const [options, expected] of cases) {
    assert.equal(await addressWith(options), `${expected}/${path}`);
    assert.equal(await addressWith({ ...options, credentials: undefined }), `${expected}/${path}`);
  }
});

test('s3: options that make no sense are refused at once', () => {
  const wrong = [
    { region: undefined },
    { region: 'a/b' },
    { bucket: 'a/b' },
    { bucket: '' },
    { bucket: undefined },
    { bucket: 'x.example?' },
    { prefix: '/a' },
    { prefix: 'a/../b' },
    { prefix: 1 },
    { endpoint: 'ftp://x/' },
    { credentials: {} },
    { credentials: { accessKeyId: 'AK' } },
    { credentials: { ...KEYS, sessionToken: 1 } },
    { credentials: { ...KEYS, expiration: 'soon' } },
    { getCredentials: () => KEYS },
    { download: 'https://x.example/' },
    { upload: 'https://x.example/' },
    { bucket: undefined, upload: 'https://x.example/' },
    { bucket: undefined, upload: 'no', download: 'https://x.example/' },
  ];
  for (const options of wrong) {
    const make = () => s3Connector({ ...DATABASE, ...PLACE, credentials: KEYS, ...options });
    assert.throws(make, { code: 'invalid-argument' }, JSON.stringify(options));
  }
});

test('s3: what can be written to', () => {
  assert.equal(whyS3IsReadOnly({ ...PLACE, credentials: KEYS }), null);
  assert.equal(whyS3IsReadOnly({ ...PLACE, getCredentials: () => KEYS }), null);
  assert.equal(whyS3IsReadOnly({ upload: 'x', download: 'y' }), null);
  assert.match(whyS3IsReadOnly(PLACE), /credentials/);
  assert.match(whyS3IsReadOnly({ download: 'y' }), /presigning/);
  const open = s3Connector({ ...DATABASE, ...PLACE });
  assert.deepEqual([open.canWrite, open.conditional, open.putCar], [false, false, undefined]);
});

test('s3: reads are signed in the query and need no preflight, at an address that stays', () =>
  withS3(inTurn('ok'), async (s3, { requests }) => {
    const { now } = Date;
    const start = Math.floor(now() / 600_000) * 600_000;
    try {
      for (const minutes of [1, 9, 10]) {
        Date.now = () => start + minutes * 60_000;
        await s3.getMeta({});
        await s3.getCar(car);
        await s3.hasCar(car);
      }
    } finally {
      Date.now = now;
    }
    for (const { url, headers } of requests) {
      const own = Object.keys(headers).filter((name) => /^(x-|if-|auth)/.test(name));
      assert.deepEqual(own, []);
      const query = new URL(url, 'http://x').searchParams;
      assert.equal(query.get('X-Amz-SignedHeaders'), 'host');
      assert.match(query.get('X-Amz-Credential'), /^AK\/\d{8}\/eu-west-1\/s3\/aws4_request$/);
      assert.equal(query.get('X-Amz-Expires'), '1800');
    }
    const metas = requests.map(({ url }) => url).filter((url) => url.startsWith('/box/meta/'));
    assert.equal(metas[0], metas[1]);
    assert.notEqual(metas[1], metas[2]);
  }));

test('s3: uploads are signed in headers, with their conditions and the hash of the body', () =>
  withS3(
    inTurn('ok'),
    async (s3, { requests }) => {
      await s3.putCar(car);
      await s3.putMeta(matching('"1"'));
      const [first, second] = requests
        .filter(({ method, url }) => method === 'PUT' && !url.includes('bafkreibf6atc6'))
        .map(({ headers }) => headers);
      assert.equal(requests[0].url, `/box/data/${NAME}/${CID}.car`);
      assert.equal(first['if-none-match'], '*');
      assert.equal(second['if-match'], '"1"');
      const signed = 'host;if-none-match;x-amz-content-sha256;x-amz-date;x-amz-security-token';
      assert.match(first.authorization, new RegExp(`SignedHeaders=${signed},`));
      assert.match(second.authorization, /SignedHeaders=host;if-match;/);
      assert.match(first['x-amz-content-sha256'], /^[0-9a-f]{64}$/);
      assert.equal(first['x-amz-security-token'], 'token');
      assert.equal(first['content-type'], 'application/vnd.ipld.car');
    },
    { credentials: { ...KEYS, sessionToken: 'token' } },
  ));

const ERRORS = [
  [error(403, 'SignatureDoesNotMatch'), 'unauthorized', false],
  [error(403, 'InvalidAccessKeyId'), 'unauthorized', false],
  [error(403, 'RequestTimeTooSkewed'), 'unauthorized', false, /the clock of this device/],
  [error(400, 'ExpiredToken'), 'unauthorized', false],
  [error(400, 'InvalidToken'), 'unauthorized', false],
  [error(400, 'AuthorizationHeaderMalformed'), 'unauthorized', false],
  [error(403, 'AccessDenied'), 'forbidden', false, /s3:ListBucket/],
  [error(403, 'QuotaExceeded'), 'quota-exceeded', true],
  [error(400, 'EntityTooLarge'), 'quota-exceeded', false],
  [error(400, 'RequestTimeout'), 'timeout', true],
  [error(400, 'XAmzContentSHA256Mismatch'), 'server', false],
  [error(404, 'NoSuchBucket'), 'server', false, /make the bucket/],
  [error(301, 'PermanentRedirect', '<Message>use &quot;x&#x27;</Message>'), 'server', false],
  [error(503, 'SlowDown', '<Message>a &lt; b</Message>'), 'server', true, /\(a < b\)/],
  [error(500, 'InternalError'), 'server', true],
];

for (const [answer, code, retryable, message = /./] of ERRORS) {
  test(`s3: ${answer.status} ${answer.code} is ${code}${retryable ? ', retryable' : ''}`, () =>
    withS3(
      inTurn({ ...answer, headers: { 'Retry-After': '7' } }),
      async (s3, { url, requests }) => {
        const works = [
          () => s3.getMeta({}),
          () => s3.putCar(car),
          () => s3.putMeta(matching('"1"')),
        ];
        for (const work of works) {
          const failed = await rejects(work(), code);
          assert.equal(failed.retryable, retryable);
          assert.equal(failed.retryAfter, 7000);
          assert.equal(failed.remote, `s3 ${url}box/`);
          assert.match(failed.message, new RegExp(`${answer.status} ${answer.code}`));
          assert.match(failed.message, message);
          assert.doesNotMatch(failed.message, /X-Amz|Signature=/);
        }
        // After a refusal for good it is tried whether it was for the condition.
        const probes = requests.filter((request) => request.url.includes('bafkreibf6atc6'));
        assert.ok(probes.length <= (code === 'server' && !retryable ? 2 : 0));
        assert.equal(requests.length - probes.length, works.length, 'nothing is repeated');
      },
    ));
}

test('s3: a body that is no XML, and one that never ends, make an error of the status', () =>
  withServer(
    (request, response) => {
      response.writeHead(request.method === 'PUT' ? 403 : 400);
      const more = () => {
        while (response.writable && response.write('<<'.repeat(50_000)));
      };
      response.on('drain', more).on('error', () => {});
      more();
    },
    async ({ url }) => {
      const s3 = s3Connector({ ...DATABASE, ...PLACE, endpoint: url, credentials: KEYS });
      assert.match((await rejects(s3.getMeta({}), 'server')).message, /answered 400$/);
      await rejects(s3.putCar(car), 'forbidden');
    },
  ));

for (const [title, told] of [
  ['Date', { headers: { Date: new Date(Date.now() + 7_200_000).toUTCString() } }],
  [
    'ServerTime',
    { more: `<ServerTime>${new Date(Date.now() + 7_200_000).toISOString()}</ServerTime>` },
  ],
]) {
  test(`s3: the time at the remote is learned from ${title}, and kept`, () => {
    const late = { ...error(403, 'RequestTimeTooSkewed'), ...told };
    return withS3(inTurn(late, 'ok'), async (s3, { requests }) => {
      const plain = { bytes, condition: 'none' };
      await s3.putMeta(plain);
      await s3.putMeta(plain);
      const dates = requests.map(({ headers }) => headers['x-amz-date']);
      const at = (text) => Date.parse(text.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'));
      const [before, after, later] = dates.map(at);
      assert.ok(Math.abs(after - before - 7_200_000) < 60_000, dates.join(' '));
      assert.ok(Math.abs(later - after) < 60_000, dates.join(' '));
      assert.equal(requests.length, 3);
    });
  });
}

test('s3: a clock that stays wrong is corrected once a request, not for ever', () =>
  withS3(
    (_, response) => {
      const headers = { Date: new Date(Date.now() + Math.random() * 1e10 + 1e9).toUTCString() };
      response.writeHead(403, headers).end('<Code>RequestTimeTooSkewed</Code>');
    },
    async (s3, { requests }) => {
      await rejects(s3.putCar(car), 'unauthorized');
      assert.equal(requests.length, 2);
    },
  ));

test('s3: an expired token is renewed, requests that are refused together ask once', () => {
  const reasons = [];
  const getCredentials = (reason) => {
    reasons.push(reason);
    return { ...KEYS, sessionToken: String(reasons.length) };
  };
  const answer = ({ url, headers }, response) => {
    const query = new URL(url, 'http://x').searchParams;
    const token = headers['x-amz-security-token'] ?? query.get('X-Amz-Security-Token');
    return inTurn(token === '1' ? error(400, 'ExpiredToken') : 'ok')(null, response);
  };
  return withS3(
    answer,
    async (s3, { requests }) => {
      await Promise.all([s3.putCar(car), s3.getCar(car), s3.getMeta({})]);
      assert.deepEqual(reasons, ['request', 'unauthorized']);
      assert.equal(requests.length, 7, 'and a HEAD for what was uploaded');
    },
    { credentials: undefined, getCredentials },
  );
});

test('s3: getCredentials that fails, or gives something else, is reported', async () => {
  const make = (getCredentials) => s3Connector({ ...DATABASE, ...PLACE, getCredentials });
  const failing = make(() => Promise.reject(new Error('no login')));
  assert.match((await rejects(failing.getMeta({}), 'unauthorized')).message, /no login/);
  for (const given of [null, {}, 'AK', { accessKeyId: 'AK', secretAccessKey: '' }]) {
    await rejects(make(async () => given).putCar(car), 'invalid-argument');
  }
});

test('s3: a quoted ETag that is refused although it is right is sent without quotes, as Ceph wants it', () => {
  let etag = 1;
  const server = ({ method, headers }, response) => {
    const isRight = headers['if-match'] === String(etag);
    if (method === 'PUT' && !isRight) return response.writeHead(412).end();
    if (method === 'PUT') etag += 1;
    return response.writeHead(200, { ETag: `"${etag}"`, 'Content-Length': 3 }).end('[1]');
  };
  return withS3(server, async (s3, { requests }) => {
    assert.deepEqual(await s3.putMeta(matching('"1"')), { status: 'stored', etag: '"2"' });
    const puts = requests.filter(({ method }) => method === 'PUT');
    assert.deepEqual(
      puts.map(({ headers }) => headers['if-match']),
      ['"1"', '1'],
    );
  });
});

test('s3: 409 and 404 are conflicts of a meta; 409 for a CAR is no confirmation', () =>
  withS3(
    ({ method }, response) => response.writeHead(method === 'HEAD' ? 404 : 409).end(),
    async (s3) => {
      assert.equal((await s3.putMeta(matching('"1"'))).status, 'conflict');
      assert.equal((await s3.putMeta({ bytes, condition: 'absent' })).status, 'conflict');
      assert.equal((await rejects(s3.putCar(car), 'conflict')).retryable, true);
    },
  ).then(() =>
    withS3(inTurn(error(404, 'NoSuchKey')), async (s3) => {
      assert.equal((await s3.putMeta(matching('"1"'))).status, 'conflict');
      assert.equal(await s3.getCar(car), null);
    }),
  ));

test('s3: 501 to conditions is told as such', () => {
  const refuse = inTurn(error(501, 'NotImplemented'));
  const answer = (request, response) => {
    const isConditional = request.headers['if-match'] ?? request.headers['if-none-match'];
    return (isConditional ? refuse : inTurn('ok'))(request, response);
  };
  return withS3(answer, async (s3) => {
    assert.equal(await s3.putCar(car), 'unsupported');
    assert.deepEqual(await s3.putMeta(matching('"1"')), { status: 'unsupported' });
    assert.deepEqual(await s3.probe(car), { absent: 'unsupported', match: 'unsupported' });
  });
});

test('s3: a hidden ETag does not stop reading, but writing, and says what to paste', () =>
  withS3(
    (_, response) => response.writeHead(200).end('{}'),
    async (s3, { requests }) => {
      assert.equal((await s3.getMeta({})).status, 'found');
      requests.length = 0;
      const hidden = await rejects(s3.putMeta({ bytes, condition: 'none' }), 'server');
      assert.equal(hidden.retryable, false);
      const [, json] = /exposes it: (.*)$/.exec(hidden.message);
      assert.ok(JSON.parse(json)[0].ExposeHeaders.includes('ETag'));
      assert.equal(requests.length, 0, 'nothing is overwritten');
    },
  ));

test('s3: transfers that are cut, refused or aborted', async () => {
  const cut = (_, response) => {
    response.writeHead(200, { 'Content-Length': 100, ETag: '"1"' }).write('begin');
    setTimeout(() => response.destroy(), 20);
  };
  await withS3(cut, async (s3) => {
    for (const work of [() => s3.getCar(car), () => s3.getMeta({}), () => s3.putCar(car)]) {
      assert.equal((await rejects(work(), 'offline')).retryable, true);
    }
  });
  await withS3(
    () => {},
    async (s3, { requests }) => {
      await rejects(s3.putCar({ ...car, signal: AbortSignal.abort() }), 'aborted');
      assert.equal(requests.length, 0);
      await rejects(s3.putCar({ ...car, signal: AbortSignal.timeout(50) }), 'aborted');
      await rejects(s3.getCar({ ...car, signal: AbortSignal.timeout(50) }), 'aborted');
    },
  );
  const gone = { ...DATABASE, ...PLACE, credentials: KEYS, endpoint: 'http://127.0.0.1:1/' };
  await rejects(s3Connector(gone).getMeta({}), 'offline');
});

test('s3: a slow transfer goes on as long as bytes come', () =>
  withS3(
    (_, response) => {
      response.writeHead(200, { 'Content-Length': 5 });
      [...'slow!'].forEach((letter, n) => setTimeout(() => response.write(letter), 40 * n));
      setTimeout(() => response.end(), 220);
    },
    async (s3) => {
      const progress = [];
      const onProgress = (...args) => progress.push(args);
      const got = await s3.getCar({ ...car, onProgress });
      assert.equal(new TextDecoder().decode(got), 'slow!');
      assert.deepEqual(progress.at(-1), [5, 5]);
    },
  ));
