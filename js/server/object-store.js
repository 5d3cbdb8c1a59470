/**
 * What the server needs of the place where objects lie. `directory-store.js` implements it on a folder,
 * `s3-store.js` on an S3 bucket.
 *
 * CARs are written once: their bytes never change. A meta is replaced as a whole.
 *
 * @typedef {import('./object-key.js').ObjectKey} ObjectKey
 * @typedef {import('./conditions.js').Conditions} Conditions
 *
 * @typedef {Uint8Array | ReadableStream<Uint8Array>} Body
 *
 * @typedef {object} StoredObject one state of an object, which stays readable when it is replaced
 * @property {number} size bytes
 * @property {string} etag strong, in quotes
 * @property {(start: number, end: number) => Body | Promise<Body>} read bytes from `start` up to, not including,
 *   `end`, whole or as they are read; the end of the stream, or its cancelling, closes the object, and so does giving them whole
 * @property {() => Promise<void>} close must be called if `read` is not
 *
 * @typedef {object} OpenOptions hints, so that a store far away transfers no more than it must
 * @property {boolean} isWhole all of the object will probably be read, not nothing or a part
 * @property {Conditions} conditions of the request. If `ifNoneMatch` has its tag, it may have no content
 *
 * @typedef {object} Received what is known of a body that has arrived
 * @property {number} size bytes
 * @property {Uint8Array} sha256 of all of it
 * @property {Uint8Array} start its first bytes, up to 64
 *
 * @typedef {object} PutOptions
 * @property {Conditions} conditions checked together with the writing, in one step
 * @property {number} limit largest size in bytes
 * @property {(received: Received) => string | null} refuse the reason why this body must not be stored
 *
 * @typedef {{ outcome: 'created' | 'replaced' | 'unchanged', etag: string }
 *   | { outcome: 'precondition-failed', etag: string | null }
 *   | { outcome: 'different', etag: string }
 *   | { outcome: 'refused', reason: string }
 *   | { outcome: 'too-large' }
 *   | { outcome: 'busy' }
 *   | { outcome: 'unsupported' }
 *   | { outcome: 'incomplete' }} PutResult
 *   unchanged: a CAR with the same bytes was there; different: with other bytes; incomplete: the body broke
 *   off; busy: there is no memory for another body now; unsupported: there are conditions, and the store cannot keep them. Nothing was stored in these and the following cases. `etag` is that of the object now there
 *
 * @typedef {object} ObjectStore
 * @property {(key: ObjectKey, options?: OpenOptions) => Promise<StoredObject | null>} open null: no such object
 * @property {(key: ObjectKey, body: ReadableStream<Uint8Array> | null, options: PutOptions) => Promise<PutResult>}
 *   put nobody sees a part of a body; rejects with an error whose `code` is 'ENOSPC' if there is no room,
 *   'BUSY' if the same may succeed in a moment, 'BUCKET' if what is behind the store failed
 * @property {() => Promise<void>} [check] rejects if it cannot be used now; for /health, which may be asked often
 */

export {};
