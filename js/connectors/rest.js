import { baseUrl } from './base-url.js';
import { HttpClient } from './http.js';
import { matchingMeta } from './match-meta.js';
import { nameOfPlace } from './names.js';
import { objectReader } from './object-reader.js';
import { objectWriter } from './object-writer.js';

/**
 * A REST server that keeps the objects of paths.js: ours, or any other that answers GET and PUT.
 *
 * @param {import('./connector.js').Database & {
 *   url: string | URL,
 *   headers?: Record<string, string>,
 *   getHeaders?: (reason: 'request' | 'unauthorized') => Record<string, string> | Promise<Record<string, string>>,
 *   fetch?: typeof globalThis.fetch,
 *   identity?: string,
 * }} options `url` is the folder of the objects; `headers` are sent with each request; `getHeaders` gives
 *   more of them, before the first request and after the remote refused those given before (401, 403); `identity`: see
 *   names.js
 * @returns {import('./connector.js').Connector}
 * @throws {ReplicationError} `invalid-argument`
 */
export function restConnector({ url, headers, getHeaders, fetch, identity, database, format }) {
  const base = baseUrl(url);
  const name = nameOfPlace('rest', base, { identity, headers });
  const http = new HttpClient({ remote: name, fetch, headers, getHeaders });
  const objects = { base, http, database: { database, format } };
  const reader = objectReader({ ...objects, unchanged: 'if-none-match' });
  const writer = objectWriter({ ...objects, remote: name });
  return {
    name,
    canWrite: true,
    conditional: true,
    ...reader,
    ...writer,
    ...matchingMeta({ name, getMeta: reader.getMeta, putMeta: writer.putMeta }),
  };
}
