import { readFile, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { snapshot as snapshotOf } from '../../snapshot/snapshot.js';
import { optionLines, readArguments } from '../arguments.js';
import { writeWhole } from '../places/directory-connector.js';
import { withOpened } from '../places/opened.js';
import { PLACE_OPTIONS, placeOf, refuse } from '../places/place.js';
import { inBytes, progressLine } from '../terminal.js';

const OPTIONS = {
  'keep-log': {
    type: 'boolean',
    what: 'leave the CARs as they are, so that readers of an earlier snapshot fetch only new ones',
  },
  'no-files': { type: 'boolean', what: 'leave attachments out' },
  'no-meta': { type: 'boolean', what: 'for links only; the meta of 0.14 has the key in clear' },
  json: { type: 'boolean', what: 'print JSON' },
  ...PLACE_OPTIONS,
};

export const snapshot = {
  usage: 'snapshot PLACE FOLDER [options]',
  what: ['write what a static host has to serve into a folder', ...optionLines(OPTIONS)],

  /** @param {string[]} args @returns {Promise<number>} exit code */
  async run(args) {
    const { values, positionals } = readArguments(args, OPTIONS, ['a place', 'a folder']);
    const [text, folder] = positionals;
    const place = await placeOf(text, values, process.env);
    const line = progressLine();
    const onProgress = ({ cars, totalCars }) => line.show(`${cars} of ${totalCars} CARs`);
    const options = {
      compact: !values['keep-log'],
      files: !values['no-files'],
      meta: !values['no-meta'],
    };
    const made = await withOpened(place, ({ db }) => snapshotOf(db, options), { onProgress });
    line.clear();
    const written = [];
    for (const file of made.files) if (await writeChanged(folder, file)) written.push(file);
    const report = {
      root: made.root,
      files: made.files.length,
      written: written.length,
      bytes: written.reduce((sum, { bytes }) => sum + bytes.length, 0),
    };
    if (values.json) console.log(JSON.stringify(report, null, 2));
    else {
      console.log(`car ${report.root}`);
      console.log(`${report.files} files, ${report.written} of them new: ${inBytes(report.bytes)}`);
    }
    return 0;
  },
};

/** @returns {Promise<boolean>} whether the file was another one, or not there */
async function writeChanged(folder, { path, bytes }) {
  const names = decodeURIComponent(path).split('/');
  if (names.includes('..')) refuse(`"${names.join('/')}" leads out of the folder`);
  const place = join(folder, ...names);
  const there = await readFile(place).catch(() => null);
  if (there?.equals(bytes)) return false;
  const before = there ? (await stat(place)).mtimeMs : 0;
  await writeWhole(place, bytes);
  // Servers make ETags of the time, in seconds, and the size: a meta that was replaced at once must not look the same.
  const now = (await stat(place)).mtimeMs;
  if (Math.floor(now / 1000) <= Math.floor(before / 1000)) {
    const later = Math.floor(before / 1000) + 1;
    await utimes(place, later, later);
  }
  return true;
}
