// Sees to it that .deps/peers/ holds the published Fireproof 0.14 packages that the
// interoperation tests talk to; peer-packages.json pins each by the integrity of its tarball.
//
// They are no devDependencies, because npm would install their dependencies too and has no switch
// against it: one of 0.14.2's is a git repository, which cannot be had where only the registry is
// reachable. None is wanted: the bundles need nothing but Node's own modules. `npm pack`
// gets the tarball alone, from whatever registry npm is set up for, and the bundles that are
// used are kept. Fireproof 0.24 is made of packages that need their dependencies, and
// is an ordinary devDependency.
//
// React 18 is here too, since npm does not install two versions of packages that are each other's peers.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inCheckout } from '../lib/checkout.mjs';
import { besideThenRename } from '../lib/files.mjs';
import { runOrThrow } from '../lib/process.mjs';
import { step } from '../lib/steps.mjs';

const manifest = new URL('peer-packages.json', import.meta.url);
const peersFolder = inCheckout('.deps', 'peers');

/** The folder of an unpacked package. @param {string} folder as peer-packages.json names it */
export const peerFolder = (folder) => join(peersFolder, folder);

/** Throws unless the bytes are those that the manifest pins. */
export function checkIntegrity(bytes, { package: name, integrity }) {
  const actual = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (actual !== integrity) {
    throw new Error(`the tarball of ${name} has the integrity ${actual}, expected is ${integrity}`);
  }
}

async function fetchPackage(peer) {
  mkdirSync(peersFolder, { recursive: true });
  await besideThenRename(peerFolder(peer.folder), async (temporary) => {
    await runOrThrow('npm', ['pack', peer.package, '--silent', '--pack-destination', temporary]);
    const tarball = join(temporary, readdirSync(temporary)[0]);
    checkIntegrity(readFileSync(tarball), peer);
    const files = ['package.json', ...peer.files].map((file) => `package/${file}`);
    await runOrThrow('tar', ['-xzf', tarball, '-C', temporary, ...files]);
    rmSync(peerFolder(peer.folder), { recursive: true, force: true });
    renameSync(join(temporary, 'package'), peerFolder(peer.folder));
  });
}

export async function setUpPeerPackages() {
  const peers = JSON.parse(readFileSync(manifest, 'utf8'));
  const isThere = ({ folder, files }) =>
    files.every((file) => existsSync(join(peerFolder(folder), file)));
  const missing = peers.filter((peer) => !isThere(peer));
  if (missing.length === 0) return;
  const names = missing.map((peer) => peer.package).join(', ');
  await step(`Fetching ${names}`, 3, () => Promise.all(missing.map(fetchPackage)));
}
