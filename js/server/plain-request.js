/**
 * A request as handler.js takes it, whether it came as a `Request` of the Fetch API (fetch-front.js) or as a message of
 * Node's HTTP server (node-front.js), where making a `Request` would take longer than answering it.
 *
 * @typedef {object} PlainRequest
 * @property {string} method in capitals
 * @property {string} path of the URL, percent-encoded, from its first `/` to the query
 * @property {number} targetLength characters of path and query
 * @property {{ get: (name: string) => string | null }} headers by names in small letters
 * @property {() => ReadableStream<Uint8Array> | null} body to be called once; cancelling it leaves the way for the answer
 *   open
 * @property {string | null} client address of who asks; null: not known
 */

export {};
