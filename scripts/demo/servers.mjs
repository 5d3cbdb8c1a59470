// The two servers of the demonstration, on loopback: one for the pages, one for the replicas, so
// that the reader reads across origins as it would on the web. Needs dist/: import it after the
// build.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, listen } from '../../dist/server.js';
import { pageFiles } from './page-files.mjs';
import { copyReplicas, presetsOf } from './replicas.mjs';

/**
 * @typedef {object} Demo
 * @property {string} pageUrl of the reader
 * @property {string} todoUrl
 * @property {string} replicaUrl
 * @property {() => Promise<void>} stop ends both servers and deletes the folder; may be called
 *   twice
 */

/**
 * @param {object} options
 * @param {import('./replicas.mjs').Replica[]} options.replicas
 * @param {number} [options.port] of the page, the replicas take the next one; default: two free
 *   ones
 * @param {(request: Request) => Promise<void>} [options.before] what each request for an object
 *   waits for
 * @returns {Promise<Demo>}
 * @throws what the system says if a port cannot be used
 */
export async function startServers({ replicas, port = 0, before = async () => {} }) {
  const store = mkdtempSync(join(tmpdir(), 'fireproof-wasm-demo-'));
  const removeStore = () => rmSync(store, { recursive: true, force: true });
  process.once('exit', removeStore);
  const running = [];
  const stop = async () => {
    await Promise.all(running.splice(0).map((server) => server.close()));
    removeStore();
    process.off('exit', removeStore);
  };
  try {
    copyReplicas(replicas, store);
    const objects = createServer({ dir: store });
    const replicaHandler = {
      async fetch(request) {
        await before(request);
        return objects.fetch(request);
      },
    };
    const replicaServer = await listen(replicaHandler, { port: port && port + 1 });
    running.push(replicaServer);
    const presets = () => presetsOf(replicas, replicaServer.url);
    const pageServer = await listen(pageFiles(presets), { port });
    running.push(pageServer);
    return {
      pageUrl: `${pageServer.url}reader/`,
      todoUrl: `${pageServer.url}todo/`,
      replicaUrl: replicaServer.url,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
