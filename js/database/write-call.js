import { ReplicationError } from '../errors.js';
import { idOf } from './document-id.js';
import { DocumentEncoder } from './document-encoder.js';

/**
 * The engine's call `write` for documents, as they are at this moment.
 *
 * @param {object[]} documents `{ _id, _deleted: true }` deletes; its other members are left out
 * @param {{ format: '0.24' | '0.14', bulk: boolean }} options
 * @returns {{ parameters: object, contents: import('./attachment-content.js').AttachmentContent[] }}
 *   `contents` belong to the call as its blobs, in this order
 * @throws {ReplicationError} `invalid-document`: none of them can be written then
 */
export function writeCall(documents, { format, bulk }) {
  const encoder = new DocumentEncoder(format);
  for (const document of documents) {
    checkDocument(document);
    encoder.add(idOf(document), document._deleted === true ? { _deleted: true } : document);
  }
  const { docs, patches, contents } = encoder;
  return { parameters: { docs, patches, bulk }, contents };
}

function checkDocument(document) {
  const isObject = typeof document === 'object' && document !== null;
  if (!isObject || Array.isArray(document) || ArrayBuffer.isView(document))
    throw new ReplicationError('invalid-document', 'a document is an object with members');
}
