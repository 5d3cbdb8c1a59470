import { ReplicationError } from '../errors.js';
import { FIREPROOF_CAR, parseCarCid } from '../server/car-cid.js';
import { sameBytes } from './remote-meta.js';

/** How a CBOR map with the member "iv" begins: an encrypted CAR of 0.24 (format page 0.24, section 4.2). */
const ENVELOPE = [0xa3, 0x62, 0x69, 0x76];

/** CARs of one database at one remote. */
export class RemoteCars {
  #connector;
  #signal;
  #onProbe;
  /** @type {Promise<void> | null} */
  #probing = null;

  /**
   * @param {import('../connectors/connector.js').Connector} connector
   * @param {AbortSignal} signal ends requests
   * @param {(found: { absent: string, match: string }) => void} onProbe hears once what the remote makes of conditions
   */
  constructor(connector, signal, onProbe) {
    this.#connector = connector;
    this.#signal = signal;
    this.#onProbe = onProbe;
  }

  /**
   * Stores a CAR.
   *
   * @param {{ kind: 'data' | 'file', cid: string, bytes: Uint8Array, public?: boolean }} car
   * @throws {ReplicationError} `key-mismatch` if there are other bytes of this name, which stay
   */
  async put({ kind, cid, bytes, public: isPublic = false }) {
    const connector = this.#connector;
    const car = { kind, cid, signal: this.#signal };
    const upload = { ...car, bytes, public: isPublic };
    // An encrypted CAR of 0.24 is named by what is in it: under another key the same name has other bytes.
    const isOnce = isEnvelope(bytes);
    let answer = 'unsupported';
    if (isOnce && connector.conditional) {
      answer = await connector.putCar({ ...upload, ifAbsent: true });
    }
    if (answer === 'unsupported') {
      const isThere = isOnce && (await connector.hasCar?.(car));
      answer = isThere ? 'exists' : await connector.putCar({ ...upload, ifAbsent: false });
    }
    if (answer === 'exists') await this.#compare(car, bytes);
    else if (connector.conditional && connector.probe) {
      this.#probing ??= this.#probe({ ...car, bytes });
      await this.#probing;
    }
  }

  /**
   * @param {'data' | 'file'} kind
   * @param {string} cid
   * @returns {Promise<Uint8Array>} checked against the CID where that needs no key
   * @throws {ReplicationError} `not-found`, `corrupt-car`
   */
  async get(kind, cid) {
    const bytes = await this.#connector.getCar({ kind, cid, signal: this.#signal });
    const remote = this.#connector.name;
    if (bytes === null) {
      throw new ReplicationError('not-found', `the remote has no CAR ${cid}`, { remote });
    }
    if (await isDamaged(cid, bytes)) {
      const message = `the bytes of ${cid} are not those of its name`;
      throw new ReplicationError('corrupt-car', message, { remote });
    }
    return bytes;
  }

  async #compare({ kind, cid }, bytes) {
    const found = await this.#connector.getCar({ kind, cid, signal: this.#signal });
    if (found !== null && sameBytes(found, bytes)) return;
    const code = found === null ? 'conflict' : 'key-mismatch';
    const message = `the remote has other bytes of ${cid}: they are of another key, or damaged`;
    throw new ReplicationError(code, message, { remote: this.#connector.name });
  }

  async #probe(upload) {
    try {
      this.#onProbe(await this.#connector.probe(upload));
    } catch (error) {
      this.#probing = null; // it is asked again at the next CAR
      throw error;
    }
  }
}

/** @param {Uint8Array} bytes */
export const isEnvelope = (bytes) => ENVELOPE.every((byte, index) => bytes[index] === byte);

/**
 * Whether bytes are not those of a CID. What only the owner of a key could tell counts as undamaged.
 *
 * @param {string} cid
 * @param {Uint8Array} bytes
 */
async function isDamaged(cid, bytes) {
  const parsed = parseCarCid(cid);
  if (parsed === null || (parsed.codec === FIREPROOF_CAR && isEnvelope(bytes))) return false;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return !sameBytes(digest, parsed.digest);
}
