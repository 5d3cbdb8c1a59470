import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restConnector } from '../../../js/connectors/rest.js';
import { rejects } from '../../browser/assert.js';
import { withServer } from './scripted-server.js';

const CID = 'bafkreib34ifhzf32wp2ptk3jzatqliei7iexnrvybk3nwift4wvys644dm';
const car = { kind: 'data', cid: CID };
const DATABASE = { database: 'notes', format: '0.24' };

/** A connector to a server that answers each request with `answer`. */
function withRest(answer, work, options = {}) {
  return withServer(answer, ({ url, requests }) =>
    work(restConnector({ url, ...DATABASE, ...options }), { url, requests }),
  );
}

const STATUSES = [
  [400, 'server', false],
  [401, 'unauthorized', false],
  [402, 'server', false],
  [403, 'forbidden', false],
  [405, 'server', false],
  [408, 'timeout', true],
  [409, 'conflict', true],
  [412, 'conflict', true],
  [413, 'quota-exceeded', false],
  [418, 'server', false],
  [429, 'server', true],
  [500, 'server', true],
  [502, 'server', true],
  [503, 'server', true],
  [504, 'server', true],
  [507, 'quota-exceeded', true],
];

for (const [status, code, retryable] of STATUSES) {
  test(`rest: status ${status} is ${code}${retryable ? ', retryable' : ''}`, () =>
    withRest(
      (_, response) => response.writeHead(status).end('why'),
      async (connector, { url }) => {
        for (const request of [() => connector.getMeta({}), () => connector.getCar(car)]) {
          const error = await rejects(request(), code);
          assert.equal(error.retryable, retryable);
          assert.equal(error.remote, `rest ${url}`);
          assert.match(error.message, new RegExp(`${url}.*${status}`));
        }
      },
    ));
}

for (const status of [404, 410]) {
  test(`rest: status ${status} means that there is nothing`, () =>
    withRest(
      (_, response) => response.writeHead(status).end(),
      async (connector) => {
        assert.deepEqual(await connector.getMeta({}), { status: 'none' });
        assert.deepEqual(await connector.getMeta({ etag: '"x"' }), { status: 'none' });
        assert.equal(await connector.getCar(car), null);
      },
    ));
}

test('rest: 304 without having asked for it is an error', () =>
  withRest(
    (_, response) => response.writeHead(304).end(),
    async (connector) => {
      await rejects(connector.getMeta({}), 'server');
      await rejects(connector.getCar(car), 'server');
    },
  ));

test('rest: Retry-After is given in milliseconds, from seconds or a date', async () => {
  const soon = new Date(Date.now() + 90_000).toUTCString();
  const headers = ['7', soon, 'nonsense', undefined, new Date(0).toUTCString()];
  const results = [];
  for (const header of headers) {
    await withRest(
      (_, response) => response.writeHead(503, header && { 'Retry-After': header }).end(),
      async (connector) =>
        results.push((await rejects(connector.getMeta({}), 'server')).retryAfter),
    );
  }
  assert.equal(results[0], 7000);
  assert.ok(results[1] > 80_000 && results[1] <= 90_000, `${results[1]}`);
  assert.deepEqual(results.slice(2), [undefined, undefined, 0]);
});

test('rest: a Retry-After that is a date is reckoned by the clock of the remote', () =>
  withRest(
    (_, response) => {
      const there = Date.now() + 86_400_000;
      const [Date_, RetryAfter] = [there, there + 5000].map((time) => new Date(time).toUTCString());
      response.writeHead(503, { Date: Date_, 'Retry-After': RetryAfter }).end();
    },
    async (connector) => {
      assert.equal((await rejects(connector.getMeta({}), 'server')).retryAfter, 5000);
    },
  ));

test('rest: the objects are asked for at their documented paths, the database name encoded', () =>
  withServer(
    (_, response) => response.writeHead(404).end(),
    async ({ url, requests }) => {
      const options = { database: 'a b/ü?#%', format: '0.14' };
      for (const folder of ['', 'x/y', 'x/y/', 'x/y?token=1']) {
        const connector = restConnector({ url: url + folder, ...options });
        await connector.getMeta({});
        await connector.getCar(car);
        await connector.getCar({ kind: 'file', cid: CID });
      }
      const name = 'fp.a%20b%2F%C3%BC%3F%23%25';
      const paths = [
        `meta/${name}.0.14/main.json`,
        `data/${name}/${CID}.car`,
        `file/${name}/${CID}.car`,
      ];
      const expected = ['/', '/x/y/', '/x/y/'].flatMap((base) => paths.map((path) => base + path));
      expected.push(...paths.map((path) => `/x/y/${path}?token=1`));
      assert.deepEqual(
        requests.map((request) => request.url),
        expected,
      );
      assert.ok(requests.every((request) => request.method === 'GET'));
    },
  ));

test('rest: an unchanged meta is not transferred', () =>
  withRest(
    (request, response) => {
      const isSame = request.headers['if-none-match'] === '"1"';
      response.writeHead(isSame ? 304 : 200, { ETag: '"1"' }).end(isSame ? undefined : 'meta');
    },
    async (connector, { requests }) => {
      const first = await connector.getMeta({});
      assert.deepEqual(first, { status: 'found', metas: [encode('meta')], etag: '"1"' });
      assert.deepEqual(await connector.getMeta({ etag: first.etag }), { status: 'not-modified' });
      assert.equal((await connector.getMeta({ etag: '"0"' })).status, 'found');
      assert.equal(requests[0].headers['if-none-match'], undefined);
    },
  ));

test('rest: a meta without ETag has none', () =>
  withRest(
    (_, response) => response.end('{}'),
    async (connector) => assert.equal((await connector.getMeta({})).etag, undefined),
  ));

test('rest: progress grows to the total, which is undefined when the server does not tell it', async () => {
  const body = Buffer.alloc(500_000, 7);
  for (const headers of [{ 'Content-Length': body.length }, {}]) {
    const calls = [];
    await withRest(
      (_, response) => {
        response.writeHead(200, headers);
        response.write(body.subarray(0, 100_000));
        setTimeout(() => response.end(body.subarray(100_000)), 30);
      },
      async (connector) => {
        const onProgress = (...args) => calls.push(args);
        const bytes = await connector.getCar({ ...car, onProgress });
        assert.deepEqual(Buffer.from(bytes), body);
      },
    );
    assert.ok(calls.length > 1);
    assert.ok(calls.every(([bytes], index) => index === 0 || bytes > calls[index - 1][0]));
    assert.equal(calls.at(-1)[0], body.length);
    const total = headers['Content-Length'];
    assert.ok(calls.every((call) => call[1] === total));
  }
});

test('rest: nobody listening is offline, retryable', async () => {
  let url;
  await withServer(
    () => {},
    async (server) => (url = server.url),
  );
  const connector = restConnector({ url, ...DATABASE });
  const error = await rejects(connector.getMeta({}), 'offline');
  assert.equal(error.retryable, true);
  assert.match(error.message, /ECONNREFUSED/);
});

test('rest: an answer that is cut off is offline', () =>
  withRest(
    (_, response) => {
      response.writeHead(200, { 'Content-Length': 1000 }).write('only this');
      setTimeout(() => response.destroy(), 20);
    },
    async (connector) => {
      await rejects(connector.getMeta({}), 'offline');
      await rejects(connector.getCar(car), 'offline');
    },
  ));

test('rest: an answer that is no HTTP is offline', () =>
  withRest(
    (_, response) => response.socket.end('garbage\r\n\r\n'),
    async (connector) => {
      await rejects(connector.getMeta({}), 'offline');
    },
  ));

test('rest: objects that say they are too large are not read', () =>
  withRest(
    (request, response) => {
      const limit = request.url.startsWith('/meta') ? 16 : 256;
      response.writeHead(200, { 'Content-Length': limit * 1024 * 1024 + 1 }).write('x');
    },
    async (connector) => {
      const errors = [
        await rejects(connector.getMeta({}), 'corrupt-meta'),
        await rejects(connector.getCar(car), 'corrupt-car'),
      ];
      assert.ok(errors.every((error) => error.retryable === false));
    },
  ));

test('rest: a meta that turns out to be too large is left at the limit', async () => {
  const part = Buffer.alloc(1024 * 1024);
  let sent = 0;
  await withRest(
    (_, response) => {
      const more = () => {
        while (sent < 1000 && response.writable && response.write(part)) sent += 1;
      };
      response.on('drain', more).on('error', () => {});
      more();
    },
    async (connector) => {
      await rejects(connector.getMeta({}), 'corrupt-meta');
    },
  );
  assert.ok(sent < 100, `${sent} MiB were taken`);
});

test('rest: aborting before, while waiting and while reading', () =>
  withRest(
    (request, response) => {
      if (request.url.startsWith('/data')) response.writeHead(200).write('begin');
    },
    async (connector, { requests }) => {
      const reason = new Error('enough');
      const aborted = await rejects(
        connector.getMeta({ signal: AbortSignal.abort(reason) }),
        'aborted',
      );
      assert.equal(aborted.cause, reason);
      assert.equal(requests.length, 0);
      for (const start of [
        (signal) => connector.getMeta({ signal }),
        (signal) => connector.getCar({ ...car, signal }),
      ]) {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 50);
        await rejects(start(controller.signal), 'aborted');
      }
    },
  ));

test('rest: fixed headers go with each request', () =>
  withRest(
    (request, response) => response.end(request.headers['x-token']),
    async (connector) => {
      assert.deepEqual(Buffer.from(await connector.getCar(car)).toString(), 'T');
    },
    { headers: { 'X-Token': 'T' } },
  ));

test('rest: getHeaders is asked once, and anew when the remote refuses what it gave', async () => {
  for (const status of [401, 403]) {
    const reasons = [];
    let valid = 'token 1';
    const getHeaders = async (reason) => {
      reasons.push(reason);
      return { Authorization: `token ${reasons.length}` };
    };
    await withRest(
      (request, response) => {
        const isKnown = request.headers.authorization === valid;
        response.writeHead(isKnown ? 200 : status).end('{}');
      },
      async (connector, { requests }) => {
        await connector.getMeta({});
        await connector.getCar(car);
        assert.deepEqual(reasons, ['request']);
        valid = 'token 2';
        // Several requests that are refused at once renew the headers once.
        await Promise.all([1, 2, 3, 4, 5].map(() => connector.getCar(car)));
        assert.deepEqual(reasons, ['request', 'unauthorized']);
        valid = 'none';
        const before = requests.length;
        await rejects(connector.getCar(car), status === 401 ? 'unauthorized' : 'forbidden');
        assert.equal(requests.length - before, 2, 'one request more, no loop');
        assert.deepEqual(reasons, ['request', 'unauthorized', 'unauthorized']);
      },
      { getHeaders },
    );
  }
});

test('rest: a failure of getHeaders is unauthorized, or what it says, and is not remembered', () =>
  withRest(
    (_, response) => response.end('{}'),
    async (connector, { requests }) => {
      const error = await rejects(connector.getMeta({}), 'unauthorized');
      assert.match(error.message, /no login/);
      assert.equal(requests.length, 0);
      assert.equal((await connector.getMeta({})).status, 'found');
    },
    {
      getHeaders: (() => {
        let calls = 0;
        return () => {
          if (calls++ === 0) throw new Error('no login');
          return {};
        };
      })(),
    },
  ));

test('rest: malformed headers are the caller’s mistake', () =>
  withRest(
    (_, response) => response.end('{}'),
    async (connector) => {
      await rejects(connector.getMeta({}), 'invalid-argument');
    },
    { headers: { 'X-Bad': 'line\nbreak' } },
  ));

test('rest: an injected fetch is used, and may ignore everything it should heed', async () => {
  const url = 'https://remote.example/replica';
  const seen = [];
  const fetch = async (...args) => {
    seen.push(args);
    return new Response('car', { headers: { 'Content-Length': '1' } });
  };
  const progress = [];
  const connector = restConnector({ url, fetch, ...DATABASE });
  assert.equal(connector.name, 'rest https://remote.example/replica/');
  const onProgress = (...args) => progress.push(args);
  assert.deepEqual(await connector.getCar({ ...car, onProgress }), encode('car'));
  assert.equal(seen[0][0], `${url}/data/fp.notes/${CID}.car`);
  assert.equal(seen[0][1].cache, 'no-store');
  assert.deepEqual(progress, [[3, undefined]]);
  const deaf = restConnector({ url, ...DATABASE, fetch: () => new Promise(() => {}) });
  await rejects(deaf.getMeta({ signal: AbortSignal.timeout(20) }), 'aborted');
});

test('rest: what is no address is refused at once', () => {
  for (const url of ['not a url', 'ftp://x/', 'file:///etc', '', 'https://user:pw@x/']) {
    assert.throws(() => restConnector({ url, ...DATABASE }), { code: 'invalid-argument' });
  }
  const secret = 'https://remote.example/a?token=secret#x';
  const { name } = restConnector({ url: secret, ...DATABASE });
  assert.match(name, /^rest https:\/\/remote\.example\/a\/ #[0-9a-f]{8}$/);
});

function encode(text) {
  return new TextEncoder().encode(text);
}

test('rest: errors name the object without the query of the address, which may hold a token', () =>
  withServer(
    (_, response) => response.writeHead(500).end(),
    async ({ url, requests }) => {
      const remote = restConnector({ url: `${url}?sig=secret`, ...DATABASE });
      await assert.rejects(remote.getCar(car), (error) => {
        assert.equal(error.code, 'server');
        assert.match(error.message, new RegExp(CID));
        assert.doesNotMatch(`${error.message} ${error.remote}`, /secret/);
        return true;
      });
      assert.match(requests[0].url, /sig=secret/);
    },
  ));
