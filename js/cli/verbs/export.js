import { optionLines, readArguments } from '../arguments.js';
import { withFilesOut } from '../attachment-files.js';
import { toJson } from '../json-lines.js';
import { withOpened } from '../places/opened.js';
import { PLACE_OPTIONS, placeOf } from '../places/place.js';
import { progressLine } from '../terminal.js';

const OPTIONS = {
  files: {
    type: 'string',
    hint: 'FOLDER',
    what: 'write the attachments there (they are left out)',
  },
  ...PLACE_OPTIONS,
};

export const exportDocuments = {
  usage: 'export PLACE [options] > FILE',
  what: ['print the documents, a line of JSON for each', ...optionLines(OPTIONS)],

  /** @param {string[]} args @returns {Promise<number>} exit code */
  async run(args) {
    const { values, positionals } = readArguments(args, OPTIONS, ['a place']);
    const place = await placeOf(positionals[0], values, process.env);
    const line = progressLine();
    const onProgress = ({ cars, totalCars }) => line.show(`${cars} of ${totalCars} CARs`);
    return withOpened(place, async ({ db }) => writeLines(db, values.files, line), { onProgress });
  },
};

async function writeLines(db, dir, line) {
  let left = 0;
  const { rows } = await db.allDocs();
  for (const [index, { value }] of rows.entries()) {
    const { document, files } = await withFilesOut(value, dir);
    if (!dir) left += files;
    const text = `${JSON.stringify(toJson(document))}\n`;
    if (!process.stdout.write(text)) await new Promise((go) => process.stdout.once('drain', go));
    line.show(`${index + 1} of ${rows.length} documents`);
  }
  line.clear();
  if (left > 0) console.error(`${left} attachments were left out: give a folder as --files`);
  return 0;
}
