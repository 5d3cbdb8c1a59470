/**
 * The contract between the engine and a remote. A connector is the mapping of a few operations to
 * requests. It knows nothing about queues, retries or formats: it hands over bytes as they are, in both
 * directions, and the engine verifies what it gets.
 *
 * Every rejection is a ReplicationError that names the connector in `remote`:
 *
 *   401 unauthorized   403 forbidden   408 timeout   409, 412 conflict   413, 507 quota-exceeded
 *   429, 5xx server (retryable)        every other status server (not retryable)
 *   404, 410 are no errors for reading: nothing is there
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
 * @typedef {object} CarUpload
 * @property {'data' | 'file'} kind
 * @property {string} cid
 * @property {Uint8Array} bytes of the CAR
 * @property {boolean} ifAbsent nothing is replaced: the remote's own object of that name stays, unless it is damaged
 * @property {boolean} [public] of a file: nobody needs a key to read it, as Fireproof 0.14 says of `_publicFiles`
 * @property {AbortSignal} [signal]
 * @property {(bytes: number, totalBytes: number) => void} [onProgress] called at the start and, once the remote
 *   has it, at the end; what is on its way cannot be seen
 *
 * @typedef {object} MetaUpload
 * @property {Uint8Array} bytes of the meta record
 * @property {'none' | 'absent' | 'match'} condition under which it is stored: always, if there is none, or in
 *   place of the one with `etag`. Remotes that are not `conditional` are asked with 'none' only
 * @property {string} [etag] with 'match'
 * @property {AbortSignal} [signal]
 *
 * @typedef {{ status: 'stored', etag?: string } | { status: 'conflict' } | { status: 'unsupported' }} MetaStored
 *   stored: replaced as a whole; `etag` is that of the new meta, where the remote tells it. conflict: the
 *   condition did not hold, and nothing was changed. unsupported: the remote refuses requests with conditions,
 *   and nothing was changed
 *
 * A rejected upload may have been stored nevertheless: its answer can be lost.
 *
 * @typedef {object} CarProbe
 * @property {'data' | 'file'} kind
 * @property {string} cid of a CAR that the remote has
 * @property {Uint8Array} bytes of it
 * @property {AbortSignal} [signal]
 *
 * @typedef {'honoured' | 'ignored' | 'unsupported'} Condition what a remote makes of a condition: observes it,
 *   stores regardless of it, or refuses requests that have one
 *
 * @typedef {{ absent: Condition, match: Condition }} Conditions of `If-None-Match: *` and of `If-Match`
 *
 * @typedef {object} Connector
 * @property {string} name kind and address, without credentials, for messages
 * @property {boolean} canWrite whether it has `putCar` and `putMeta`
 * @property {boolean} conditional whether it can ask for conditions; whether the remote honours them, the
 *   engine finds out
 * @property {(request: MetaRequest) => Promise<MetaAnswer>} getMeta
 * @property {(request: CarRequest) => Promise<Uint8Array | null>} getCar null: the remote has no such CAR
 * @property {(upload: CarUpload) => Promise<'stored' | 'exists' | 'unsupported'>} [putCar] stored: there is evidence that
 *   the remote has these bytes, not just its word. exists: `ifAbsent` was asked for and there is one, these bytes or what may
 *   be another device's; never an object of which it is plain that it is damaged. unsupported: `ifAbsent` was asked for and
 *   the remote knows no conditions; nothing was stored
 * @property {(question: { kind: 'data' | 'file', cid: string, bytes?: Uint8Array, signal?: AbortSignal }) =>
 *   Promise<boolean>} [hasCar] whether the remote has a CAR of this name, if possible without fetching it; an object without a
 *   byte is none, nor is what is plainly the beginning of `bytes`, which are ours. Without this function it is fetched
 * @property {(probe: CarProbe) => Promise<Conditions>} [probe] finds out what the remote makes of conditions by
 *   storing something that it has again, the same bytes, under conditions that do not hold: a small object of its own, or the
 *   CAR that is given. Only of connectors that are `conditional`; without this function conditions are asked for, but not
 *   relied on
 * @property {(upload: MetaUpload) => Promise<MetaStored>} [putMeta]
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
