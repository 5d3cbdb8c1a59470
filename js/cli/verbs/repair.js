import { optionLines, readArguments } from '../arguments.js';
import { withConnector } from '../places/opened.js';
import { PLACE_OPTIONS, placeOf, refuse } from '../places/place.js';
import { audit } from '../replica/audit.js';
import { openCar } from '../replica/open-car.js';
import { badCars, look } from './look.js';
import { problemsOf } from './verify.js';

const OPTIONS = { json: { type: 'boolean', what: 'print JSON' }, ...PLACE_OPTIONS };

export const repair = {
  usage: 'repair PLACE FROM [options]',
  what: [
    'put into a place what is missing or damaged there and whole at another one, and a meta if it has none',
    'that can be read. Exit status: 0 all is well now, 1 something is still wrong',
    ...optionLines(OPTIONS),
  ],

  /** @param {string[]} args @returns {Promise<number>} exit code */
  async run(args) {
    const { values, positionals } = readArguments(args, OPTIONS, ['a place', 'another one']);
    const from = await placeOf(positionals[1], values, process.env);
    const { database, format } = from;
    const place = await placeOf(positionals[0], { ...values, database, format }, process.env);
    if (!place.connector?.canWrite) refuse(`${place.text} is no remote that can be written to`);
    const repaired = await withConnector(from, (source) => mendAll(place, source));
    const problems = await problemsOf(place, await look(place));
    if (values.json) console.log(JSON.stringify({ repaired, problems }, null, 2));
    else {
      for (const cid of repaired) console.log(`${cid}: repaired`);
      for (const { cid, problem } of problems) console.log(`${cid}: ${problem}`);
      console.log(problems.length === 0 ? 'all is well' : `${problems.length} problems are left`);
    }
    return problems.length === 0 ? 0 : 1;
  },
};

/** What one CAR leads to is seen when it is whole again. */
async function mendAll(place, source) {
  const repaired = [];
  for (;;) {
    const more = await mend(place, source);
    if (more.length === 0 || more.every((cid) => repaired.includes(cid))) return repaired;
    repaired.push(...more);
  }
}

/** @returns {Promise<string[]>} what was written: CIDs, and 'meta' */
async function mend(place, source) {
  const { connector, format } = place;
  const keys = place.keys;
  const before = await audit(connector, { format, keys });
  const metaIsLost = before.cars.length === 0;
  const wanted = metaIsLost ? (await audit(source, { format, keys })).cars : badCars(before);
  const repaired = [];
  for (const { kind, cid } of wanted) {
    const bytes = await wholeAt(source, { kind, cid }, { format, keys });
    if (!bytes) continue;
    await connector.putCar({ kind, cid, bytes, ifAbsent: false });
    repaired.push(cid);
  }
  if (metaIsLost) {
    const { metas = [] } = await source.getMeta({});
    for (const bytes of metas.slice(0, 1)) {
      await connector.putMeta({ bytes, condition: 'none' });
      repaired.push('meta');
    }
  }
  return repaired;
}

/** The bytes of a CAR, null unless they are whole. Without the key of an encrypted one of 0.24 nobody can tell. */
async function wholeAt(source, { kind, cid }, options) {
  const bytes = await source.getCar({ kind, cid });
  if (bytes === null) return null;
  try {
    await openCar(bytes, cid, options);
    return bytes;
  } catch (error) {
    if (error.code === 'key-missing' && options.format === '0.14') return bytes;
    if (error.code === 'key-missing') {
      refuse(`${cid} is sealed: give --key, so that nothing damaged is copied`);
    }
    return null;
  }
}
