import { optionLines, readArguments } from '../arguments.js';
import { toJson } from '../json-lines.js';
import { withOpened } from '../places/opened.js';
import { PLACE_OPTIONS, placeOf } from '../places/place.js';

const OPTIONS = { json: { type: 'boolean', what: 'print JSON' }, ...PLACE_OPTIONS };

export const diff = {
  usage: 'diff PLACE PLACE [options]',
  what: [
    'list the documents that two places have not alike. Exit status: 0 none, 1 some',
    ...optionLines(OPTIONS),
  ],

  /** @param {string[]} args @returns {Promise<number>} exit code */
  async run(args) {
    const { values, positionals } = readArguments(args, OPTIONS, ['a place', 'another one']);
    const [first, second] = await Promise.all(positionals.map((text) => documentsAt(text, values)));
    const ids = [...new Set([...first.keys(), ...second.keys()])].sort();
    const differing = ids.filter((id) => first.get(id) !== second.get(id));
    const rows = differing.map((id) => ({ id, in: whereIs(id, first, second, positionals) }));
    if (values.json) console.log(JSON.stringify(rows, null, 2));
    else for (const row of rows) console.log(`${row.in.padEnd(10)} ${row.id}`);
    return rows.length === 0 ? 0 : 1;
  },
};

function whereIs(id, first, second, [firstText, secondText]) {
  if (first.has(id) && second.has(id)) return 'different';
  return first.has(id) ? `only ${firstText}` : `only ${secondText}`;
}

/** Documents as texts that are equal for equal ones. Attachments count by their content. */
async function documentsAt(text, values) {
  const place = await placeOf(text, values, process.env);
  const { rows } = await withOpened(place, ({ db }) => db.allDocs());
  return new Map(rows.map(({ key, value }) => [key, JSON.stringify(sorted(toJson(value)))]));
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const names = Object.keys(value).filter((name) => name !== 'car');
  return Object.fromEntries(names.sort().map((name) => [name, sorted(value[name])]));
}
