import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A remote as a folder, in the layout that both formats share (js/connectors/paths.js): CARs by name, and one meta.
 * A file is whole as soon as it can be seen, so that processes may share the folder.
 */
export class RemoteDirectory {
  /**
   * @param {string} folder
   * @param {{ format: '0.24' | '0.14', database: string }} database
   */
  constructor(folder, { format, database }) {
    this.folder = folder;
    this.format = format;
    this.database = database;
  }

  /** @param {'data' | 'file'} kind */
  carPath(kind, cid) {
    return join(this.folder, kind, `fp.${this.database}`, `${cid}.car`);
  }

  get metaPath() {
    return join(this.folder, 'meta', `fp.${this.database}.${this.format}`, 'main.json');
  }

  hasCar(kind, cid) {
    return existsSync(this.carPath(kind, cid));
  }

  /** @returns {Uint8Array | null} */
  readCar(kind, cid) {
    return readIfThere(this.carPath(kind, cid));
  }

  writeCar(kind, cid, bytes) {
    write(this.carPath(kind, cid), bytes);
  }

  /** @returns {Uint8Array | null} */
  readMeta() {
    return readIfThere(this.metaPath);
  }

  writeMeta(bytes) {
    write(this.metaPath, bytes);
  }

  /** The entries of a 0.24 meta. */
  readMetaList() {
    const bytes = this.readMeta();
    return bytes ? JSON.parse(Buffer.from(bytes)) : [];
  }

  /**
   * Puts entries into a 0.24 meta and keeps all that are there: a merging store that never drops any, the safest
   * kind (format page 0.24, section 9.4).
   *
   * @param {object[]} entries
   * @param {'first' | 'last'} place of the new ones
   */
  addToMetaList(entries, place) {
    const old = this.readMetaList();
    const known = new Set(old.map(({ cid }) => cid));
    const added = entries.filter(({ cid }) => !known.has(cid));
    const list = place === 'first' ? [...added, ...old] : [...old, ...added];
    this.writeMeta(Buffer.from(JSON.stringify(list)));
  }
}

function readIfThere(path) {
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : null;
}

function write(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, bytes);
  renameSync(partial, path);
}
