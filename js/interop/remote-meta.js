import { ReplicationError } from '../errors.js';

/**
 * @typedef {object} KnownMeta
 * @property {Uint8Array[]} metas none: the remote has no meta
 * @property {string} [etag]
 */

/** The mutable record at a remote, read whole and replaced only as it was read. */
export class RemoteMeta {
  #connector;
  #signal;
  /** As it was read or written last; null: not yet. @type {KnownMeta | null} */
  #known = null;
  #isConditional;
  #wasGuarded = false;

  /**
   * @param {import('../connectors/connector.js').Connector} connector
   * @param {AbortSignal} signal ends requests
   */
  constructor(connector, signal) {
    this.#connector = connector;
    this.#signal = signal;
    this.#isConditional = connector.conditional;
  }

  /** As it was read or written last; null: not yet. */
  get known() {
    return this.#known;
  }

  /** Whether the remote is believed to honour conditions. Else what was written has to be looked at again. */
  get isConditional() {
    return this.#isConditional;
  }

  /** Whether the last `replace` stood under a condition that the remote honours. */
  get wasGuarded() {
    return this.#isConditional && this.#wasGuarded;
  }

  /** What a probe of the remote has shown. @param {{ absent: string, match: string }} found */
  learn({ absent, match }) {
    if (absent !== 'honoured' || match !== 'honoured') this.#isConditional = false;
  }

  /**
   * Reads it, if it is not the one that is known.
   *
   * @returns {Promise<KnownMeta>}
   */
  async read() {
    const etag = this.#known?.metas.length > 0 ? this.#known.etag : undefined;
    const answer = await this.#connector.getMeta({ etag, signal: this.#signal });
    if (answer.status === 'not-modified') return this.#known;
    this.#known =
      answer.status === 'none' ? { metas: [] } : { metas: answer.metas, etag: answer.etag };
    return this.#known;
  }

  /**
   * Puts another one in place of one that was read. Where the remote knows no conditions, that is only as safe as the
   * reading is new.
   *
   * @param {KnownMeta} old
   * @param {Uint8Array} bytes
   * @returns {Promise<boolean>} false: it is another one now; nothing was changed
   */
  async replace({ metas, etag }, bytes) {
    if (!this.#isConditional) return this.#put(bytes, 'none');
    if (metas.length === 0) return this.#put(bytes, 'absent');
    // Pages see no ETag that the remote does not expose.
    if (etag === undefined) return this.#put(bytes, 'none');
    return (await this.#put(bytes, 'match', etag)) || this.#putUnquoted(bytes, etag);
  }

  async #put(bytes, condition, etag) {
    const upload = { bytes, condition, etag, signal: this.#signal };
    const answer = await this.#connector.putMeta(upload);
    if (answer.status === 'unsupported') {
      if (condition === 'none') throw this.#refused();
      this.#isConditional = false;
      return false; // read again first: without a condition only what is fresh may be replaced
    }
    if (answer.status !== 'stored') return false;
    this.#wasGuarded = condition !== 'none';
    this.#known = { metas: [bytes], etag: answer.etag };
    return true;
  }

  /** Ceph's gateway refuses the quoted ETag that it gave, and takes it without quotes. */
  async #putUnquoted(bytes, etag) {
    if (!/^".*"$/.test(etag)) return false;
    const answer = await this.#connector.getMeta({ etag, signal: this.#signal });
    if (answer.status !== 'not-modified') return false;
    return this.#put(bytes, 'match', etag.slice(1, -1));
  }

  #refused() {
    const message = 'the remote does not support to store a meta';
    return new ReplicationError('server', message, { remote: this.#connector.name });
  }
}

/** Whether two byte strings are equal. */
export function sameBytes(a, b) {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
