import { equal } from '../assert.js';
import { Tabs } from '../tabs.js';

export const browsers = ['chromium', 'firefox', 'webkit'];

/** What the package uploaded of a database of three documents, oldest first. */
const REMOTE = '/tests/fixtures/0.24/a-three-docs/remote';
const CARS = [
  'baembeiheiuyhdgfpmxbbfn6uubudlhyq5g5oos7445oyenwezzmbjdhzeu',
  'baembeib6meybjh4xraaanua26tofk4nalhmliurezslwowuwtdhcdd6zc4',
  'baembeig2is4vdgz4gyiadfh5uutxxeiuqtacnesnytrnilpwcu7q5m5tmu',
  'baembeiarzd2jwnjinevp5ptbw4oirlms554xrxcapqdc26vkytacjiwpo4',
];
/** The small object that a remote is tried with, which is no CAR of a database. */
const PROBE = 'bafkreibf6atc6tvca7wv2wgmyvxdxvsuim2dv2ftlivszeviwqm7ve6inq';
const KEY = '000102030405060708090a0b0c0d0e0f';

const bytesOf = async (path) =>
  new Uint8Array(await (await fetch(`${REMOTE}/${path}`)).arrayBuffer());

/** The adapter for the JavaScript package in pages: what its queue in IndexedDB keeps. */
export default async function ({ test, command }) {
  const { connect, fireproof } = await import(new URL('/dist/browser.js', location.href).href);

  test('a queue survives a reload of the page with objects that are not sent, and sends them once', async () => {
    const url = await command('startReplica');
    const tabs = await Tabs.open(command, 'tests/browser/suites/interop.tab.js', 1);
    const ask = (order, parameters) => tabs.ask(0, order, parameters);
    const place = { url, database: 'demo', queue: `queue ${Math.random()}` };
    const putCar = async (key) =>
      ask('put', { store: 'car', key, bytes: await bytesOf(`data/fp.demo/${key}.car`) });
    const uploads = async () =>
      (await command('replicaRequests'))
        .filter((each) => each.startsWith('PUT') && !each.includes(PROBE))
        .map((each) => each.replace(/^PUT .*\/(.*?)(\.car)?$/, '$1'));

    await ask('open', place);
    await ask('goOnline', { online: true });
    await putCar(CARS[0]);
    await ask('synced');
    await ask('goOnline', { online: false });
    await uploads();
    for (const key of CARS.slice(1)) await putCar(key);
    const bytes = await bytesOf('meta/fp.demo.0.24/main.json');
    await ask('put', { store: 'meta', key: 'main', bytes });
    const kept = await ask('pending');
    equal([kept.cars, kept.metas], [3, 1]);

    await tabs.reload(0);
    await ask('open', place);
    await putCar(CARS[0]); // the queue remembers that the remote has it
    equal(await ask('pending'), kept);
    equal(await uploads(), []);
    await ask('goOnline', { online: true });
    await ask('synced');
    const sent = await uploads();
    equal([...new Set(sent)].sort(), [...CARS.slice(1), 'main.json'].sort());
    equal(sent.at(-1), 'main.json');

    const db = fireproof('demo', { key: KEY, storage: 'memory' });
    await connect.rest(db, { url, poll: 0 }).loaded;
    equal((await db.allDocs()).rows.length, 3);
    await db.destroy();

    await tabs.reload(0);
    await ask('open', place);
    await ask('synced');
    equal((await ask('pending')).cars, 0);
  });
}
