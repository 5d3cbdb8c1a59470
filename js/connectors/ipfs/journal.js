import { callOf } from './blocks.js';

/** Longest note and listing, bytes. */
const NOTE = { bytes: 64 * 1024, code: 'server' };
const LISTING = { bytes: 64 * 1024 * 1024, code: 'server' };

/** What the RPC answers for a file that is not there. */
const FAILED = [500];

const KINDS = ['data', 'file'];

/**
 * Notes in the files of a node (MFS) that say where it has put CARs: below `/fireproof-wasm/<database>/<kind>/`, by CAR CID.
 * They last longer than the engine that stored a CAR, which does not send it again after its meta was lost.
 */
export class Journal {
  #api;
  #folder;

  /**
   * @param {{ base: URL, http: import('../http.js').HttpClient }} api
   * @param {import('../connector.js').Database} database
   */
  constructor(api, { database, format }) {
    this.#api = api;
    // Names in MFS may not have slashes.
    this.#folder = `/fireproof-wasm/${encodeURIComponent(`fp.${database}.${format}`)}`;
  }

  /**
   * @param {string} key as 'data/<CAR CID>'
   * @param {Uint8Array} bytes
   * @param {AbortSignal} [signal]
   */
  async write(key, bytes, signal) {
    const body = new FormData();
    body.append('file', new Blob([bytes], { type: 'application/octet-stream' }));
    const options = { create: 'true', parents: 'true', truncate: 'true' };
    const arg = `${this.#folder}/${key}`;
    const url = callOf(this.#api, 'files/write', { arg, ...options });
    await this.#api.http.post({ url, body, signal, limit: NOTE, allow: [] });
  }

  /** @param {string} key @param {AbortSignal} [signal] @returns {Promise<Uint8Array | null>} null: there is none */
  read(key, signal) {
    return this.#ask('files/read', `${this.#folder}/${key}`, NOTE, signal);
  }

  /** @param {AbortSignal} [signal] @returns {Promise<string[]>} the keys of all notes */
  async list(signal) {
    const lists = await Promise.all(
      KINDS.map(async (kind) => {
        const bytes = await this.#ask('files/ls', `${this.#folder}/${kind}`, LISTING, signal);
        const { Entries } = bytes ? JSON.parse(new TextDecoder().decode(bytes)) : {};
        return (Entries ?? []).map(({ Name }) => `${kind}/${Name}`);
      }),
    );
    return lists.flat();
  }

  async #ask(method, arg, limit, signal) {
    const url = callOf(this.#api, method, { arg });
    const answer = await this.#api.http.post({ url, signal, limit, allow: FAILED });
    return FAILED.includes(answer.status) ? null : answer.bytes;
  }
}
