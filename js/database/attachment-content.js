import { ReplicationError } from '../errors.js';

/** Members of a document that hold attachments: maps of a file name to a File, or to the entry of a stored one. */
export const FILE_MEMBERS = ['_files', '_publicFiles'];

/** Whether something among the attachments of a document is the content of a new one. */
export function isContent(value) {
  return value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

/**
 * The content of a new attachment, as it is at this moment: bytes are copied, since their owner may change
 * them; what is in a File or Blob cannot change.
 */
export class AttachmentContent {
  #blob;
  #where;

  /**
   * @param {Blob | ArrayBuffer | ArrayBufferView} content
   * @param {string} where names document and member, for the message of an error
   */
  constructor(content, where) {
    this.#blob = content instanceof Blob ? content : new Blob([content]);
    this.#where = where;
  }

  /** What the entry says beside size and CIDs: media type, '' if unknown, and for a File its milliseconds. */
  get description() {
    const { type, lastModified } = this.#blob;
    return lastModified === undefined ? { type } : { type, lastModified };
  }

  /**
   * @returns {Promise<Uint8Array>} the caller's own
   * @throws {ReplicationError} `invalid-document` if a file has vanished or changed since it was picked
   */
  async bytes() {
    try {
      return new Uint8Array(await this.#blob.arrayBuffer());
    } catch (cause) {
      throw new ReplicationError('invalid-document', `${this.#where} cannot be read`, { cause });
    }
  }
}
