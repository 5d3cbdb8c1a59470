import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileStore, keyBagBeside } from '../../import/file-store.js';
import { optionLines, readArguments } from '../arguments.js';
import { withFilesIn } from '../attachment-files.js';
import { fromJson } from '../json-lines.js';
import { withOpened } from '../places/opened.js';
import { PLACE_OPTIONS, placeOf, refuse } from '../places/place.js';
import { importStore } from './import-store.js';

const OPTIONS = {
  files: { type: 'string', hint: 'FOLDER', what: 'where `export --files` put the attachments' },
  public: { type: 'boolean', what: 'a database that is not there yet is not encrypted' },
  keybag: { type: 'string', hint: 'FOLDER', what: 'of the JavaScript package (../../keybag)' },
  ...PLACE_OPTIONS,
};

/** Documents of one commit. */
const BATCH = 500;

export const importDocuments = {
  usage: 'import FILE|FOLDER PLACE [options]',
  what: [
    'write documents into a place: a line of JSON for each as `export` prints them (-: standard input), or',
    'what the JavaScript package keeps of a database in a folder (~/.fireproof/v0.14/NAME, ~/.fireproof/v0.19/NAME)',
    ...optionLines(OPTIONS),
  ],

  /** @param {string[]} args @returns {Promise<number>} exit code */
  async run(args) {
    const { values, positionals } = readArguments(args, OPTIONS, ['a file', 'a place']);
    const [file, text] = positionals;
    const store = await fileStore(file, { keyBag: values.keybag ?? keyBagBeside(file) });
    if (store) return takeOverStore(store, text, values);
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

/** A folder of the JavaScript package. @returns {Promise<number>} exit code */
async function takeOverStore(store, text, values) {
  const given = { ...values, database: values.database ?? store.database, format: store.format };
  const place = await placeOf(text, given, process.env, { isNew: true });
  const count = await importStore(store, place);
  console.log(`${count} documents of ${store.where} are in ${text}, with their history`);
  return 0;
}

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
