// DESIGN's table of faults over real HTTP: our engine writes, the real package reads on a new device.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Cast } from './cast.js';
import { rows } from './rows.js';

describe(
  'what our engine writes through faults, a new device of the package reads',
  { concurrency: 2 },
  () => {
    for (const format of ['0.24', '0.14']) {
      describe(format, { concurrency: 1 }, () => {
        const cast = new Cast(format);
        after(() => cast.stop());
        for (const { name, injects, run } of rows) {
          test(name, () =>
            cast.stage('ours', async ({ read, ...stage }) => {
              const wanted = await run(stage);
              if (injects) assert.ok(stage.server.injected.length > 0, 'the fault has happened');
              assert.equal(await read(wanted), 'all');
            }),
          );
        }
      });
    }
  },
);
