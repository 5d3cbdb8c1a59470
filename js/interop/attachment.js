import { ReplicationError } from '../errors.js';
import { RemoteCars } from './cars.js';
import { asBytes } from './connector-check.js';
import { parseMetaList } from './meta-list.js';
import { MetaReader } from './meta-reader.js';
import { Outbox } from './outbox.js';
import { Patience } from './patience.js';
import { RemoteMeta } from './remote-meta.js';

/** Milliseconds after which a meta is looked at again where the remote knows no conditions. */
const SETTLE = [500, 2000];

/** Conditional writes in a row before it waits longer. */
const ROUNDS = 5;

/** The kinds of CARs by the names that the package has for its stores. */
export const KINDS = { car: 'data', file: 'file' };

/**
 * One database of Fireproof 0.24 at one remote, as its gateway uses it: what the package puts is kept here and sent
 * until it is confirmed; what it gets is checked and tried again.
 */
export class Attachment {
  #patience;
  #outbox;
  #cars;
  #meta;
  #reader;
  #poll;
  /** Milliseconds that attaching waits for the remote. */
  #longestWait;
  #name;
  /** Within one session each meta of the package names all that its earlier ones named. */
  #session = crypto.randomUUID();
  /** Entries of this package that may be at the remote, by session. @type {Map<string, Set<string>>} */
  #sent = new Map();
  /** @type {Set<(list: Uint8Array) => void>} */
  #subscribers = new Set();
  #isWatched = false;
  /** The meta that the package has been given all of, and what of it was fit for it. */
  #seen = null;
  #list = null;

  /**
   * @param {import('../connectors/connector.js').Connector} connector
   * @param {{ queue: import('./queue-store.js').QueueStore, poll: number, patience: number }} options and
   *   those of Patience
   */
  constructor(connector, { queue, poll, patience, ...options }) {
    this.#name = connector.name;
    this.#poll = poll;
    this.#longestWait = patience;
    this.#patience = new Patience(options);
    const { signal } = this.#patience;
    this.#meta = new RemoteMeta(connector, signal);
    this.#cars = new RemoteCars(connector, signal, (found) => this.#meta.learn(found));
    this.#reader = new MetaReader({
      fetchCar: (cid) => this.#outbox.bytesOf('data', cid) ?? this.#cars.get('data', cid),
      onProblem: (error) => this.#patience.report(error),
    });
    const send = (item) => (item.kind === 'meta' ? this.#publish(item) : this.#cars.put(item));
    this.#outbox = new Outbox({ store: queue, patience: this.#patience, send });
  }

  get status() {
    return this.#outbox.status;
  }

  /** Resolves when it is kept: it goes out by itself. */
  async putCar(kind, cid, bytes) {
    await this.#outbox.addCar({ kind, cid, bytes: asBytes(bytes).slice() });
  }

  /** Likewise; after all CARs that were put before. */
  async putMeta(bytes) {
    const own = asBytes(bytes).slice();
    this.#reader.knows(parseMetaList([own]).entries);
    await this.#outbox.addMeta(own, this.#session);
  }

  /** @returns {Promise<Uint8Array>} @throws {ReplicationError} `not-found`, `corrupt-car`, `closed` */
  async getCar(kind, cid) {
    const here = this.#outbox.bytesOf(kind, cid) ?? this.#reader.take(cid);
    return here ?? this.#patience.insist(() => this.#cars.get(kind, cid));
  }

  /**
   * The meta list for the package. A remote that cannot be reached counts as empty for the time being, so that one can
   * attach, and write, without a network: all databases of 0.24 share their first event, and what the remote has comes
   * to the subscribers later.
   *
   * @returns {Promise<Uint8Array | null>}
   */
  async getMeta() {
    const reading = this.#patience.insist(() => this.#nextList()).catch(() => null);
    const waiting = this.#patience.sleep(this.#longestWait).then(() => null);
    const news = await Promise.race([reading, waiting]);
    if (news === null) reading.then((late) => late?.isNews && this.#tell(late.list));
    return news?.list ?? null;
  }

  /** @param {(list: Uint8Array) => void} hear gets each new meta list @returns {() => void} */
  subscribe(hear) {
    this.#subscribers.add(hear);
    if (!this.#isWatched) this.#watch();
    return () => this.#subscribers.delete(hear);
  }

  /** Resolves when the remote has confirmed all that the package has put. */
  synced() {
    return this.#outbox.drained();
  }

  /** Looks at the remote now. */
  async refresh() {
    const news = await this.#nextList();
    if (news.isNews) this.#tell(news.list);
  }

  close() {
    this.#patience.close();
  }

  #tell(list) {
    for (const hear of this.#subscribers) {
      Promise.resolve(hear(list)).catch((error) => this.#patience.report(error));
    }
  }

  async #watch() {
    this.#isWatched = true;
    for (;;) {
      await this.#patience.sleep(this.#patience.between(this.#poll / 2, this.#poll * 1.5));
      if (this.#patience.isClosed) return;
      if (this.#subscribers.size === 0) continue;
      await this.refresh().catch((error) => this.#patience.report(error));
    }
  }

  /** One look. */
  async #nextList() {
    const now = await this.#meta.read();
    if (now === this.#seen) return { list: this.#list, isNews: false };
    const { list, isNews, isWhole } = await this.#reader.choose(now.metas);
    this.#seen = isWhole ? now : null;
    this.#list = list;
    return { list, isNews };
  }

  /** Puts the entries of the package first, in place of its earlier ones; those of others stay (DECISIONS 2). */
  async #publish({ bytes, session }) {
    const { entries: own } = parseMetaList([bytes]);
    const meta = this.#meta;
    if (!this.#sent.has(session)) this.#sent.set(session, new Set());
    const sent = this.#sent.get(session);
    const isOwn = ({ cid }) => own.some((entry) => entry.cid === cid);
    const isOld = ({ cid }) => sent.has(cid);
    let known = meta.known && meta.isConditional ? meta.known : await meta.read();
    for (let round = 0; round < ROUNDS; round++) {
      const { entries, encode } = parseMetaList(known.metas);
      const isThere = own.every(({ cid }) => entries.some((entry) => entry.cid === cid));
      const rest = entries.filter((entry) => !isOwn(entry) && !isOld(entry));
      if (isThere || (await meta.replace(known, encode([...own, ...rest])))) {
        for (const { cid } of own) sent.add(cid);
        if (isThere || meta.wasGuarded) return;
        await this.#patience.sleep(this.#patience.between(...SETTLE));
      }
      known = await meta.read();
    }
    const message = 'other devices write the meta all the time';
    throw new ReplicationError('conflict', message, { remote: this.#name, retryable: true });
  }
}
