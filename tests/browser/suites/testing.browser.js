export const browsers = ['chromium', 'firefox', 'webkit'];

/** The published suite in a page, and a connector of the page's own with the engine in a worker. */
export default async function ({ test }) {
  const load = (file) => import(new URL(`/dist/${file}`, location.href).href);
  const { connect, fireproof } = await load('browser.js');
  const { connectorCases, memoryRemote, withFaults } = await load('testing-browser.js');

  const makeRemote = () => memoryRemote();
  const cases = connectorCases({
    makeRemote,
    conditions: 'honoured',
    largeBytes: 500_000,
    schedules: 1,
  });
  test(`the ${cases.length} cases of the acceptance suite`, async () => {
    await Promise.all(
      cases.map(({ name, run }) =>
        run().catch((error) => {
          throw new Error(`${name}: ${error.message}`);
        }),
      ),
    );
  });

  test('devices in workers replicate through a connector of the page, whose errors keep their codes', async () => {
    const database = { database: `own ${Math.random()}`, format: '0.24' };
    const remote = memoryRemote();
    const open = () => fireproof(database.database, { key: '0f'.repeat(16), storage: 'memory' });
    const faulty = withFaults(remote.connector(database), [
      { fault: 'fail', code: 'quota-exceeded', operation: 'putCar', nth: 1 },
    ]);
    const a = open();
    await a.put({ _id: 'x', n: 1 });
    const connection = connect(a, faulty, { poll: 500 });
    const failed = new Promise((resolve) =>
      connection.addEventListener('error', ({ detail }) => resolve(detail.code), { once: true }),
    );
    await connection.synced();
    if ((await failed) !== 'quota-exceeded') throw new Error(`the error was ${await failed}`);
    const b = open();
    await connect(b, remote.connector(database)).loaded;
    if ((await b.get('x')).n !== 1) throw new Error('the document did not arrive');
    await Promise.all([a.destroy(), b.destroy()]);
  });
}
