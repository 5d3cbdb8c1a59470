// Headers of the application are for the origin that it gave. A remote that redirects to another one gets the request
// followed, not the headers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restConnector } from '../../../js/connectors/rest.js';
import { rejects } from '../../browser/assert.js';
import { withServer } from './scripted-server.js';

const SECRETS = { Authorization: 'Bearer SECRET', 'X-Api-Key': 'SECRET-KEY', Cookie: 'a=SECRET' };
const CID = 'bafkreib34ifhzf32wp2ptk3jzatqliei7iexnrvybk3nwift4wvys644dm';
const made = (url, options) =>
  restConnector({ url, database: 'notes', format: '0.24', ...options });

const secretsIn = ({ headers }) => JSON.stringify(headers).match(/SECRET/g)?.length ?? 0;

/** Two servers: the second at another origin, the first answering with `answer(request, response, otherUrl)`. */
const withTwo = (answer, work) =>
  withServer(
    (_, response) => response.writeHead(200, { ETag: '"e"' }).end('[]'),
    (other) =>
      withServer(
        (request, response) => answer(request, response, other.url),
        (home) => work({ home, other }),
      ),
  );

for (const status of [301, 302, 303, 307, 308]) {
  test(`redirects: ${status} to another origin is followed without the headers of the application`, () =>
    withTwo(
      ({ url }, response, other) =>
        response.writeHead(status, { Location: `${other}${url.slice(1)}` }).end(),
      async ({ home, other }) => {
        for (const options of [{ headers: SECRETS }, { getHeaders: () => SECRETS }]) {
          const connector = made(home.url, options);
          assert.equal((await connector.getMeta({})).status, 'found');
          assert.equal((await connector.getMeta({ etag: '"x"' })).status, 'found');
          assert.ok((await connector.getCar({ kind: 'data', cid: CID })).length > 0);
          await connector.hasCar({ kind: 'data', cid: CID });
        }
        assert.deepEqual(home.requests.map(secretsIn), Array(8).fill(3));
        assert.equal(other.requests.length, 8);
        assert.deepEqual(other.requests.map(secretsIn), Array(8).fill(0));
        assert.equal(other.requests[1].headers['if-none-match'], '"x"', 'our own headers stay');
      },
    ));
}

test('redirects: within the origin they keep the headers, on the way back they have them again', () =>
  withTwo(
    ({ url, headers }, response, other) => {
      if (url.startsWith('/start')) return response.writeHead(302, { Location: '/second/x' }).end();
      if (url.startsWith('/second')) {
        return response.writeHead(302, { Location: `//${headers.host}/third` }).end();
      }
      if (url.startsWith('/third')) return response.writeHead(302, { Location: `${other}x` }).end();
      return response.writeHead(404).end();
    },
    async ({ home, other }) => {
      await made(`${home.url}start/`, { headers: SECRETS }).getMeta({});
      assert.deepEqual(home.requests.map(secretsIn), [3, 3, 3]);
      assert.deepEqual(other.requests.map(secretsIn), [0]);
    },
  ));

test('redirects: none is followed without end, nor to what is no web address, nor for an upload', async () => {
  for (const Location of ['/again', 'ftp://127.0.0.1/', 'data:,[]', 'http://[', undefined]) {
    await withServer(
      (_, response) => response.writeHead(302, Location && { Location }).end(),
      async ({ url, requests }) => {
        await rejects(made(url, { headers: SECRETS }).getMeta({}), 'server');
        assert.equal(requests.length, Location === '/again' ? 6 : 1, `${Location}`);
      },
    );
  }
  await withTwo(
    (_, response, other) => response.writeHead(307, { Location: other }).end(),
    async ({ home, other }) => {
      const upload = { bytes: new Uint8Array(3), condition: 'none' };
      await rejects(made(home.url, { headers: SECRETS }).putMeta(upload), 'server');
      assert.equal(other.requests.length, 0);
    },
  );
});

test('redirects: a page, which cannot see where one leads, follows none with headers', async () => {
  const asked = [];
  /** What fetch of a page makes of a redirect that is not followed. */
  const fetch = async (url, init) => {
    asked.push(init.redirect);
    return { status: 0, ok: false, type: 'opaqueredirect', headers: new Headers(), body: null };
  };
  const error = await rejects(
    made('https://a.example/', { headers: SECRETS, fetch }).getMeta({}),
    'server',
  );
  assert.match(error.message, /with a redirect/);
  assert.deepEqual(asked, ['manual']);
});

test('redirects: without headers of the application the platform follows by itself', async () => {
  const asked = [];
  const fetch = async (url, init) => {
    asked.push(init.redirect);
    return new Response('[]');
  };
  await made('https://a.example/', { fetch }).getMeta({});
  assert.deepEqual(asked, [undefined]);
});
