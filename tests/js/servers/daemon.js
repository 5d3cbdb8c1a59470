import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Daemons } from '../s3/daemons.js';

/** Milliseconds in which a server has to answer for the first time. */
const PATIENCE = 20_000;

/**
 * Runs a web server of others in a temporary folder, on a free port of the loopback interface, and ends it.
 *
 * @param {(place: { dir: string, port: number, daemons: Daemons }) => Promise<void>} start
 * @param {(url: string, dir: string) => Promise<void>} work
 */
export async function withDaemon(start, work) {
  const dir = await mkdtemp(join(tmpdir(), 'fireproof-server-'));
  const daemons = new Daemons(dir, []);
  try {
    const port = await freePort();
    await start({ dir, port, daemons });
    const url = `http://127.0.0.1:${port}/`;
    await answering(url, daemons);
    await work(url, dir);
  } finally {
    await daemons.stop();
  }
}

/** Until there is an answer, whichever. */
async function answering(url, daemons) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const response = await fetch(url).catch(() => null);
    await response?.arrayBuffer();
    if (response !== null) return;
    // Says what the server printed.
    if (Date.now() > end) await daemons.answering(url, 0);
    await sleep(50);
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
