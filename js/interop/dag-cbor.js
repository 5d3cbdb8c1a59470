import { ReplicationError } from '../errors.js';

/** Levels of headers. */
const LARGEST_DEPTH = 32;

/** Levels of documents, which engines bound as well. */
export const DOCUMENT_DEPTH = 1000;

/**
 * Reads one DAG-CBOR value, as far as headers need it: links come as their bytes, in a `Link`.
 *
 * @param {Uint8Array} bytes
 * @param {number} [depth] levels that it may have
 * @returns {any}
 * @throws {ReplicationError} `corrupt-block`
 */
export function decode(bytes, depth = LARGEST_DEPTH) {
  const reader = new Reader(bytes, depth);
  const value = reader.value(0);
  if (reader.offset !== bytes.length) throw malformed('bytes are left over');
  return value;
}

export class Link {
  /** @param {Uint8Array} cid */
  constructor(cid) {
    this.cid = cid;
  }
}

class Reader {
  offset = 0;
  #bytes;
  #depth;

  constructor(bytes, depth) {
    this.#bytes = bytes;
    this.#depth = depth;
  }

  value(depth) {
    if (depth > this.#depth) throw malformed('it is nested too deeply');
    const first = this.#take(1)[0];
    const [major, info] = [first >> 5, first & 31];
    if (major === 7) return this.#simple(info);
    const argument = this.#argument(info);
    switch (major) {
      case 0:
        return argument;
      case 1:
        return -1 - argument;
      case 2:
        return this.#take(argument);
      case 3:
        return new TextDecoder().decode(this.#take(argument));
      case 4:
        return this.#list(argument, () => this.value(depth + 1));
      case 5:
        return Object.fromEntries(
          this.#list(argument, () => [String(this.value(depth + 1)), this.value(depth + 1)]),
        );
      default:
        return this.#link(argument, depth);
    }
  }

  #argument(info) {
    if (info < 24) return info;
    if (info > 27) throw malformed('a length is indefinite');
    return this.#take(2 ** (info - 24)).reduce((number, byte) => number * 256 + byte, 0);
  }

  #list(length, item) {
    if (length > this.#bytes.length - this.offset) throw malformed('it ends too early');
    return Array.from({ length }, item);
  }

  #link(tag, depth) {
    const content = this.value(depth + 1);
    if (tag !== 42 || !(content instanceof Uint8Array) || content[0] !== 0) {
      throw malformed('a tag is not a link');
    }
    return new Link(content.subarray(1));
  }

  #simple(info) {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22 || info === 23) return null; // undefined, which 0.14 wrote
    if (info !== 27) throw malformed('a simple value is not allowed');
    const bytes = this.#take(8);
    return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0);
  }

  #take(length) {
    const end = this.offset + length;
    if (end > this.#bytes.length) throw malformed('it ends too early');
    const taken = this.#bytes.subarray(this.offset, end);
    this.offset = end;
    return taken;
  }
}

const malformed = (why) => new ReplicationError('corrupt-block', `malformed DAG-CBOR: ${why}`);
