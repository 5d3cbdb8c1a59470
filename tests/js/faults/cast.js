import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Peer } from '../interop/peers/peer.js';
import { withFaultyServer } from './faulty-server.js';
import { FILE_SIZE } from './rows.js';

const KEY_24 = '000102030405060708090a0b0c0d0e0f';

/** The versions of the package that take part, by format. */
export const VERSIONS = { 0.24: '0.24.19', 0.14: '0.14.9' };

/** Versions that read as well, in some rows. */
const FURTHER_READERS = { 0.24: [], 0.14: ['0.14.2'] };

/** Seconds that the package gets for something that it may never finish. */
export const LIMIT = 15;

/** The package is done when it has asked for nothing for this long: it does not tell. */
const QUIET = { milliseconds: 700, limit: 4000 };

const programOf = (file) => fileURLToPath(new URL(`peers/${file}`, import.meta.url));

let made = 0;

/**
 * A device that writes: a process of its own, ours or the package's. It is reused for one database after the other.
 */
export class Writer {
  #peer;
  #opened;
  #server = null;

  constructor(peer, opened) {
    this.#peer = peer;
    this.#opened = opened;
  }

  get isOurs() {
    return this.#opened.isOurs;
  }

  open = () => this.#peer.open(this.#opened, this.#seconds);
  put = (doc) => this.#call('put', { doc });
  bulk = (docs) => this.#call('bulk', { docs });
  compactAndPut = (docs) => this.#call('compactAndPut', { docs });
  ids = () => this.#call('ids');
  refresh = () => this.#call('refresh');

  async connect(server) {
    this.#server = server;
    await this.#call('connect', { url: server.url });
  }

  /** Until everything is at the remote, as far as the device can tell. */
  async settle() {
    if (!this.isOurs) return this.#server.quiet(QUIET.milliseconds, QUIET.limit);
    const safe = await this.#call('settle');
    // Where another one may overwrite it, safe takes another look at the remote, a moment later.
    if (!safe && !this.#server.overwrites) throw new Error('synced(), but not safe');
  }

  /** The process dies by SIGKILL, and another one opens the same store. */
  async reopen() {
    await this.#peer.stop();
    await this.open();
  }

  #call(method, parameters) {
    return this.#peer.call(method, parameters, this.#seconds);
  }

  /** Ours gets as long as a slow machine needs. */
  get #seconds() {
    return this.isOurs ? 60 : LIMIT;
  }
}

/** The processes that take part for one format: two of ours, two of the package that write, one that reads. */
export class Cast {
  #format;
  #homes = [];
  #peers = new Map();

  /** @param {'0.24' | '0.14'} format */
  constructor(format) {
    this.#format = format;
  }

  /**
   * Runs a script on a new server.
   *
   * @template T
   * @param {'ours' | 'package'} who
   * @param {(stage: { server: object, writer: (name: string) => Promise<Writer>,
   *   read: (wanted: import('./rows.js').Wanted) => Promise<string> }) => Promise<T>} script `read` tells what a new
   *   device of the package finds: 'all' or what is missing
   * @returns {Promise<T>}
   */
  async stage(who, script) {
    const isOurs = who === 'ours';
    const key = isOurs && this.#format === '0.24' ? KEY_24 : null;
    const database = `faults-${++made}`;
    const options = { database, format: this.#format, key };
    const writer = async (name) => {
      const device = new Writer(this.#peerOf(who, name), { ...options, isOurs });
      await device.open();
      return device;
    };
    let result;
    await withFaultyServer(async (server) => {
      // The package's own 0.24 writer is public; 0.14 has the key in its meta.
      const isPublic = this.#format === '0.24' && !isOurs;
      const read = (wanted) =>
        this.#read(
          { database, remote: server.dir, key, public: isPublic, seconds: isOurs ? 60 : LIMIT },
          wanted,
        );
      result = await script({ server, writer, read });
    }).finally(() => (isOurs ? undefined : this.#forgetPackage()));
    return result;
  }

  async stop() {
    await Promise.all([...this.#peers.values()].map((peer) => peer.stop()));
    for (const home of this.#homes) rmSync(home, { recursive: true, force: true });
  }

  async #read(options, { ids, withFile, reopened, everyVersion = false }) {
    const versions = [VERSIONS[this.#format], ...FURTHER_READERS[this.#format]];
    const found = [];
    for (const version of everyVersion ? versions : versions.slice(0, 1)) {
      found.push(await this.#findings(version, options, { ids, withFile }));
    }
    if (reopened) {
      const own = await orReason(async () => compare(await reopened.ids(), ids));
      found.push(own === 'all' ? own : `its writer, reopened: ${own}`);
    }
    const wrong = found.filter((each) => each !== 'all');
    return wrong.length > 0 ? wrong.join('; ') : 'all';
  }

  #findings(version, options, { ids, withFile }) {
    return orReason(async () => {
      const reader = this.#peerOf('reader', version);
      await reader.open(options, options.seconds);
      const { docs } = await reader.allDocs();
      const found = compare(
        docs.map(({ _id }) => _id),
        ids,
      );
      if (found !== 'all' || !withFile) return found;
      const { size } = await reader.file('kept', '_files', 'f');
      return size === FILE_SIZE ? 'all' : `an attachment of ${size} bytes`;
    });
  }

  /** What went wrong in one script is nothing to the next one: it gets new processes. */
  async #forgetPackage() {
    const ids = [...this.#peers.keys()].filter((id) => id.startsWith('package '));
    for (const id of ids) {
      await this.#peers.get(id).stop();
      this.#peers.delete(id);
    }
  }

  #peerOf(who, name) {
    const id = `${who} ${name}`;
    if (!this.#peers.has(id)) this.#peers.set(id, this.#newPeer(who, name));
    return this.#peers.get(id);
  }

  #newPeer(who, name) {
    if (who === 'reader') return new Peer(name);
    const version = VERSIONS[this.#format];
    const home = mkdtempSync(join(tmpdir(), 'fireproof-writer-'));
    this.#homes.push(home);
    const file = who === 'ours' ? 'ours.js' : `writer-${this.#format}.js`;
    return new Peer(version, { program: programOf(file), home });
  }
}

/** @returns {string} 'all' or what is missing */
export function compare(found, wanted) {
  const missing = wanted.filter((id) => !found.includes(id));
  return missing.length === 0 ? 'all' : `${wanted.length - missing.length} of ${wanted.length}`;
}

/** The first line, or what a structured one says, without CIDs. */
function inShort(message) {
  const said = /"msg":"([^"]*)"/.exec(message)?.[1] ?? message.split('\n')[0];
  return said.replaceAll(/\bb[a-z2-7]{58}\b/g, '…').slice(0, 60);
}

/** What `work` gives, or why it failed, in a few words. */
export async function orReason(work) {
  try {
    return await work();
  } catch (error) {
    const [, method] = /did not finish (\w+)/.exec(error.message) ?? [];
    return method ? `\`${method}\` not done in ${LIMIT} s` : `fails: ${inShort(error.message)}`;
  }
}
