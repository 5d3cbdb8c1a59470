import { carHeader } from './car-header.js';

/**
 * Which CARs the metas of one device of the package build on, as the headers of the CARs that it uploads tell
 * (format page 0.14, section 4.3).
 */
export class CarLog {
  #read;
  /** CARs whose header was not needed yet: none without the key, which comes with the meta. @type {Map<string, Uint8Array>} */
  #unread = new Map();
  /** What compactions of this device have replaced, and so contain. @type {Set<string>} */
  #replaced = new Set();

  /** @param {(cid: string) => Promise<Uint8Array>} read a CAR from the remote */
  constructor(read) {
    this.#read = read;
  }

  /** Takes note of a CAR that the device has made. */
  add(cid, bytes) {
    this.#unread.set(cid, bytes);
  }

  /**
   * @param {{ car: string, key: string | null }} meta of this device, whose CAR is at the remote
   * @param {string} wanted CID of the newest CAR of another meta
   * @returns {Promise<boolean>} whether the device has merged it
   */
  async contains({ car, key }, wanted) {
    if (car === wanted || this.#replaced.has(wanted)) return true;
    let newest = null;
    for (const [cid, bytes] of this.#unread) {
      const header = await carHeader(bytes, key);
      for (const replaced of header.compact) this.#replaced.add(replaced);
      if (cid === car) newest = header;
      else this.#unread.delete(cid);
    }
    newest ??= await carHeader(await this.#read(car), key);
    return newest.cars.includes(wanted) || this.#replaced.has(wanted);
  }
}
