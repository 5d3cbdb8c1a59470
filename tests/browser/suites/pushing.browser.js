import { equal, ok } from '../assert.js';

export const browsers = ['chromium', 'firefox', 'webkit'];

/** Two devices of one page: the memory of each is that of its worker. */
export default async function ({ test, command }) {
  const { connect, fireproof } = await import(new URL('/dist/browser.js', location.href).href);
  const key = '0f'.repeat(16);

  /** Options of connect.raw for a Map on the page. */
  const functions = (map) => ({
    upload: (bytes, { type, name, car }) => void map.set(`${type}/${name}/${car}`, bytes),
    download: ({ type, name, car }) => map.get(`${type}/${name}/${car}`),
  });

  async function replicate(options, attach) {
    const name = `pushing ${Math.random()}`;
    const [a, b] = [0, 1].map(() => fireproof(name, { ...options, storage: 'memory' }));
    await a.put({ _id: 'x', n: 1, _files: { f: new Blob(['content'], { type: 'text/plain' }) } });
    const fromA = attach(a);
    await fromA.synced();
    equal(fromA.status.safe, true);
    ok(fromA.status.pushed.cars >= 2, 'the commit and its attachment were pushed');
    const fromB = attach(b);
    await fromB.loaded;
    equal(await (await (await b.get('x'))._files.f.file()).text(), 'content');
    await b.put({ _id: 'y', n: 2 });
    await fromB.synced();
    await fromA.refresh();
    equal((await a.get('y')).n, 2);
    await Promise.all([a.destroy(), b.destroy()]);
  }

  for (const options of [{ format: '0.24', key }, { format: '0.14' }]) {
    test(`${options.format}: devices replicate through a server at another origin`, async () => {
      const url = await command('startReplica');
      await replicate(options, (db) => connect.rest(db, { url, poll: 0 }));
    });

    test(`${options.format}: and through functions of the page`, async () => {
      const map = new Map();
      await replicate(options, (db) => connect.raw(db, { ...functions(map), poll: 0 }));
      ok(
        [...map.values()].every((bytes) => bytes instanceof Uint8Array),
        'the functions get Uint8Arrays',
      );
    });
  }

  test('headers that the page gives are asked for again when an upload is refused', async () => {
    const url = await command('startReplica');
    const reasons = [];
    const getHeaders = (reason) => (reasons.push(reason), { 'X-Token': String(reasons.length) });
    await replicate({ format: '0.24', key }, (db) =>
      connect.rest(db, {
        url,
        poll: 0,
        getHeaders,
        fetch: (address, init) =>
          init.method === 'PUT' && new Headers(init.headers).get('X-Token') === '1'
            ? Promise.resolve(new Response('', { status: 401 }))
            : fetch(address, init),
      }),
    );
    ok(reasons.includes('unauthorized'), reasons.join(' '));
  });
}
