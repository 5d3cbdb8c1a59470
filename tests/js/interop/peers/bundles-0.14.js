import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { peerFolder } from '../../../../scripts/setup/peer-packages.mjs';

const importBundle = (folder, file) =>
  import(pathToFileURL(join(peerFolder(folder), 'dist', 'node', file)).href);

/**
 * The published packages of Fireproof 0.14, core and connect.
 *
 * @param {'0.14.2' | '0.14.9'} version of the core
 * @returns {Promise<{ fireproof: Function, connect: object }>}
 */
export async function importBundles(version) {
  const { fireproof } = await importBundle(`fireproof-core-${version}`, 'fireproof.esm.js');
  const { connect } = await importBundle('fireproof-connect-0.14.1', 'index.esm.js');
  return { fireproof, connect };
}
