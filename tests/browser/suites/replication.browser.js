import { equal, ok, until } from '../assert.js';
import { ReplicationPage } from '../replication-page.js';

export const browsers = ['chromium', 'firefox', 'webkit'];

const ALL_SAFE = /agree, all is safe/;

/** The page of web-examples/ in a frame, with its two devices, our REST server and s3rver. */
export default async function ({ test, command }) {
  await command('startRemotes');
  const page = new ReplicationPage();

  test('two devices replicate through both remotes', async () => {
    await page.open();
    await page.write('A', 'milk', '1 l');
    await page.sees('B', { milk: '1 l' });
    await page.badge(ALL_SAFE);
    for (const device of ['A', 'B']) {
      for (const [kind, conditional] of Object.entries({ rest: 'honoured', s3: 'ignored' })) {
        const of = (name) => page.status(device, kind, name);
        await until(
          () => of('queue') === 'empty',
          `${kind} of ${device} has nothing to send`,
          20e3,
        );
        equal(of('safe'), 'yes', `${kind} of ${device} is safe`);
        // A device that has nothing to say does not ask the remote what it makes of conditions.
        const isAsked = device === 'A' || of('conditional') !== 'unknown';
        if (isAsked) equal(of('conditional'), conditional, `conditional, ${kind} of ${device}`);
      }
    }
  });

  test('what they write while the network is cut stays apart', async () => {
    page.click('#cut');
    await page.write('A', 'milk', '2 l');
    await page.write('A', 'rice', '1 kg');
    await page.write('B', 'milk', 'none');
    await page.sees('A', { milk: '2 l', rice: '1 kg' });
    await page.sees('B', { milk: 'none' });
    await page.badge(/^Cut; the devices differ/);
    for (const device of ['A', 'B']) {
      equal(page.heads(device).length, 1, `heads of ${device}`);
      for (const kind of ['rest', 's3']) {
        await until(
          () => page.state(device, kind) === 'offline',
          `${kind} of ${device} fails`,
          20e3,
        );
        equal(page.status(device, kind, 'safe'), 'not yet');
        ok(
          /^[12] CARs?, /.test(page.status(device, kind, 'queue')),
          'the queue has what was written',
        );
      }
    }
  });

  test('connected again they merge, agree who won, and are safe', async () => {
    const before = ['A', 'B'].flatMap((device) => page.heads(device)).sort();
    page.click('#mend');
    await page.badge(ALL_SAFE);
    const documents = page.documents('A');
    equal(page.documents('B'), documents, 'documents of B');
    equal(documents.rice, '1 kg');
    ok(['2 l', 'none'].includes(documents.milk), `milk is ${documents.milk}`);
    const lost = documents.milk === 'none' ? '“2 l” of device A' : '“none” of device B';
    for (const device of ['A', 'B']) {
      equal(page.heads(device), before, `heads of ${device}`);
      equal(page.graph(device).halos, 2, `marked nodes of ${device}`);
      ok(page.verdict(device, 'milk').includes(lost), page.verdict(device, 'milk'));
    }
    const [nodes, edges] = [5, 4]; // the beginning, and four writes
    for (const { drawn } of ['A', 'B'].map((device) => page.graph(device)))
      equal(drawn, { nodes, edges, here: drawn.here });
    equal(page.graph('A').drawn.here + page.graph('B').drawn.here, 4, 'nodes written here');
  });

  test('the next write joins the branches', async () => {
    await page.write('B', 'tea', 'green');
    await page.sees('A', { ...page.documents('B'), tea: 'green' });
    await page.badge(ALL_SAFE);
    for (const device of ['A', 'B']) {
      equal(page.heads(device).length, 1, `heads of ${device}`);
      equal(page.graph(device).drawn.edges, 6, 'two lines from the new node');
    }
  });

  test('what one deletes while the other is cut off goes there later', async () => {
    page.click('[data-device=B] [data-kind=rest] .switch input');
    page.click('[data-device=B] [data-kind=s3] .switch input');
    const { tea, ...others } = page.documents('A');
    equal(tea, 'green');
    page.click('[data-device=A] [data-control="Delete tea"]');
    await page.sees('A', others);
    equal(page.documents('B').tea, 'green');
    page.click('#mend');
    await page.sees('B', others);
  });

  test('after a reload device A has what it kept, and device B fetches it', async () => {
    const documents = page.documents('A');
    await page.open();
    await page.sees('A', documents);
    await page.sees('B', documents);
    await page.badge(ALL_SAFE);
    ok(page.graph('A').drawn.here > 0, 'device A knows what it wrote');
    equal(page.graph('B').drawn.here, 0, 'device B is new');
  });

  test('devices that write by themselves end with the same documents', async () => {
    const writers = '.device-head .switch input';
    page.clickAll(writers);
    await until(() => page.graph('A').drawn.here > 3, 'A has written', 30e3);
    page.clickAll(writers);
    await page.badge(ALL_SAFE);
    equal(page.documents('B'), page.documents('A'), 'documents of B');
    equal(page.heads('B'), page.heads('A'), 'heads of B');
    page.close();
  });
}
