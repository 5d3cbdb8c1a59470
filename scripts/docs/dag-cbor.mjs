// A reader of DAG-CBOR for scripts/docs/decode.mjs, written apart from the core like cid.mjs.
import { readCid, shortened } from './cid.mjs';

/** A link inside a decoded value. */
class Link {
  /** @param {import('./cid.mjs').Cid} cid */
  constructor(cid) {
    this.cid = cid;
  }
}

/** Reads one item after the other. */
class Reader {
  #bytes;
  #view;
  #at = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd() {
    return this.#at === this.#bytes.length;
  }

  item() {
    const head = this.#bytes[this.#at++];
    const info = head & 31;
    switch (head >> 5) {
      case 0:
        return this.#argument(info);
      case 1:
        return -1 - this.#argument(info);
      case 2:
        return this.#take(this.#argument(info));
      case 3:
        return new TextDecoder('utf-8', { fatal: true }).decode(this.#take(this.#argument(info)));
      case 4:
        return Array.from({ length: this.#argument(info) }, () => this.item());
      case 5:
        return new Map(
          Array.from({ length: this.#argument(info) }, () => [this.item(), this.item()]),
        );
      case 6:
        if (this.#argument(info) !== 42) throw new Error('a tag other than 42');
        return new Link(readCid(this.item().subarray(1)));
      default:
        return this.#simple(head);
    }
  }

  /** A length or a number of at most 53 bits: all that the examples need. */
  #argument(info) {
    if (info < 24) return info;
    if (info > 27) throw new Error('indefinite length');
    const bytes = this.#take(1 << (info - 24));
    return bytes.reduce((value, byte) => value * 256 + byte, 0);
  }

  #take(size) {
    if (size > this.#bytes.length - this.#at) throw new Error('cut off');
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  #simple(head) {
    if (head === 0xfb) return this.#view.getFloat64((this.#at += 8) - 8);
    if (head < 0xf4 || head > 0xf6) throw new Error('not DAG-CBOR');
    return [false, true, null][head - 0xf4];
  }
}

/**
 * Decodes one item that takes all of `bytes`. Maps become `Map`s, which keep the order of the encoding.
 * @param {Uint8Array} bytes
 */
export function decode(bytes) {
  const reader = new Reader(bytes);
  const value = reader.item();
  if (!reader.isAtEnd) throw new Error('bytes after the item');
  return value;
}

/** A decoded value as text: JSON with links as `<bafyrei…abcde>` and bytes as `h'00ff'`. */
export function show(value) {
  if (value instanceof Link) return `<${shortened(value.cid)}>`;
  if (value instanceof Uint8Array) return `h'${Buffer.from(value).toString('hex')}'`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (!(value instanceof Map)) return JSON.stringify(value);
  const members = [...value].map(([key, member]) => `${show(key)}: ${show(member)}`);
  return `{${members.join(', ')}}`;
}
