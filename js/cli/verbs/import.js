import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { optionLines, readArguments } from '../arguments.js';
import { withFilesIn } from '../attachment-files.js';
import { fromJson } from '../json-lines.js';
import { withOpened } from '../places/opened.js';
import { PLACE_OPTIONS, placeOf, refuse } from '../places/place.js';

const OPTIONS = {
  files: { type: 'string', hint: 'FOLDER', what: 'where `export --files` put the attachments' },
  public: { type: 'boolean', what: 'a database that is not there yet is not encrypted' },
  ...PLACE_OPTIONS,
};

/** Documents of one commit. */
const BATCH = 500;

export const importDocuments = {
  usage: 'import FILE PLACE [options]',
  what: [
    'write documents, a line of JSON for each as `export` prints them (-: standard input), into a place',
    ...optionLines(OPTIONS),
  ],

  /** @param {string[]} args @returns {Promise<number>} exit code */
  async run(args) {
    const { values, positionals } = readArguments(args, OPTIONS, ['a file', 'a place']);
    const [file, text] = positionals;
    const place = await placeOf(text, values, process.env, { isNew: true });
    const isPublic = values.public ?? undefined;
    if (place.format === '0.24' && place.keys.length === 0 && !isPublic && place.store === null) {
      refuse('give --key, or --public: a key made here would be known to nobody');
    }
    const options = { writes: true, isPublic };
    const count = await withOpened(
      place,
      (opened) => writeAll(opened, file, values.files),
      options,
    );
    console.log(`${count} documents are in ${text}`);
    return 0;
  },
};

async function writeAll({ db, connection }, file, dir) {
  let [count, batch] = [0, []];
  const flush = async () => {
    if (batch.length > 0) await db.bulk(batch);
    count += batch.length;
    batch = [];
  };
  for await (const document of documentsIn(file)) {
    batch.push(await withFilesIn(document, dir));
    if (batch.length === BATCH) await flush();
  }
  await flush();
  await connection?.push();
  return count;
}

async function* documentsIn(file) {
  const input = file === '-' ? process.stdin : createReadStream(file);
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '') continue;
    let document;
    try {
      document = fromJson(JSON.parse(line));
    } catch (error) {
      refuse(`line ${number} of ${file}: ${error.message}`);
    }
    yield document;
  }
}
