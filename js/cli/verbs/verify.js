import { optionLines, readArguments } from '../arguments.js';
import { PLACE_OPTIONS, placeOf } from '../places/place.js';
import { withOpened } from '../places/opened.js';
import { badCars, isSealed, look } from './look.js';

const OPTIONS = { json: { type: 'boolean', what: 'print JSON' }, ...PLACE_OPTIONS };

/** Nothing is wrong, but not all could be looked at. */
const UNKNOWN = 3;

export const verify = {
  usage: 'verify PLACE [options]',
  what: [
    'check every CID and every block, and that all that the heads lead to is there. Exit status: 0 all is',
    'well, 1 something is missing or damaged, 3 without the key not all could be checked',
    ...optionLines(OPTIONS),
  ],

  /** @param {string[]} args @returns {Promise<number>} exit code */
  async run(args) {
    const { values, positionals } = readArguments(args, OPTIONS, ['a place']);
    const place = await placeOf(positionals[0], values, process.env);
    const audited = await look(place);
    const problems = await problemsOf(place, audited);
    const sealed = audited.cars.filter(({ state }) => state === 'sealed').map(({ cid }) => cid);
    const checked = { cars: audited.cars.length - sealed.length, events: audited.events.length };
    if (values.json) {
      const { database, format } = place;
      const report = { place: place.text, database, format, checked, problems, sealed };
      console.log(JSON.stringify(report, null, 2));
    } else {
      for (const { cid, problem } of problems) console.log(`${cid}: ${problem}`);
      for (const cid of sealed) console.log(`${cid}: sealed with a key that was not given (--key)`);
      const found = problems.length === 0 ? 'nothing is wrong' : `${problems.length} problems`;
      console.log(`${checked.cars} CARs and ${checked.events} events checked: ${found}`);
    }
    if (problems.length > 0) return 1;
    return sealed.length > 0 ? UNKNOWN : 0;
  },
};

/**
 * @param {import('../places/place.js').Place} place
 * @param {import('../replica/audit.js').Audit} audited
 * @returns {Promise<{ cid: string, problem: string }[]>}
 */
export async function problemsOf(place, audited) {
  const { hasMeta, problems } = audited;
  if (!hasMeta) return [{ cid: 'meta', problem: `there is none of "${place.database}"` }];
  const found = [...badCars(audited).map(({ cid, problem }) => ({ cid, problem })), ...problems];
  if (found.length > 0 || isSealed(audited)) return found;
  // What merging several heads needs, only a reader can tell.
  try {
    await withOpened(place, ({ db }) => db.allDocs());
    return [];
  } catch (error) {
    return [{ cid: audited.heads.join(' '), problem: `it cannot be opened: ${error.message}` }];
  }
}
