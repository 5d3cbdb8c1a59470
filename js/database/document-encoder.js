import { ReplicationError } from '../errors.js';
import { AttachmentContent, FILE_MEMBERS, isContent } from './attachment-content.js';
import { toBase64 } from './base64.js';
import { cleanedUp, isCid, isKeptAsItIs, strictly } from './value-rules.js';

/** Levels of nesting in a document. The engine reads JSON of 1,000 levels; the call around it takes two. */
const MAX_DEPTH = 998;

/** Steps of a path that messages show. */
const SHOWN_STEPS = 20;

/** BigInts that CBOR has integers for. */
const MIN_INTEGER = -(2n ** 64n);
const MAX_INTEGER = 2n ** 64n - 1n;

/**
 * Turns the documents of one call into what the engine's call `write` takes: documents of JSON values, null
 * where JSON has no value, and patches that say what belongs there. Everything is copied: the documents of the
 * application are not changed, and what it does to them later changes nothing that is stored.
 */
export class DocumentEncoder {
  #cleansUp;
  /** @type {object[]} */
  docs = [];
  /** @type {({ path: (string | number)[] } & object)[]} */
  patches = [];
  /** Contents of new attachments; patches name them by their place here. @type {AttachmentContent[]} */
  contents = [];
  /** Of the value at hand: the place of its document in `docs`, then names and indices. */
  #path = [];
  #id;

  /** @param {'0.24' | '0.14'} format */
  constructor(format) {
    this.#cleansUp = format === '0.24';
  }

  /**
   * @param {string} id
   * @param {object} document
   * @throws {ReplicationError} `invalid-document`, naming the id and the member
   */
  add(id, document) {
    this.#id = id;
    this.#path = [this.docs.length];
    const { _id, ...members } = document;
    const encoded = this.#value(members, this.#cleansUp);
    this.docs.push(Object.assign(encoded, { _id: id }));
  }

  #value(value, cleansUp) {
    switch (typeof value) {
      case 'string':
        return value.toWellFormed();
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) ? value : this.#refuse(`is ${value}`);
      case 'bigint':
        return this.#integer(value);
      case 'object':
        return value && this.#structure(value, cleansUp);
      case 'undefined':
        return this.#refuse('is undefined');
      default:
        return this.#refuse(`is a ${typeof value}`);
    }
  }

  #integer(value) {
    if (value < MIN_INTEGER || value > MAX_INTEGER)
      this.#refuse('is a BigInt of more than 64 bits');
    return this.#patch({ bigint: String(value) });
  }

  #structure(value, cleansUp) {
    if (this.#path.length > MAX_DEPTH)
      this.#refuse(`is nested deeper than ${MAX_DEPTH} levels, or contains itself`);
    if (isCid(value)) return { '/': String(value) };
    if (value instanceof Uint8Array) return this.#patch({ bytes: toBase64(value) });
    if (Array.isArray(value)) return this.#list(value, cleansUp);
    const stored = cleansUp ? cleanedUp(value) : strictly(value);
    if (stored.refused) this.#refuse(stored.refused);
    return stored.members
      ? this.#members(stored.members, cleansUp)
      : this.#value(stored.value, cleansUp);
  }

  #list(list, cleansUp) {
    const encoded = [];
    for (const [index, item] of list.entries()) {
      this.#path.push(index);
      encoded.push(this.#value(item, cleansUp));
      this.#path.pop();
    }
    return encoded;
  }

  #members(members, cleansUp) {
    const encoded = Object.create(null); // so that "__proto__" is a member like others
    for (const [written, member] of members) {
      const name = written.toWellFormed();
      this.#path.push(name);
      if (name in encoded) this.#refuse('has the name of another member, as well-formed text');
      encoded[name] = this.#isAttachment()
        ? this.#attachment(member)
        : this.#value(member, cleansUp && !isKeptAsItIs(name));
      this.#path.pop();
    }
    return encoded;
  }

  /** Whether the value at hand is an entry of `_files` or `_publicFiles`. */
  #isAttachment() {
    return this.#path.length === 3 && FILE_MEMBERS.includes(this.#path[1]);
  }

  /** @param {unknown} entry a new content, or what reading gave */
  #attachment(entry) {
    if (!isContent(entry)) {
      const stored = this.#value(withoutMethod(entry), false);
      if (entry?.cid) return stored;
      this.#refuse('is no attachment: give a File, a Blob, bytes, or an entry that was read');
    }
    const content = new AttachmentContent(entry, this.#where());
    const blob = this.contents.push(content) - 1;
    return this.#patch({ file: { blob, ...content.description } });
  }

  #patch(content) {
    this.patches.push({ path: [...this.#path], ...content });
    return null;
  }

  #where() {
    const steps = this.#path.slice(1, 1 + SHOWN_STEPS);
    const text = steps
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
      .join('');
    const more = this.#path.length > 1 + SHOWN_STEPS ? '…' : '';
    return `document "${this.#id}": member "${text.replace(/^\./, '')}${more}"`;
  }

  #refuse(reason) {
    throw new ReplicationError('invalid-document', `${this.#where()} ${reason}`);
  }
}

/** An entry that was read, without the method that reading gave it. */
function withoutMethod(entry) {
  if (typeof entry?.file !== 'function') return entry;
  const { file, ...stored } = entry;
  return stored;
}
