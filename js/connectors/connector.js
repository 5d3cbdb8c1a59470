/**
 * The contract between the engine and a remote. A connector is the mapping of a few operations to
 * requests. It knows nothing about queues, retries or formats: it hands over bytes as they are, and the
 * engine verifies them.
 *
 * Every rejection is a ReplicationError that names the connector in `remote`:
 *
 *   401 unauthorized   403 forbidden   408 timeout   409, 412 conflict   413, 507 quota-exceeded
 *   429, 5xx server (retryable)        every other 4xx server (not retryable)
 *   404, 410 are no errors: nothing is there
 *   no network, refused, cut offline   no byte for 30 s timeout          the caller's signal aborted
 *   a meta larger than 16 MiB corrupt-meta, a CAR larger than 256 MiB corrupt-car, both not retryable
 *
 * `retryAfter` has the milliseconds of a Retry-After header.
 *
 * @typedef {object} MetaRequest
 * @property {string} [etag] of the meta known already; where the remote supports it, an unchanged meta is
 *   then `not-modified` and not transferred
 * @property {AbortSignal} [signal]
 *
 * @typedef {{ status: 'found', metas: Uint8Array[], etag?: string }
 *   | { status: 'none' }
 *   | { status: 'not-modified' }} MetaAnswer
 *   `metas` are all meta records that the remote has, usually one
 *
 * @typedef {object} CarRequest
 * @property {'data' | 'file'} kind of the CAR: data, or attachments
 * @property {string} cid of the CAR, as text
 * @property {AbortSignal} [signal]
 * @property {(bytes: number, totalBytes: number | undefined) => void} [onProgress] called as bytes
 *   arrive, with those received so far; the total is undefined when the remote does not tell it
 *
 * @typedef {object} Connector
 * @property {string} name kind and address, without credentials, for messages
 * @property {(request: MetaRequest) => Promise<MetaAnswer>} getMeta
 * @property {(request: CarRequest) => Promise<Uint8Array | null>} getCar null: the remote has no such CAR
 *
 * What the engine tells a connector about the database it serves:
 * @typedef {object} Database
 * @property {string} database name
 * @property {string} format '0.14' or '0.24'
 */

/** Bytes. No meta record of a sane database comes near it. */
export const LARGEST_META = 16 * 1024 * 1024;

/** Bytes. Larger CARs are not written, and refused from others, so that memory stays bounded. */
export const LARGEST_CAR = 256 * 1024 * 1024;
