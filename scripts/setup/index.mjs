// Set-up as the other scripts call it.
import { setUpIpfsPackages } from './ipfs-packages.mjs';
import { setUpLibrarySources } from './library-sources.mjs';
import { groups } from './needs.mjs';
import { setUpNpmPackages } from './npm-packages.mjs';
import { setUpPeerPackages } from './peer-packages.mjs';
import { setUpSystemPackages } from './system-packages.mjs';

export const groupNames = Object.keys(groups);

/**
 * Installs what is missing for the named groups, and the npm packages, which every group needs.
 * Quick when nothing is missing.
 * @param {string[]} names of `groupNames`
 * @throws {Error} whose message tells the user what to do, if something stays missing
 */
export async function setUp(names) {
  await setUpSystemPackages(names);
  await setUpNpmPackages();
  if (names.includes('build')) await setUpLibrarySources();
  if (names.includes('peers')) await setUpPeerPackages();
  if (names.includes('ipfs')) await setUpIpfsPackages();
}
