// Devices that share a database through one remote, for tests of pushing.
import { connect, fireproof } from 'fireproof-wasm';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, listen } from '../../../js/server/index.js';
import { MemoryStorage } from '../../../js/storage/memory.js';
import { stateOf, textOf } from './write-history.js';

let made = 0;

/**
 * Our server on a new folder. `fault` may answer a request in its place.
 *
 * @typedef {object} Replica
 * @property {string} url
 * @property {string} dir
 * @property {string[]} requests as 'GET /meta/… 304', when they are answered
 * @property {(request: Request, serve: (changed?: Request) => Promise<Response>) =>
 *   Response | undefined | Promise<Response | undefined>} [fault]
 *
 * @param {(replica: Replica) => Promise<void>} work
 */
export async function withReplica(work) {
  const dir = await mkdtemp(join(tmpdir(), 'fireproof-pushing-'));
  const replica = { dir, requests: [] };
  const { fetch: answer } = createServer({ dir });
  const server = await listen({
    async fetch(request) {
      const serve = (changed = request) => answer(changed);
      const response = (await replica.fault?.(request, serve)) ?? (await serve());
      const { pathname } = new URL(request.url);
      replica.requests.push(`${request.method} ${pathname} ${response.status}`);
      return response;
    },
  });
  try {
    await work(Object.assign(replica, { url: server.url }));
  } finally {
    await server.close();
    await rm(dir, { recursive: true });
  }
}

/**
 * Devices of one database, each with a store of its own.
 *
 * @param {{ format: string, public: boolean }} kind
 * @param {(devices: Devices) => Promise<void>} work
 */
export async function withDevices(kind, work) {
  const devices = new Devices(kind);
  try {
    await work(devices);
  } finally {
    await devices.destroy();
  }
}

export class Devices {
  #kind;
  #name = `shared-${++made}`;
  #stores = new Map();
  #open = new Map();

  constructor({ format, public: isPublic }) {
    // The remote gives the key of 0.14.
    const key = isPublic || format === '0.14' ? undefined : '0f'.repeat(16);
    this.#kind = { format, public: isPublic, key };
  }

  /** The database on a device; the same store again after it was closed. */
  open(device) {
    const { format } = this.#kind;
    const store = this.#stores.get(device) ?? `${this.#name}-${device}`;
    this.#stores.set(device, store);
    const storage = new MemoryStorage({ name: store, format });
    const db = fireproof(this.#name, { ...this.#kind, storage });
    this.#open.set(device, db);
    return db;
  }

  /** What a new device gets to see of a remote, as text. @param {(db: object) => object} attach */
  async seenBy(attach) {
    const db = this.open(`reader-${++made}`);
    await attach(db).loaded;
    return textOf(await stateOf(db));
  }

  async destroy() {
    for (const db of this.#open.values()) await db.destroy().catch(() => {});
  }
}

/** Attaches a replica; looks at it only when asked. */
export const attach = (db, { url }, options = {}) => connect.rest(db, { url, poll: 0, ...options });

/** What a database has, as text. */
export const textIn = async (db) => textOf(await stateOf(db));

/** Rounds in turn, until each has what the others wrote. */
export async function settle(connections) {
  for (let round = 0; round < 2; round++) {
    for (const connection of connections) await connection.synced();
  }
}

/** Writes of one device: several commits, among them a bulk and a deletion. */
export async function write(db, device, count = 5) {
  for (let n = 0; n < count; n++) await db.put({ _id: `${device}-${n}`, device, n });
  await db.bulk([{ _id: `${device}-bulk` }, { _id: `${device}-0`, _deleted: true }]);
}

/** The uploads among requests that stored something; a probe of conditions stores nothing. @param {string[]} requests of a replica */
export const puts = (requests) =>
  requests.filter((each) => /^PUT .* 20[01]$/.test(each) && !each.includes(PROBE));

/** The small object that a remote is tried with, which is no CAR of a database. */
export const PROBE = 'bafkreibf6atc6tvca7wv2wgmyvxdxvsuim2dv2ftlivszeviwqm7ve6inq';
