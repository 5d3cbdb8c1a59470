import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer, listen } from '../../../js/server/index.js';

/**
 * Runs our server on a folder and a free port of the loopback interface.
 *
 * @param {(server: { url: string, dir: string }) => Promise<void>} work
 * @param {object} [options] of createServer; without `dir`: a new empty folder
 */
export async function withReplica(work, options = {}) {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'fireproof-wasm-server-'));
  const place = options.store === undefined ? { dir } : {};
  const server = await listen(createServer({ ...options, ...place }));
  try {
    await work({ url: server.url, dir });
  } finally {
    await server.close();
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
  }
}

/** The CID of a CAR in base32, as text. @param {number} codec 0x55 for 0.14, 0x18 for 0.24 */
export function carCid(bytes, codec = 0x55) {
  const digest = createHash('sha256').update(bytes).digest();
  let bits = '';
  for (const byte of [1, codec, 0x12, 0x20, ...digest]) bits += byte.toString(2).padStart(8, '0');
  const groups = bits.padEnd(290, '0').match(/.{5}/g);
  return `b${groups.map((group) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(group, 2)]).join('')}`;
}

/** All remotes among the fixtures: folders with data/, file/ and meta/. */
export function fixtureRemotes() {
  const base = fileURLToPath(new URL('../../fixtures/', import.meta.url));
  const remotes = readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name === 'remote')
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return remotes.map((dir) => ({
    dir,
    name: relative(base, dir).split(sep).slice(0, -1).join('/'),
  }));
}

/** The objects of a remote. @returns {{ path: string, bytes: Buffer }[]} */
export function objectsIn(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((file) => ({ path: relative(dir, file).split(sep).join('/'), bytes: readFileSync(file) }));
}
