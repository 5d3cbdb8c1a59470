import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FILE_MEMBERS } from '../database/attachment-content.js';
import { ReplicationError } from '../errors.js';
import { encodeName } from '../storage/file-names.js';
import { writeWhole } from './places/directory-connector.js';

/** Bytes that a name of a file may have. */
const LONGEST_NAME = 200;

/**
 * Writes the attachments of a document to `<dir>/<id>/<name>`, in which what no file system allows is percent-encoded.
 *
 * @param {object} document as it is read
 * @param {string | undefined} dir undefined: they are left out
 * @returns {Promise<{ document: object, files: number }>} the document, whose attachments say where their content is, as
 *   `{ file, type, size, lastModified? }`; and how many it has
 */
export async function withFilesOut(document, dir) {
  const changed = { ...document };
  let files = 0;
  for (const member of FILE_MEMBERS.filter((each) => document[each])) {
    changed[member] = {};
    for (const [name, entry] of Object.entries(document[member])) {
      files += 1;
      const file = `${nameOf(document._id)}/${nameOf(name)}`;
      if (dir) await writeWhole(join(dir, file), await contentOf(entry));
      const { type, size, lastModified } = entry;
      changed[member][name] = { ...(dir && { file }), type, size, lastModified };
    }
  }
  return { document: changed, files };
}

/**
 * The reverse: a document to be written.
 *
 * @param {object} document
 * @param {string | undefined} dir
 * @returns {Promise<object>}
 * @throws {ReplicationError} `invalid-argument` if a content cannot be had
 */
export async function withFilesIn(document, dir) {
  const changed = { ...document };
  for (const member of FILE_MEMBERS.filter((each) => document[each])) {
    changed[member] = {};
    for (const [name, entry] of Object.entries(document[member])) {
      changed[member][name] = await fileOf(document._id, name, entry, dir);
    }
  }
  return changed;
}

async function fileOf(id, name, { file, type = '', lastModified }, dir) {
  const place = typeof file === 'string' && dir ? join(dir, file) : null;
  const isInside = place && !file.split('/').includes('..');
  const content = isInside ? await readFile(place).catch(() => null) : null;
  if (content !== null) return new File([content], name, { type, lastModified });
  const where = place ? `${place} cannot be read` : 'give the folder of the export as --files';
  throw new ReplicationError('invalid-argument', `the attachment "${name}" of "${id}": ${where}`);
}

const contentOf = async (entry) => new Uint8Array(await (await entry.file()).arrayBuffer());

function nameOf(text) {
  const name = encodeName(text).replaceAll('%2E', '.').replace(/^\./, '%2E');
  if (name.length <= LONGEST_NAME) return name;
  return `~${createHash('sha256').update(text).digest('hex')}`;
}
