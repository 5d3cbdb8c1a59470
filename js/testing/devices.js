import { connect, fireproof } from 'virtual:package';
import { MemoryStorage } from '../storage/memory.js';
import { within } from './expect.js';

const KEY = '0f'.repeat(16);

/** Milliseconds between two looks: what a connector cannot know to have failed, such as a meta that was cut off, is seen then. */
const POLL = 500;

let made = 0;

/**
 * Works with devices of one new database, each with a store of its own in memory, and removes them.
 *
 * @param {{ format: string, patience: number }} options `patience`: seconds
 * @param {(devices: { open: (connectorOf: (database: object) => object) => Promise<Device> }) => Promise<void>} work
 */
export async function withDevices({ format, patience }, work) {
  const database = { database: `acceptance-${++made}`, format };
  const devices = [];
  async function open(connectorOf) {
    const device = new Device(database, connectorOf(database), patience);
    devices.push(device);
    await device.opened();
    return device;
  }
  try {
    await work({ open });
  } finally {
    await Promise.all(devices.map((device) => device.end()));
  }
}

/** A database with a connection through the connector that is tested. */
class Device {
  #db;
  #connector;
  #connection;
  #patience;

  constructor({ database, format }, connector, patience) {
    const storage = new MemoryStorage({ name: `${database}-${++made}`, format });
    // The remote gives the key of 0.14.
    const key = format === '0.24' ? KEY : undefined;
    this.#db = fireproof(database, { format, key, storage, worker: false });
    this.#connector = connector;
    this.#patience = patience;
  }

  opened() {
    return this.#db.ready;
  }

  /** @param {(connector: object) => object} [wrap] the connector, in faults for example */
  async attach(wrap = (connector) => connector) {
    const mode = this.#connector.canWrite ? 'sync' : 'pull';
    this.#connection = connect(this.#db, wrap(this.#connector), { mode, poll: POLL });
    await this.#connection.ready.catch(() => {}); // faults of the first request are retried
  }

  loaded() {
    return this.#wait(this.#connection.loaded);
  }

  synced() {
    return this.#wait(this.#connection.synced());
  }

  /** Where the remote keeps no conditions, that is after another look, a moment later. */
  safe() {
    const connection = this.#connection;
    if (connection.status.safe) return undefined;
    const told = new Promise((resolve) => {
      const look = () => {
        if (!connection.status.safe) return;
        connection.removeEventListener('status', look);
        resolve();
      };
      connection.addEventListener('status', look);
    });
    return this.#wait(told);
  }

  async put(...documents) {
    await this.#db.bulk(documents);
  }

  delete(id) {
    return this.#db.del(id);
  }

  putFile(id, length) {
    return this.#db.put({ _id: id, _files: { content: new Uint8Array(length).fill(7) } });
  }

  async fileSize(id) {
    const { _files } = await this.#db.get(id);
    return (await this.#wait(_files.content.file())).size;
  }

  /** Ids and members, without what only this device's objects have. */
  async documents() {
    const { rows } = await this.#db.allDocs();
    return rows.map(({ key, value: { _files, ...members } }) => ({
      key,
      members,
      files: Object.keys(_files ?? {}),
    }));
  }

  end() {
    return this.#db.destroy();
  }

  #wait(promise) {
    const why = () => {
      const { state, lastError } = this.#connection.status;
      const safe = this.#connection.status.safe ? 'safe' : 'not safe';
      return `the connection is ${state} and ${safe}, its last error: ${lastError?.message ?? 'none'}`;
    };
    return within(promise, this.#patience, why);
  }
}
