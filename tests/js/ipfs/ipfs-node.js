import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Daemons } from '../s3/daemons.js';
import { freePorts } from '../s3/rgw.js';

const PROGRAM = fileURLToPath(new URL('node-child.js', import.meta.url));

/** Milliseconds until it has to answer, on a busy machine. */
const PATIENCE = 120_000;

/**
 * Starts js-ipfs on free ports of the loopback interface: a real node, which knows no others.
 *
 * @param {{ origin?: string }} [options] of pages that may use the RPC
 * @returns {Promise<{ rpc: string, gateway: string, stop: () => Promise<void> }>}
 */
export async function startIpfs({ origin = 'http://localhost' } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'fireproof-ipfs-'));
  const [rpcPort, gatewayPort] = await freePorts(2);
  const daemons = new Daemons(dir, []);
  const ports = [String(rpcPort), String(gatewayPort)];
  const pid = daemons.start(process.execPath, [PROGRAM, join(dir, 'repo'), ...ports, origin]);
  const [rpc, gateway] = ports.map((port) => `http://127.0.0.1:${port}/`);
  const end = Date.now() + PATIENCE;
  for (;;) {
    // Only POST is answered.
    const version = await fetch(`${rpc}api/v0/version`, { method: 'POST' }).catch(() => null);
    const front = await fetch(`${gateway}`, { redirect: 'manual' }).catch(() => null);
    if (version?.ok && front) return { rpc, gateway, stop: () => daemons.stop() };
    if (Date.now() > end || !isRunning(pid)) {
      await daemons.stop();
      throw new Error(`the IPFS node does not answer: ${daemons.output}`);
    }
    await sleep(200);
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
