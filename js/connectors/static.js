import { baseUrl } from './base-url.js';
import { HttpClient } from './http.js';
import { nameOfPlace } from './names.js';
import { objectReader } from './object-reader.js';

/**
 * A replica or snapshot on any static host, read-only. The requests are ones that need no CORS preflight,
 * which static hosts do not answer: no header is added, and the browser's cache asks whether the meta has
 * changed.
 *
 * @param {import('./connector.js').Database & {
 *   url: string | URL,
 *   fetch?: typeof globalThis.fetch,
 *   identity?: string,
 * }} options `url` is the folder of the objects
 * @returns {import('./connector.js').Connector}
 * @throws {ReplicationError} `invalid-argument`
 */
export function staticConnector({ url, fetch, identity, database, format }) {
  const base = baseUrl(url);
  const name = nameOfPlace('static', base, { identity });
  const http = new HttpClient({ remote: name, fetch });
  return {
    name,
    canWrite: false,
    conditional: false,
    ...objectReader({ base, http, database: { database, format }, unchanged: 'compare' }),
  };
}
