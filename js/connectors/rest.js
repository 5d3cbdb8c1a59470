import { baseUrl, describe } from './base-url.js';
import { HttpClient } from './http.js';
import { matchingMeta } from './match-meta.js';
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
 * }} options `url` is the folder of the objects; `headers` are sent with each request; `getHeaders` gives
 *   more of them, before the first request and after the remote refused those given before (401, 403)
 * @returns {import('./connector.js').Connector}
 * @throws {ReplicationError} `invalid-argument`
 */
export function restConnector({ url, headers, getHeaders, fetch, database, format }) {
  const base = baseUrl(url);
  const name = `rest ${describe(base)}`;
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
