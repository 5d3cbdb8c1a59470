import assert from 'node:assert/strict';
import { test } from 'node:test';
import { staticConnector } from '../../../js/connectors/static.js';
import { rejects } from '../../browser/assert.js';
import { withServer } from './scripted-server.js';

const CID = 'bafkreib34ifhzf32wp2ptk3jzatqliei7iexnrvybk3nwift4wvys644dm';
const DATABASE = { database: 'notes', format: '0.14' };

test('static: only requests that need no preflight, at the same paths as rest', () =>
  withServer(
    (_, response) => response.writeHead(200, { ETag: '"1"' }).end('x'),
    async ({ url, requests }) => {
      const options = [];
      const fetch = (address, init) => {
        options.push(init);
        return globalThis.fetch(address, init);
      };
      const connector = staticConnector({ url, fetch, ...DATABASE });
      assert.equal(connector.name, `static ${url}`);
      const { etag } = await connector.getMeta({});
      assert.deepEqual(await connector.getMeta({ etag }), { status: 'not-modified' });
      assert.equal((await connector.getMeta({ etag: '"0"' })).status, 'found');
      await connector.getCar({ kind: 'data', cid: CID });
      for (const { method = 'GET', headers } of options) {
        assert.equal(method, 'GET');
        assert.deepEqual(headers, {});
      }
      assert.deepEqual(
        [...new Set(requests.map((request) => request.url))],
        ['/meta/fp.notes.0.14/main.json', `/data/fp.notes/${CID}.car`],
      );
    },
  ));

test('static: nothing there, and errors, are those of rest', async () => {
  let status = 404;
  await withServer(
    (_, response) => response.writeHead(status).end(),
    async ({ url }) => {
      const connector = staticConnector({ url, ...DATABASE });
      assert.deepEqual(await connector.getMeta({}), { status: 'none' });
      assert.equal(await connector.getCar({ kind: 'file', cid: CID }), null);
      status = 500;
      await rejects(connector.getMeta({}), 'server');
    },
  );
});
