import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpClient } from '../../../js/connectors/http.js';
import { restConnector } from '../../../js/connectors/rest.js';
import { rejects } from '../../browser/assert.js';
import { withReplica } from '../server/replica.js';
import { withServer } from './scripted-server.js';
import { etagOf } from './small-remote.js';
import { DATABASE, NAME, bytes, CID, car, meta, withSmall, never } from './rest-uploads.js';

/** A connector to a server that takes the body of each request and then answers with `answer`. */
function withRest(answer, work, options = {}) {
  const bodies = [];
  const receive = async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    bodies.push(Buffer.concat(parts).toString());
    answer(request, response);
  };
  return withServer(receive, ({ url, requests }) =>
    work(restConnector({ url, ...DATABASE, ...options }), { url, requests, bodies }),
  );
}

const status = (code, headers) => (_, response) => response.writeHead(code, headers).end('why');

/** A connector to our own server. */
const withOurs = (work) =>
  withReplica(({ url, dir }) => work(restConnector({ url, ...DATABASE }), { url, dir }));

test('rest uploads: a CAR is stored once; its own name is told, not replaced', () =>
  withOurs(async (connector) => {
    assert.equal(connector.canWrite && connector.conditional, true);
    for (const kind of ['data', 'file']) {
      assert.equal(await connector.putCar({ ...car, kind }), 'stored');
      assert.equal(await connector.putCar({ ...car, kind }), 'exists');
      assert.equal(await connector.putCar({ ...car, kind, ifAbsent: false }), 'stored');
      assert.deepEqual(await connector.getCar({ kind, cid: CID }), bytes);
    }
  }));

test('rest uploads: a meta replaces the one that was read, and no other', () =>
  withOurs(async (connector) => {
    assert.deepEqual(await connector.putMeta(meta('[0]', 'match', '"x"')), { status: 'conflict' });
    const first = await connector.putMeta(meta('[1]', 'absent'));
    assert.equal(first.status, 'stored');
    assert.equal(first.etag, (await connector.getMeta({})).etag);
    assert.deepEqual(await connector.putMeta(meta('[2]', 'absent')), { status: 'conflict' });
    const second = await connector.putMeta(meta('[3]', 'match', first.etag));
    assert.equal(second.status, 'stored');
    assert.deepEqual(await connector.putMeta(meta('[4]', 'match', first.etag)), {
      status: 'conflict',
    });
    assert.equal((await connector.putMeta(meta('[5]'))).status, 'stored');
    assert.deepEqual((await connector.getMeta({})).metas, [meta('[5]').bytes]);
  }));

test('rest uploads: of writers that meet, one wins each time', () =>
  withOurs(async (connector) => {
    const race = (condition, etag) =>
      Promise.all(
        [1, 2, 3, 4].map((n) => connector.putMeta(meta(`["${condition}",${n}]`, condition, etag))),
      );
    const winners = (answers) => answers.filter((each) => each.status === 'stored');
    const [first, ...others] = winners(await race('absent'));
    assert.equal(others.length, 0);
    assert.equal(winners(await race('match', first.etag)).length, 1);
  }));

test('rest uploads: the requests are those documented', () =>
  withSmall(never, async (connector, { seen, requests }) => {
    await connector.putCar(car);
    await connector.putCar({ ...car, kind: 'file', ifAbsent: false });
    await connector.putMeta(meta('[1]'));
    await connector.putMeta(meta('[2]', 'absent'));
    const main = `/meta/${NAME}.0.24/main.json`;
    const { etag } = await connector.getMeta({});
    await connector.putMeta(meta('[3]', 'match', etag));
    assert.deepEqual(seen(), [
      `PUT /data/${NAME}/${CID}.car *`,
      `HEAD /data/${NAME}/${CID}.car`,
      `PUT /file/${NAME}/${CID}.car`,
      `HEAD /file/${NAME}/${CID}.car`,
      `PUT ${main}`,
      `PUT ${main} *`,
      `GET ${main}`,
      `GET ${main}`,
      `PUT ${main} ${etag}`,
      `GET ${main}`,
    ]);
    const probes = requests.length - seen().length;
    assert.equal(probes, 1, 'one small object to see that digests are not checked');
    const typeOf = (start) =>
      new Set(
        requests
          .filter(({ method, url }) => method === 'PUT' && url.startsWith(start))
          .map(({ headers }) => headers['content-type']),
      );
    for (const start of ['/data', '/file'])
      assert.deepEqual([...typeOf(start)], ['application/vnd.ipld.car']);
    assert.deepEqual([...typeOf('/meta')], ['application/json']);
  }));

test("rest uploads: the application's own Content-Type wins, however it is spelled", async () => {
  for (const name of ['Content-Type', 'content-type', 'CONTENT-TYPE']) {
    await withSmall(
      never,
      async (connector, { requests }) => {
        await connector.putCar(car);
        assert.equal(requests[0].headers['content-type'], 'application/octet-stream');
      },
      { headers: { [name]: 'application/octet-stream' } },
    );
  }
});

test('rest uploads: an ETag that a proxy weakened is sent as the strong one', () =>
  withSmall(never, async (connector, { seen }) => {
    const { etag } = await connector.putMeta(meta('[1]', 'absent'));
    assert.equal((await connector.putMeta(meta('[2]', 'match', `W/${etag}`))).status, 'stored');
    assert.ok(seen().some((request) => request.endsWith(`.json ${etag}`)));
  }));

for (const code of [200, 201, 204]) {
  test(`rest uploads: ${code} is stored, with the ETag that is read back if the answer has none`, () =>
    withSmall(
      ({ request, response, path, body, objects }) => {
        if (request.method !== 'PUT') return false;
        objects.set(path, body);
        response.writeHead(code).end();
        return true;
      },
      async (connector) => {
        assert.equal(await connector.putCar(car), 'stored');
        assert.deepEqual(await connector.putMeta(meta('[1]', 'absent')), {
          status: 'stored',
          etag: etagOf('[1]'),
        });
        const plain = await connector.putMeta(meta('[1]'));
        assert.deepEqual(plain, { status: 'stored', etag: undefined });
      },
    ));
}

for (const code of [409, 412]) {
  const refuse = ({ request, response }) => {
    if (request.method !== 'PUT') return false;
    response.writeHead(code).end();
    return true;
  };
  test(`rest uploads: ${code} is an answer to a condition if something is there, and else a conflict`, () =>
    withSmall(refuse, async (connector, { objects }) => {
      const name = decodeURIComponent(NAME);
      const missing = await rejects(connector.putCar(car), 'conflict');
      assert.match(missing.message, /nothing is there/);
      assert.equal(missing.retryable, true);
      objects.set(`data/${name}/${CID}.car`, Buffer.from(bytes));
      objects.set(`meta/${name}.0.24/main.json`, Buffer.from('[0]'));
      assert.equal(await connector.putCar(car), 'exists');
      assert.equal((await connector.putMeta(meta('[1]', 'absent'))).status, 'conflict');
      assert.equal((await connector.putMeta(meta('[1]', 'match', '"x"'))).status, 'conflict');
      await rejects(connector.putCar({ ...car, ifAbsent: false }), 'conflict');
      await rejects(connector.putMeta(meta('[1]')), 'conflict');
    }));
}

test('rest uploads: 409 to a first meta where there is none says that a folder may be missing', () =>
  withSmall(
    ({ request, response }) => request.method === 'PUT' && !!response.writeHead(409).end(),
    async (connector) => {
      const error = await rejects(connector.putMeta(meta('[1]', 'absent')), 'conflict');
      assert.match(error.message, /folder may be missing/);
    },
  ));

for (const code of [404, 410]) {
  test(`rest uploads: ${code} to If-Match is a conflict, and else an error for good`, () =>
    withRest(status(code), async (connector) => {
      assert.equal((await connector.putMeta(meta('[1]', 'match', '"x"'))).status, 'conflict');
      for (const upload of [
        connector.putMeta(meta('[1]')),
        connector.putMeta(meta('[1]', 'absent')),
        connector.putCar(car),
      ]) {
        assert.equal((await rejects(upload, 'server')).retryable, false);
      }
    }));
}

const STATUSES = [
  [303, 'server', false],
  [307, 'server', false],
  [400, 'server', false],
  [401, 'unauthorized', false],
  [403, 'forbidden', false],
  [405, 'server', false],
  [408, 'timeout', true],
  [413, 'quota-exceeded', false],
  [429, 'server', true],
  [500, 'server', true],
  [502, 'server', true],
  [503, 'server', true],
  [507, 'quota-exceeded', true],
];

for (const [code, expected, retryable] of STATUSES) {
  test(`rest uploads: status ${code} is ${expected}${retryable ? ', retryable' : ''}`, () =>
    withRest(
      status(code, { 'Retry-After': '7', Location: '/elsewhere' }),
      async (connector, { url, requests }) => {
        for (const upload of [connector.putCar(car), connector.putMeta(meta('[1]', 'absent'))]) {
          const error = await rejects(upload, expected);
          assert.equal(error.retryable, retryable);
          assert.equal(error.retryAfter, 7000);
          assert.equal(error.remote, `rest ${url}`);
          assert.match(error.message, new RegExp(`${url}.*${code}`));
        }
        // After a refusal for good it is tried whether it was for the condition.
        const probes = code <= 400 || code === 405 ? 1 : 0;
        assert.equal(requests.length, 2 + probes, 'no redirect is followed, nothing is repeated');
      },
    ));
}

test('rest uploads: progress is told at the start and at the end', () =>
  withOurs(async (connector) => {
    const calls = [];
    const upload = { ...car, onProgress: (...args) => calls.push(args) };
    await connector.putCar(upload);
    assert.deepEqual(calls, [
      [0, 18],
      [18, 18],
    ]);
    calls.length = 0;
    await connector.putCar(upload);
    assert.deepEqual(calls, [[0, 18]], 'one that exists is not sent to its end');
  }));

test('rest uploads: a lost answer is offline, although it may be stored', async () => {
  const stored = [];
  const lose = (request, response) => {
    stored.push(request.url);
    response.destroy();
  };
  await withRest(lose, async (connector) => {
    const errors = [
      await rejects(connector.putCar(car), 'offline'),
      await rejects(connector.putMeta(meta('[1]', 'absent')), 'offline'),
    ];
    assert.ok(errors.every(({ retryable }) => retryable));
  });
  assert.ok(stored.length >= 2);
});

test('rest uploads: an answer cut off in its body is offline', () =>
  withRest(
    (_, response) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('begin');
      setTimeout(() => response.destroy(), 20);
    },
    async (connector) => {
      await rejects(connector.putCar(car), 'offline');
    },
  ));

test('rest uploads: an answer that never ends is left', () =>
  withRest(
    (_, response) => {
      const more = () => {
        while (response.writable && response.write(Buffer.alloc(100_000)));
      };
      response.on('drain', more).on('error', () => {});
      more();
    },
    async (connector) => {
      await rejects(connector.putCar(car), 'server');
    },
  ));

test('rest uploads: aborting before and while waiting', () =>
  withRest(
    () => {},
    async (connector, { requests }) => {
      const gone = AbortSignal.abort();
      await rejects(connector.putCar({ ...car, signal: gone }), 'aborted');
      await rejects(connector.putMeta({ ...meta('[1]'), signal: gone }), 'aborted');
      assert.equal(requests.length, 0);
      const soon = () => AbortSignal.timeout(50);
      await rejects(connector.putCar({ ...car, signal: soon() }), 'aborted');
      await rejects(connector.putMeta({ ...meta('[1]'), signal: soon() }), 'aborted');
    },
  ));

test('rest uploads: no answer in time is timeout; large bodies get more time', async () => {
  const allow = [];
  await withServer(
    (request, response) => {
      request.resume();
      if (request.url === '/slow') setTimeout(() => response.end(), 400);
    },
    async ({ url }) => {
      const http = new HttpClient({ remote: 'test', stall: 200 });
      const error = await rejects(http.put({ url, body: bytes, allow }), 'timeout');
      assert.equal(error.retryable, true);
      const large = new Uint8Array(100_000); // 6 s
      assert.equal((await http.put({ url: `${url}slow`, body: large, allow })).status, 200);
    },
  );
});

test('rest uploads: credentials are renewed once, and the body is sent again', async () => {
  for (const refusal of [401, 403]) {
    const reasons = [];
    let valid = 'token 2';
    const getHeaders = (reason) => {
      reasons.push(reason);
      return { Authorization: `token ${reasons.length}` };
    };
    await withSmall(
      ({ request, response }) =>
        request.headers.authorization !== valid && !!response.writeHead(refusal).end(),
      async (connector, { requests }) => {
        assert.equal(await connector.putCar(car), 'stored');
        assert.deepEqual(reasons, ['request', 'unauthorized']);
        const puts = requests.filter(({ method }) => method === 'PUT');
        assert.deepEqual(
          puts.map(({ body }) => body.toString()),
          ['the bytes of a CAR', 'the bytes of a CAR'],
        );
        valid = 'none';
        requests.length = 0;
        const code = refusal === 401 ? 'unauthorized' : 'forbidden';
        await rejects(connector.putMeta(meta('[1]', 'absent')), code);
        const metas = requests.filter(({ url }) => url.startsWith('/meta'));
        assert.ok(metas.length <= 2, 'one request more, no loop');
        assert.equal(metas.at(-1).headers['if-none-match'], '*');
      },
      { getHeaders },
    );
  }
});

test('rest uploads: an injected fetch gets the bytes, and what pages see of a redirect is an error', async () => {
  const seen = [];
  const url = 'https://remote.example/';
  const fetch = async (...args) => {
    seen.push(args);
    if (seen.length === 1) return new Response(null, { status: 201 });
    return new Response(null, { status: 200, headers: { 'Content-Length': String(bytes.length) } });
  };
  assert.equal(await restConnector({ url, fetch, ...DATABASE }).putCar(car), 'stored');
  const [to, { method, body, redirect }] = seen[0];
  assert.deepEqual([to, method, redirect], [`${url}data/${NAME}/${CID}.car`, 'PUT', 'manual']);
  assert.deepEqual(new Uint8Array(body), bytes);
  const redirected = restConnector({ url, fetch: async () => Response.error(), ...DATABASE });
  const error = await rejects(redirected.putMeta(meta('[1]')), 'server');
  assert.match(error.message, /a redirect/);
});
