import { Cast, VERSIONS, compare, orReason } from './cast.js';
import { rows } from './rows.js';
import { withFaultyServer } from './faulty-server.js';

/** The rows in which a device of the package reads, or meets another history. */
const readingRows = [
  {
    name: 'downloaded CAR is damaged once',
    async outcome(cast) {
      return cast.stage('package', async ({ server, writer }) => {
        const a = await writer('a');
        await a.connect(server);
        for (let n = 0; n < 4; n++) await a.put({ _id: `doc ${n}`, n });
        await a.settle();
        const b = await writer('b');
        server.plan([{ method: 'GET', kind: 'data', nth: 2, fault: 'bytes damaged' }]);
        const wanted = [0, 1, 2, 3].map((n) => `doc ${n}`);
        return orReason(async () => {
          await b.connect(server);
          await b.settle();
          return compare(await b.ids(), wanted);
        });
      });
    },
  },
  {
    name: 'unrelated histories meet',
    async outcome(cast) {
      let result;
      await withFaultyServer((there) =>
        cast.stage('package', async ({ server, writer }) => {
          const [a, b] = [await writer('a'), await writer('b')];
          for (const [device, remote, id] of [
            [a, server, 'of a'],
            [b, there, 'of b'],
          ]) {
            await device.connect(remote);
            await device.put({ _id: id });
            await device.settle();
          }
          await b.reopen();
          result = await orReason(async () => {
            await b.connect(server);
            await b.settle();
            return compare(await b.ids(), ['of a', 'of b']);
          });
        }),
      );
      return result;
    },
  },
];

/** Every row with what the package, by the same script as ours, leaves to a new device of the package. */
export async function packageOutcomes(format) {
  const cast = new Cast(format);
  const outcomes = [];
  try {
    for (const { name, run } of rows.filter(({ oursOnly }) => !oursOnly)) {
      const script = async ({ read, ...stage }) => {
        const { withFile: _, everyVersion: __, ...wanted } = await run(stage);
        return read(wanted);
      };
      const outcome = await orReason(() => cast.stage('package', script));
      outcomes.push({ name, outcome });
    }
    for (const { name, outcome } of readingRows) {
      outcomes.push({ name, outcome: await orReason(() => outcome(cast)) });
    }
  } finally {
    await cast.stop();
  }
  return outcomes;
}

/** The rows of the table, for both versions of the package. @returns {Promise<string[][]>} */
export async function packageReport() {
  const formats = Object.keys(VERSIONS);
  const columns = await Promise.all(formats.map((format) => packageOutcomes(format)));
  return columns[0].map(({ name }, at) => [name, ...columns.map((column) => column[at].outcome)]);
}

export const head = ['fault', ...Object.values(VERSIONS).map((version) => `by ${version}`)];
