// The servers of the demonstration, on loopback: one for the pages, one for the replicas, so that
// pages reach them across origins as they would on the web, and an S3 server. Needs dist/: import it
// after the build.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, listen } from '../../dist/server.js';
import { startBucket } from './bucket.mjs';
import { pageFiles } from './page-files.mjs';
import { copyReplicas, presetsOf } from './replicas.mjs';

/** What the devices of the replication page share. Applications keep their keys to themselves. */
const DATABASE = { database: 'replication', key: '1f1e1d1c1b1a19181716151413121110' };

/**
 * @typedef {object} Demo
 * @property {string} pageUrl of the reader
 * @property {string} todoUrl
 * @property {string} replicationUrl
 * @property {string} replicaUrl
 * @property {object} remotes of the replication page, see page-files.mjs
 * @property {() => Promise<void>} stop ends all servers and deletes the folder; may be called
 *   twice
 */

/**
 * @param {object} options
 * @param {import('./replicas.mjs').Replica[]} options.replicas
 * @param {number} [options.port] of the pages, the replicas take the next one and the S3 server the
 *   one after that; default: free ones
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
    const dir = join(store, 'rest');
    mkdirSync(dir);
    copyReplicas(replicas, dir);
    const objects = createServer({ dir });
    const replicaHandler = {
      async fetch(request) {
        await before(request);
        return objects.fetch(request);
      },
    };
    const replicaServer = await listen(replicaHandler, { port: port && port + 1 });
    running.push(replicaServer);
    const bucket = await startBucket({ directory: join(store, 's3'), port: port && port + 2 });
    running.push(bucket);
    const presets = () => presetsOf(replicas, replicaServer.url);
    const remotes = { ...DATABASE, rest: { url: replicaServer.url }, s3: bucket.options };
    const pageServer = await listen(pageFiles({ presets, remotes: () => remotes }), { port });
    running.push(pageServer);
    return {
      pageUrl: `${pageServer.url}reader/`,
      todoUrl: `${pageServer.url}todo/`,
      replicationUrl: `${pageServer.url}replication/`,
      replicaUrl: replicaServer.url,
      remotes,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
