import { restConnector } from '../../../js/connectors/rest.js';
import { staticConnector } from '../../../js/connectors/static.js';
import { equal, rejects } from '../assert.js';

export const browsers = ['chromium', 'firefox', 'webkit'];

/** From a page to our server at another origin: what CORS lets through, and how many requests it takes. */
export default function ({ test, command }) {
  const DATABASE = { database: 'a b/ü', format: '0.24' };
  const META = '/meta/fp.a%20b%2F%C3%BC.0.24/main.json';
  const CID = 'bafkreib34ifhzf32wp2ptk3jzatqliei7iexnrvybk3nwift4wvys644dm';
  const bytes = new TextEncoder().encode('[1]');
  const CID_OF_BYTES = 'bafkreiaibkpnikcvt33aezuljqapcfhrueod62ycuq27bpobkrly4tl7ei';

  async function replica() {
    const url = await command('startReplica');
    await fetch(new URL(META, url), { method: 'PUT', body: bytes });
    await command('replicaRequests');
    return url;
  }

  const requests = async () => (await command('replicaRequests')).map((each) => each.split(' ')[0]);

  test('rest: the ETag is seen, and an unchanged meta costs one conditional request', async () => {
    const connector = restConnector({ url: await replica(), ...DATABASE });
    const found = await connector.getMeta({});
    equal(found.status, 'found');
    equal(found.metas[0], bytes);
    equal(/^"[0-9a-f]{64}"$/.test(found.etag), true);
    equal(await requests(), ['GET']);
    equal(await connector.getMeta({ etag: found.etag }), { status: 'not-modified' });
    equal(await connector.getMeta({ etag: found.etag }), { status: 'not-modified' });
    equal((await requests()).filter((method) => method === 'GET').length, 2);
  });

  test('rest: credentials are let through, errors are seen as what they are', async () => {
    const url = await replica();
    const headers = { Authorization: 'Bearer x', 'X-Own': 'y' };
    const connector = restConnector({ url, headers, ...DATABASE });
    equal((await connector.getMeta({})).status, 'found');
    equal(await connector.getCar({ kind: 'data', cid: CID }), null);
    const error = await rejects(connector.getCar({ kind: 'data', cid: 'not a CID' }), 'server');
    equal(error.retryable, false);
  });

  test('rest: uploads, their conditions and the ETag of what was stored get through', async () => {
    const connector = restConnector({ url: await command('startReplica'), ...DATABASE });
    const car = { kind: 'data', cid: CID_OF_BYTES, bytes, ifAbsent: true };
    equal(await connector.putCar(car), 'stored');
    equal(await connector.putCar(car), 'exists');
    equal(await connector.getCar(car), bytes);
    const first = await connector.putMeta({ bytes, condition: 'absent' });
    equal(first.status, 'stored');
    equal(await connector.putMeta({ bytes, condition: 'absent' }), { status: 'conflict' });
    const { status, etag } = await connector.putMeta({
      bytes: new TextEncoder().encode('[2]'),
      condition: 'match',
      etag: first.etag,
    });
    equal(status, 'stored');
    equal(await connector.getMeta({ etag }), { status: 'not-modified' });
    const late = { bytes, condition: 'match', etag: first.etag };
    equal(await connector.putMeta(late), { status: 'conflict' });
  });

  test('static: no preflight, and a changed meta is seen at once', async () => {
    const url = await replica();
    const connector = staticConnector({ url, ...DATABASE });
    const { etag } = await connector.getMeta({});
    equal(await connector.getMeta({ etag }), { status: 'not-modified' });
    equal(await requests(), ['GET', 'GET']);
    await fetch(new URL(META, url), { method: 'PUT', body: '[1,2]' });
    await requests();
    const changed = await connector.getMeta({ etag });
    equal(changed.metas[0], new TextEncoder().encode('[1,2]'));
    await connector.getCar({ kind: 'data', cid: CID });
    equal(await requests(), ['GET', 'GET']);
  });

  test('rest: a server that is not there is offline, aborting is aborted', async () => {
    const gone = restConnector({ url: 'http://127.0.0.1:1/', ...DATABASE });
    await rejects(gone.getMeta({}), 'offline');
    const connector = restConnector({ url: await replica(), ...DATABASE });
    await rejects(connector.getMeta({ signal: AbortSignal.abort() }), 'aborted');
  });

  test('an address may be relative to the page', () => {
    const { name } = restConnector({ url: '../replica', ...DATABASE });
    equal(name, `rest ${location.origin}/tests/replica/`);
  });
}
