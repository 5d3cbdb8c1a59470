import { withDevices } from '../devices.js';
import { expect, expectSame } from '../expect.js';
import { withFaults } from '../faults.js';
import { describeFaults, seededFaults } from '../schedule.js';

const FORMATS = ['0.24', '0.14'];

/** The first request of each operation suffers it, and a later look at the meta. */
const everyOperation = (fault, operations) => [
  ...operations.map((operation) => ({ fault, operation, nth: 1 })),
  { fault, operation: 'getMeta', nth: 3 },
];

const READING = ['getMeta', 'getCar'];
const WRITING = ['putMeta', 'putCar'];

/** The schedules that every connector has to stand, and random ones. */
function schedulesOf({ readOnly, seed, schedules }) {
  const operations = readOnly ? READING : [...READING, ...WRITING];
  const fixed = ['fail', 'lose-answer', 'stall', 'repeat'].map((fault) => ({
    what: `"${fault}"`,
    schedule: everyOperation(fault, operations),
  }));
  const damage = { what: '"damage"', schedule: everyOperation('damage', READING) };
  const random = Array.from({ length: schedules }, (_, n) => ({
    what: `of seed ${seed + n}`,
    repeat: `connectorCases({ seed: ${seed + n}, schedules: 1, … })`,
    schedule: seededFaults(seed + n, { operations }),
  }));
  return [...fixed, damage, ...random];
}

/** Two devices that write at the same time, on what one of them had put there before. */
async function bothWrite({ writer, patience }, format, schedule) {
  await withDevices({ format, patience }, async (devices) => {
    const first = await devices.open(writer);
    await first.put({ _id: 'shared', by: 'first' }, { _id: 'gone' });
    await first.putFile('file', 3000);
    await first.attach(schedule);
    await first.synced();
    const second = await devices.open(writer);
    await second.attach(schedule);
    await second.loaded();
    const write = async (device, name) => {
      for (let n = 0; n < 3; n++) await device.put({ _id: `${name} ${n}`, n });
      await device.put({ _id: 'shared', by: name });
      await device.synced();
    };
    await Promise.all([write(first, 'first'), write(second, 'second')]);
    await second.delete('gone');
    // Where nothing can be asked for on a condition, the next look restores what another one has overwritten.
    for (let round = 0; round < 2; round++) {
      for (const device of [second, first]) await device.synced();
    }
    await everybodyHas([first, second], await devices.open(writer), 8);
    await Promise.all([first.safe(), second.safe()]);
  });
}

/** One device that writes through another connector, and one that reads while that goes on. */
async function oneReads({ connector, writer, patience }, format, schedule) {
  await withDevices({ format, patience }, async (devices) => {
    const author = await devices.open(writer);
    await author.put({ _id: 'shared', by: 'author' });
    await author.putFile('file', 3000);
    await author.attach();
    await author.synced();
    const reader = await devices.open(connector);
    await reader.attach(schedule);
    await reader.loaded();
    for (let n = 0; n < 4; n++) {
      await author.put({ _id: `author ${n}`, n });
      await author.synced();
      await reader.synced();
    }
    await everybodyHas([author, reader], await devices.open(connector), 6);
  });
}

/** A device that starts now reads what the others have, without faults. */
async function everybodyHas(devices, fresh, count) {
  await fresh.attach();
  await fresh.loaded();
  const found = await fresh.documents();
  expectSame(found.length, count, 'documents that a fresh device finds');
  for (const device of devices) {
    const own = await device.documents();
    expectSame(JSON.stringify(own), JSON.stringify(found), 'the documents of a device');
  }
  expectSame(await fresh.fileSize('file'), 3000, 'bytes of the attachment');
}

/** With the real engine: devices that replicate through the connector, and lose nothing when it has faults. */
export function replicationCases({ readOnly, ...options }) {
  const work = readOnly ? oneReads : bothWrite;
  const calm = FORMATS.map((format) => ({
    name: `devices converge, in the format ${format}`,
    work: (context) => work(context, format),
  }));
  const faulty = schedulesOf({ readOnly, ...options }).map(({ what, repeat, schedule }, at) => ({
    name: `devices converge under the faults ${what}`,
    async work(context) {
      const wrapped = [];
      const faults = (connector) => wrapped[wrapped.push(withFaults(connector, schedule)) - 1];
      try {
        await work(context, FORMATS[at % FORMATS.length], faults);
        const happened = wrapped.some(({ injected }) => injected.length > 0);
        expect(happened, 'no fault of the schedule has happened');
      } catch (error) {
        const again = repeat ? `\nto repeat it: ${repeat}` : '';
        error.message += `\nfor each device: ${describeFaults(schedule)}${again}`;
        throw error;
      }
    },
  }));
  return [...calm, ...faulty];
}
