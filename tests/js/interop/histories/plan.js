import { randomOf } from './random.js';

/** Ids that all devices write, so that they collide. */
const SHARED_IDS = ['a', 'b', 'c', 'ca', 'cab'];

/** What the devices do, with weights. `sync` pulls and then publishes. */
const OPERATIONS = [
  ['put', 32],
  ['bulk', 10],
  ['del', 12],
  ['sync', 24],
  ['pull', 6],
  ['publish', 12],
  ['compact', 4],
];

const WRITES = OPERATIONS.slice(0, 3);

/**
 * A random history of three devices: the same for the same seed.
 *
 * @param {number} seed
 * @returns {{ base: object[], steps: Step[], ending: Step[] }} `base` is written and published by the first device
 *   before the others open the database; `ending`, often empty, follows when all have come to the same head
 *
 * @typedef {{ device: number, operation: string, docs?: object[], id?: string }} Step
 */
export function planOf(seed) {
  const random = randomOf(seed);
  let serial = 0;
  const idFor = (device) =>
    random.chance(0.6) ? random.pick(SHARED_IDS) : `d${device}-${random.below(4)}`;
  const docFor = (device) => ({ _id: idFor(device), by: device, serial: ++serial });

  function stepOf(operation, device) {
    if (operation === 'put') return { docs: [docFor(device)] };
    if (operation === 'del') return { id: idFor(device) };
    if (operation !== 'bulk') return {};
    const docs = Array.from({ length: 2 + random.below(4) }, () => docFor(device));
    return { docs: [...new Map(docs.map((doc) => [doc._id, doc])).values()] };
  }

  const base = SHARED_IDS.slice(0, 3).map((_id) => ({ _id, by: 'base' }));
  const step = (operations) => {
    const device = random.below(3);
    const operation = random.weighted(operations);
    return { device, operation, ...stepOf(operation, device) };
  };
  const steps = Array.from({ length: 12 + random.below(20) }, () => step(OPERATIONS));
  const ending = random.chance(0.5) ? [step(WRITES)] : [];
  return { base, steps, ending };
}
