import { FILE_MEMBERS } from './attachment-content.js';
import { fromBase64 } from './base64.js';

/**
 * Answers of the engine as the documents that applications see. They arrive as JSON in which values that JSON
 * cannot hold are null, with a list of patches beside them: `{ path, bytes: base64 }` or `{ path, bigint }`.
 */

/**
 * Puts the patches of an answer in place.
 *
 * @param {any} answer
 * @returns {any} the same answer, changed
 */
export function applyPatches(answer) {
  for (const { path, bytes, bigint } of answer.patches ?? []) {
    const last = path.pop();
    const holder = path.reduce((value, step) => value[step], answer);
    const value = bytes === undefined ? BigInt(bigint) : fromBase64(bytes);
    // A plain assignment to "__proto__" would not make a member.
    Object.defineProperty(holder, last, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  delete answer.patches;
  return answer;
}

/**
 * Gives the attachments of a document a method `file()`, and their CIDs one that gives their text. They are no part of what
 * the document says.
 *
 * @param {object} document
 * @param {(entry: object, name: string) => Promise<Blob>} load
 */
export function attachFiles(document, load) {
  for (const member of FILE_MEMBERS) {
    for (const [name, entry] of Object.entries(document[member] ?? {})) {
      if (entry === null || typeof entry !== 'object') continue;
      Object.defineProperty(entry, 'file', { value: () => load(entry, name), enumerable: false });
      giveText(entry.cid);
    }
  }
  return document;
}

/** Lets a link be written out as the text of its CID. */
function giveText(link) {
  if (typeof link?.['/'] !== 'string') return;
  Object.defineProperty(link, 'toString', { value: () => link['/'], enumerable: false });
}

/** The CAR CIDs of a file entry: 0.14 has one link, 0.24 a list of them. */
export function carsOf(entry) {
  return [entry.car].flat().map((link) => link['/']);
}

/** A file as the platform has it: a File where there is one, else a Blob. */
export function asFile(bytes, name, { type = '', lastModified }) {
  if (typeof File === 'undefined') return new Blob([bytes], { type });
  return new File([bytes], name, lastModified === undefined ? { type } : { type, lastModified });
}
