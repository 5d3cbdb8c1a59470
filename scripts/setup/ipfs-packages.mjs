// Sees to it that .deps/ipfs/ holds the IPFS node that tests talk to: several hundred packages, of which no other part of the
// project needs one, so they are kept out of node_modules. ipfs/package-lock.json pins each of them.
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { inCheckout } from '../lib/checkout.mjs';
import { besideThenRename } from '../lib/files.mjs';
import { runOrThrow } from '../lib/process.mjs';
import { step } from '../lib/steps.mjs';

const wanted = fileURLToPath(new URL('ipfs', import.meta.url));

/** Where they are. */
export const ipfsFolder = inCheckout('.deps', 'ipfs');

const lockIn = (folder) => join(folder, 'package-lock.json');

function isCurrent() {
  if (!existsSync(lockIn(ipfsFolder))) return false;
  return readFileSync(lockIn(ipfsFolder)).equals(readFileSync(lockIn(wanted)));
}

export async function setUpIpfsPackages() {
  if (isCurrent()) return;
  await step('Installing an IPFS node', 60, () =>
    besideThenRename(ipfsFolder, async (temporary) => {
      const made = join(temporary, 'ipfs');
      cpSync(wanted, made, { recursive: true });
      await runOrThrow('npm', ['ci', '--no-audit', '--no-fund'], { cwd: made });
      rmSync(ipfsFolder, { recursive: true, force: true });
      renameSync(made, ipfsFolder);
    }),
  );
}
