// Which pages may use a server where origins are named: a page cannot choose its Origin, and nobody's name can be made to
// point at the server.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { createServer } from '../../../js/server/index.js';
import { withReplica } from './replica.js';

const META = 'meta/fp.notes.0.24/main.json';
const TOKEN = 'a-token-of-this-test';
const origins = ['https://app.example'];

/** The status of a request with headers that fetch does not let us choose. */
const ask = (url, headers, method = 'PUT') =>
  new Promise((resolve, reject) => {
    const sent = request(url + META, { method, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
    });
    sent.on('error', reject).end(method === 'PUT' ? '[1]' : undefined);
  });

const HERE = [
  '127.0.0.1:8080',
  '10.1.2.3',
  '[::1]:8080',
  'localhost',
  'LOCALHOST.:80',
  'notes.localhost',
];
const ELSEWHERE = [
  'evil.example',
  'evil.example:8080',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'a.app.example',
];

test('pages: a name that the server does not have is 421 where origins are named, so rebinding leads nowhere', () =>
  withReplica(
    async ({ url }) => {
      for (const method of ['PUT', 'GET', 'HEAD', 'OPTIONS']) {
        for (const host of [...HERE, 'app.example', 'Replicas.example:443']) {
          assert.ok(
            [200, 201, 204].includes(await ask(url, { host }, method)),
            `${method} ${host}`,
          );
        }
        for (const host of ELSEWHERE) {
          const origin = `http://${host}`;
          assert.equal(await ask(url, { host, origin }, method), 421, `${method} ${host}`);
          assert.equal(await ask(url, { host }, method), 421, `${method} ${host}`);
          const Authorization = `Bearer ${TOKEN}`;
          assert.equal(
            await ask(url, { host, Authorization }, method),
            421,
            'no tokens are asked for',
          );
        }
      }
    },
    { origins, hosts: ['replicas.example'] },
  ));

test('pages: who brings a token is asked for no name, and a wrong token opens nothing', () =>
  withReplica(
    async ({ url }) => {
      const host = 'replicas.example';
      const status = (token) => ask(url, { host, Authorization: `Bearer ${token}` });
      assert.equal(await status(TOKEN), 201);
      assert.equal(await status('another-token-of-this-test'), 401);
      assert.equal(await ask(url, { host }), 421);
      assert.equal(await ask(url, { host }, 'GET'), 421, 'also where reading is public');
    },
    { origins, publicRead: true, tokens: [{ token: TOKEN, databases: '*', rights: 'write' }] },
  ));

test('pages: an origin that is not named is refused, also of a request that a browser asks nothing about', () =>
  withReplica(
    async ({ url }) => {
      for (const origin of [
        'https://evil.example',
        'null',
        'http://app.example',
        'https://app.example.evil',
        'x',
      ]) {
        for (const method of ['PUT', 'GET', 'OPTIONS']) {
          assert.equal(await ask(url, { origin }, method), 403, `${method} ${origin}`);
        }
      }
      assert.equal(await ask(url, { origin: 'https://app.example' }), 201);
      assert.equal(await ask(url, {}), 200, 'a program names none');
      assert.equal(
        await ask(url, { origin: url.slice(0, -1) }),
        200,
        'a page of the very same address',
      );
    },
    { origins },
  ));

test('pages: with every origin let in, names make no difference; outside Node the rules are the same', async () => {
  await withReplica(async ({ url }) => {
    assert.equal(await ask(url, { host: 'evil.example', origin: 'https://evil.example' }), 201);
  });
  const store = { open: async () => null };
  const { fetch: worker } = createServer({ store, origins });
  const status = async (headers) =>
    (await worker(new Request(`https://worker.example/${META}`, { headers }))).status;
  assert.equal(await status({ host: 'evil.example' }), 421);
  assert.equal(await status({ origin: 'https://evil.example' }), 403);
  assert.equal(await status({ origin: 'https://app.example' }), 404);
});
