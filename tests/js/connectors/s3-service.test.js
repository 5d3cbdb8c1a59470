import assert from 'node:assert/strict';
import { test } from 'node:test';
import { s3Connector } from '../../../js/connectors/s3.js';
import { rejects } from '../../browser/assert.js';
import { withServer } from './scripted-server.js';

const CID = 'bafkreib34ifhzf32wp2ptk3jzatqliei7iexnrvybk3nwift4wvys644dm';
const DATABASE = { database: 'a b/ü', format: '0.24' };
const NAME = 'fp.a%20b%2F%C3%BC';
const bytes = new TextEncoder().encode('[1]');
const car = { kind: 'file', cid: CID, bytes, ifAbsent: false };

/**
 * A connector to a presigning service at /sign and its bucket at /box/, one server. Whatever `answer` does not answer,
 * by returning true, works.
 */
function withService(answer, work, options = {}) {
  const receive = (request, response) =>
    request.resume().on('end', () => {
      if (answer(request, response)) return;
      if (request.method === 'HEAD') response.setHeader('Content-Length', 3);
      const isService = request.url.startsWith('/sign');
      const uploadURL = `http://${request.headers.host}/put?X-Amz-Signature=secret`;
      response.end(isService ? JSON.stringify({ uploadURL }) : '[1]');
    });
  return withServer(receive, ({ url, requests }) => {
    const own = { ...DATABASE, upload: `${url}sign?own=1`, download: `${url}box`, ...options };
    return work(s3Connector(own), { url, requests });
  });
}

const works = () => false;

/** Refuses the requests whose URL begins so. */
const refusing = (start, status, count = Infinity) => {
  let left = count;
  return ({ url }, response) => {
    if (!url.startsWith(start) || left-- <= 0) return false;
    response.writeHead(status).end('<Error><Code>AccessDenied</Code></Error>');
    return true;
  };
};

test('s3 service: the requests are those of Fireproof', () =>
  withService(works, async (s3, { url, requests }) => {
    assert.equal(s3.name, `s3 ${url}box/`);
    assert.deepEqual([s3.canWrite, s3.conditional, s3.probe], [true, false, undefined]);
    await s3.getMeta({});
    await s3.getCar(car);
    await s3.hasCar(car);
    await s3.putCar(car);
    await s3.putMeta({ bytes, condition: 'none' });
    const seen = requests.map(({ method, url: path }) =>
      `${method} ${path}`.replace(/cache=[\d.]+/, 'cache=N'),
    );
    const name = 'fp.a+b%2F%C3%BC';
    assert.deepEqual(seen, [
      `GET /box/meta/${NAME}.0.24/main.json?cache=N`,
      `GET /box/file/${NAME}/${CID}.car`,
      `HEAD /box/file/${NAME}/${CID}.car?cache=N`,
      `GET /sign?own=1&cache=N&type=file&name=${name}&car=${CID}&size=3`,
      'PUT /put?X-Amz-Signature=secret',
      `HEAD /box/file/${NAME}/${CID}.car?cache=N`,
      `GET /sign?own=1&type=meta&name=${name}.0.24&branch=main`,
      'PUT /put?X-Amz-Signature=secret',
    ]);
    const own = requests.flatMap(({ headers }) => Object.keys(headers));
    assert.ok(!own.some((header) => /^(x-|if-|auth|content-type)/.test(header)), own.join(' '));
  }));

test('s3 service: an unchanged meta is known by its ETag, where that is seen', () => {
  const answer = (_, response) => (response.setHeader('ETag', '"1"'), false);
  return withService(answer, async (s3) => {
    const { etag } = await s3.getMeta({});
    assert.deepEqual(await s3.getMeta({ etag }), { status: 'not-modified' });
  });
});

test('s3 service: an address that has expired is asked for once more', async () => {
  await withService(refusing('/put', 403, 1), async (s3, { requests }) => {
    assert.equal(await s3.putCar(car), 'stored');
    assert.equal(requests.length, 5, 'and a HEAD for what was uploaded');
  });
  await withService(refusing('/put', 403), async (s3, { requests }) => {
    const error = await rejects(s3.putCar(car), 'forbidden');
    assert.match(error.message, /403 AccessDenied/);
    assert.doesNotMatch(error.message, /X-Amz|secret/);
    assert.equal(requests.length, 4);
  });
});

test('s3 service: headers are for the service alone, and renewed when it refuses them', () => {
  const reasons = [];
  const getHeaders = (reason) => {
    reasons.push(reason);
    return { Authorization: `Bearer ${reasons.length}` };
  };
  const answer = ({ url, headers }, response) => {
    if (!url.startsWith('/sign')) {
      assert.equal(headers.authorization, undefined);
      return false;
    }
    if (headers.authorization === 'Bearer 2') return false;
    response.writeHead(401).end();
    return true;
  };
  return withService(
    answer,
    async (s3) => {
      assert.equal(await s3.putCar(car), 'stored');
      await s3.getMeta({});
      assert.deepEqual(reasons, ['request', 'unauthorized']);
    },
    { getHeaders },
  );
});

test('s3 service: failures of the service and of the bucket', async () => {
  const FAILURES = [
    ['/sign', 401, 'unauthorized'],
    ['/sign', 403, 'forbidden'],
    ['/sign', 413, 'quota-exceeded'],
    ['/sign', 503, 'server'],
    ['/put', 404, 'server'],
    ['/put', 503, 'server'],
  ];
  for (const [start, status, code] of FAILURES) {
    await withService(refusing(start, status), async (s3) => {
      await rejects(s3.putCar(car), code);
      await rejects(s3.putMeta({ bytes, condition: 'none' }), code);
    });
  }
  await withService(refusing('/box', 403), async (s3) => {
    // Nobody can tell whether it is there, and an empty remote would be written over.
    for (const work of [() => s3.getMeta({}), () => s3.getCar(car), () => s3.hasCar(car)]) {
      await rejects(work(), 'forbidden');
    }
  });
  await withService(refusing('/box', 404), async (s3) => {
    assert.deepEqual(await s3.getMeta({}), { status: 'none' });
    assert.equal(await s3.getCar(car), null);
    assert.equal(await s3.hasCar(car), false);
  });
});

for (const text of ['', '{}', 'null', '{"uploadURL":"nowhere"}', '{"uploadURL":1}', '<html>']) {
  test(`s3 service: the answer ${text || 'of no bytes'} is no address`, () =>
    withService(
      ({ url }, response) => url.startsWith('/sign') && (response.end(text), true),
      async (s3, { requests }) => {
        const error = await rejects(s3.putCar(car), 'server');
        assert.equal(error.retryable, false);
        assert.equal(requests.length, 1);
      },
    ));
}

test('s3 service: an upload that is not there afterwards is no upload', () =>
  withService(refusing('/box', 404), async (s3) => {
    const error = await rejects(s3.putCar(car), 'server');
    assert.equal(error.retryable, true);
    assert.match(error.message, /nothing is there/);
  }));
