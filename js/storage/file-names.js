import { createHash } from 'node:crypto';
import { ReplicationError } from '../errors.js';

/** Longest file name that every common file system allows, bytes. */
const LONGEST_NAME = 255;

/** Names that Windows gives to devices, whatever suffix follows. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

/** @param {number} byte */
const escapeByte = (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/**
 * A file name for any text: lower-case letters, digits, `-` and `_` stay, every other UTF-8 byte becomes
 * `%XX`. So no name is hidden, contains a separator or `..`, is a device, or differs from another only
 * by upper and lower case.
 *
 * @param {string} text not empty
 * @returns {string}
 */
export function encodeName(text) {
  let name = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte);
    name += /[a-z0-9_-]/.test(character) ? character : escapeByte(byte);
  }
  return DEVICE.test(name) ? escapeByte(name.charCodeAt(0)) + name.slice(1) : name;
}

/** @param {string} name as given by encodeName */
export function decodeName(name) {
  return decodeURIComponent(name);
}

/**
 * The file name of a row.
 * @param {string} key
 * @throws {ReplicationError} `invalid-argument` if the key is too long to be a file name
 */
export function rowName(key) {
  const name = encodeName(key);
  if (name.length > LONGEST_NAME) {
    throw new ReplicationError('invalid-argument', `key is too long for a file name: ${key}`);
  }
  return name;
}

/**
 * The folder name of a database. A name that is too long is replaced by its hash; `~` occurs in no
 * encoded name, so the two kinds cannot meet.
 *
 * @param {string} database
 * @throws {ReplicationError} `invalid-argument` if the name is empty
 */
export function databaseFolder(database) {
  if (typeof database !== 'string' || database === '') {
    throw new ReplicationError('invalid-argument', 'a database needs a name');
  }
  const name = encodeName(database);
  if (name.length <= LONGEST_NAME) return name;
  return `~${createHash('sha256').update(database, 'utf8').digest('hex')}`;
}

/**
 * The folder name of a format generation.
 * @param {string} format for example '0.24'
 * @throws {ReplicationError} `invalid-argument`
 */
export function formatFolder(format) {
  if (!/^\d+\.\d+$/.test(format)) {
    throw new ReplicationError('invalid-argument', `not a format: ${format}`);
  }
  return format;
}
