import { s3Connector } from '../../../js/connectors/s3.js';
import { equal, ok, rejects } from '../assert.js';

export const browsers = ['chromium'];

/** From a page to Ceph's S3 gateway at another origin: what CORS lets through, and what pages see of refusals. */
export default async function ({ test, command }) {
  const { connect, fireproof } = await import(new URL('/dist/browser.js', location.href).href);
  const DATABASE = { database: 'a b/ü', format: '0.24' };
  const CID = 'bafkreiaibkpnikcvt33aezuljqapcfhrueod62ycuq27bpobkrly4tl7ei';
  const bytes = new TextEncoder().encode('[1]');
  const car = { kind: 'data', cid: CID, bytes, ifAbsent: true };
  const key = '0f'.repeat(16);
  const HIDDEN = /the browser does not show its answer/;
  const makeBucket = (options = {}) => command('makeBucket', options);
  // The gateway starts with it, outside the time of a case.
  await makeBucket();

  /** The same bucket, named in the host name. */
  const virtualHost = ({ endpoint, ...bucket }) => ({
    ...bucket,
    endpoint: endpoint.replace('127.0.0.1', 'localhost'),
    pathStyle: false,
  });

  for (const [style, place] of [
    ['path', (bucket) => bucket],
    ['virtual-host', virtualHost],
  ]) {
    test(`${style} style: objects, conditions and ETags get through`, async () => {
      const s3 = s3Connector({ ...DATABASE, ...place(await makeBucket()) });
      equal(await s3.getMeta({}), { status: 'none' });
      equal(await s3.getCar(car), null);
      equal(await s3.putCar(car), 'stored');
      equal(await s3.putCar(car), 'exists');
      equal(await s3.getCar(car), bytes);
      equal(await s3.probe(car), { absent: 'honoured', match: 'honoured' });
      const first = await s3.putMeta({ bytes, condition: 'absent' });
      equal(await s3.putMeta({ bytes, condition: 'absent' }), { status: 'conflict' });
      equal(await s3.getMeta({ etag: first.etag }), { status: 'not-modified' });
      const next = { bytes: new TextEncoder().encode('[2]'), condition: 'match' };
      const second = await s3.putMeta({ ...next, etag: first.etag });
      equal(second.status, 'stored');
      equal(await s3.putMeta({ ...next, etag: first.etag }), { status: 'conflict' });
      const found = await s3.getMeta({ etag: first.etag });
      equal([found.status, found.etag], ['found', second.etag]);
    });
  }

  test('reading needs no preflight but for a meta that is known already', async () => {
    const bucket = await makeBucket();
    const { etag } = await s3Connector({ ...DATABASE, ...bucket }).putMeta({ bytes });
    const strict = await makeBucket({ cors: { headers: ['x-none'] } });
    const s3 = s3Connector({ ...DATABASE, ...strict });
    equal(await s3.getMeta({}), { status: 'none' });
    equal(await s3.getCar(car), null);
    equal(await s3.hasCar(car), false);
    ok(HIDDEN.test((await rejects(s3.getMeta({ etag }), 'offline')).message), 'a preflight');
  });

  async function replicate(options, attach) {
    const name = `s3 ${Math.random()}`;
    const [a, b] = [0, 1].map(() => fireproof(name, { ...options, storage: 'memory' }));
    await a.put({ _id: 'x', n: 1, _files: { f: new Blob(['content'], { type: 'text/plain' }) } });
    const fromA = await attach(a);
    await fromA.synced();
    equal(fromA.status.safe, true);
    const fromB = await attach(b);
    await fromB.loaded;
    equal(await (await (await b.get('x'))._files.f.file()).text(), 'content');
    await b.put({ _id: 'y', n: 2 });
    await fromB.synced();
    await fromA.refresh();
    equal((await a.get('y')).n, 2);
    await Promise.all([a.destroy(), b.destroy()]);
  }

  for (const options of [{ format: '0.24', key }, { format: '0.14' }]) {
    test(`${options.format}: devices replicate, with requests signed in their workers`, async () => {
      const bucket = await makeBucket();
      await replicate(options, (db) => connect.s3(db, { ...bucket, prefix: 'a b', poll: 0 }));
    });

    test(`${options.format}: devices replicate through our presigning service`, async () => {
      const bucket = await makeBucket({ isPublic: true });
      const download = `${bucket.endpoint}/${bucket.bucket}/`;
      let upload = null;
      await replicate(options, async (db) => {
        upload ??= await command('startPresigner', { database: db.name, bucket });
        return connect.s3(db, { upload, download, poll: 0 });
      });
    });
  }

  test('a refusal that the page does not see is told apart from a lost network', async () => {
    const { credentials, ...bucket } = await makeBucket();
    const wrong = { ...credentials, secretAccessKey: 'wrong' };
    const refused = s3Connector({ ...DATABASE, ...bucket, credentials: wrong });
    for (const work of [() => refused.getMeta({}), () => refused.putCar(car)]) {
      const error = await rejects(work(), 'offline');
      ok(HIDDEN.test(error.message) && error.retryable, error.message);
      ok(!/X-Amz|Signature=/.test(error.message), error.message);
    }
    const gone = { ...bucket, endpoint: 'http://127.0.0.1:1', credentials };
    const error = await rejects(s3Connector({ ...DATABASE, ...gone }).getMeta({}), 'offline');
    ok(!HIDDEN.test(error.message), error.message);
    const closed = await makeBucket({ cors: null });
    const barred = await rejects(s3Connector({ ...DATABASE, ...closed }).getMeta({}), 'offline');
    const [, json] = /that allows it: (.*)$/.exec(barred.message);
    equal(JSON.parse(json)[0].AllowedOrigins, [location.origin]);
  });

  test('credentials that the page gives are asked for again after such a refusal; nothing is lost', async () => {
    const { credentials, ...bucket } = await makeBucket();
    const reasons = [];
    let secretAccessKey = 'wrong';
    const getCredentials = (reason) => {
      reasons.push(reason);
      return { ...credentials, secretAccessKey };
    };
    const db = fireproof(`s3 ${Math.random()}`, { key, storage: 'memory' });
    await db.put({ _id: 'a' });
    const connection = connect.s3(db, { ...bucket, getCredentials, poll: 0 });
    await rejects(connection.push(), 'offline');
    equal(connection.status.state, 'offline');
    ok(HIDDEN.test(connection.status.lastError.message), connection.status.lastError.message);
    equal(connection.status.safe, false);
    equal(reasons.slice(0, 2), ['request', 'unauthorized']);
    ({ secretAccessKey } = credentials);
    await connection.synced();
    equal(connection.status.safe, true);
    await db.destroy();
  });

  test('a hidden ETag stops writing, and the error has the configuration to paste', async () => {
    const bucket = await makeBucket({ cors: { exposed: ['Date'] } });
    const s3 = s3Connector({ ...DATABASE, ...bucket });
    equal((await s3.putMeta({ bytes, condition: 'absent' })).status, 'stored');
    equal((await s3.getMeta({})).status, 'found');
    const error = await rejects(s3.putMeta({ bytes, condition: 'none' }), 'server');
    ok(error.message.includes('"ExposeHeaders":["ETag"'), error.message);
  });
}
