import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { difference } from './compare.js';
import { Device } from './device.js';
import { judge } from './judge/index.js';
import { PEER_VERSIONS, Peer } from './peers/peer.js';

const KEY_24 = '000102030405060708090a0b0c0d0e0f';

/** Every version with every kind of database that it has, for tests that run for all of them. */
export const CASES = PEER_VERSIONS.flatMap((version) => [
  { version, isPublic: false, title: `${version}, encrypted` },
  { version, isPublic: true, title: `${version}, public` },
]);

/** Processes are slow to start, so that all databases share them. @type {Map<string, Peer>} */
const peers = new Map();

/** To be called at the end by whoever has used `withCrew`. */
export async function stopPeers() {
  await Promise.all([...peers.values()].map((peer) => peer.stop()));
}

/** @param {'writer' | 'reader'} role two devices of one version are two processes */
function peerOf(version, role) {
  const name = `${version} ${role}`;
  if (!peers.has(name)) peers.set(name, new Peer(version));
  return peers.get(name);
}

let made = 0;

/**
 * Works on a new database at a new remote, with devices that are not opened yet.
 *
 * @param {{ version: string, isPublic: boolean }} kind
 * @param {(crew: {
 *   ours: Device, peer: Peer, reader: Peer, options: object,
 *   judged: () => ReturnType<typeof judge>, agree: (device: Device | Peer) => Promise<object>,
 * }) => Promise<void>} work `peer` and `reader` are processes of the package; `agree` asserts that a device has the
 *   documents and the head that the judge finds at the remote
 */
export async function withCrew({ version, isPublic }, work) {
  const peer = peerOf(version, 'writer');
  const { format } = peer;
  const folder = mkdtempSync(join(tmpdir(), 'fireproof-interop-'));
  const key = format === '0.24' && !isPublic ? KEY_24 : null;
  const options = { database: `interop-${++made}`, remote: folder, public: isPublic, key };
  const judged = () => judge({ folder, format, database: options.database, key });
  const ours = new Device(format);
  try {
    await work({
      ours,
      peer,
      reader: peerOf(version, 'reader'),
      options,
      judged,
      async agree(device) {
        const expected = judged();
        const different = difference(await device.allDocs(), expected);
        if (different) assert.fail(`${device}: ${different}`);
        assert.deepEqual(await device.clock(), expected.clock, `head of ${device}`);
        return expected;
      },
    });
  } finally {
    await ours.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
