// Sees to it that .deps/<name>-<version>/ holds the sources of the C and C++ libraries that are
// compiled to WebAssembly. library-sources.json pins each by the SHA-256 of its archive: as Debian
// has it or as upstream released it. `onlyWithHeader`: needed only where the machine has that
// header (Catch2 3 is a library, 2 is not).
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inCheckout } from '../lib/checkout.mjs';
import { besideThenRename } from '../lib/files.mjs';
import { runOrThrow } from '../lib/process.mjs';
import { step } from '../lib/steps.mjs';
import { isDebian } from './debian.mjs';
import { hasHeader } from './probe.mjs';
import { downloadSourcePackages } from './source-packages.mjs';

const manifest = new URL('library-sources.json', import.meta.url);
const downloads = inCheckout('.deps', 'downloads');
const folderOf = ({ name, version }) => inCheckout('.deps', `${name}-${version}`);

const sha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The path of a downloaded archive of this library, whatever its name; null if there is none. */
function findArchive({ archives }) {
  const accepted = Object.values(archives);
  const files = readdirSync(downloads).filter((file) => file.includes('.tar.'));
  const file = files.find((each) => accepted.includes(sha256(join(downloads, each))));
  return file ? join(downloads, file) : null;
}

const unpack = (archive, folder) =>
  besideThenRename(folder, async (temporary) => {
    await runOrThrow('tar', ['-xf', archive, '-C', temporary, '--strip-components=1']);
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  });

function instructions(library, reason) {
  const archives = Object.entries(library.archives).map(
    ([file, hash]) => `  ${file}  SHA-256 ${hash}`,
  );
  return [
    `The sources of ${library.name} ${library.version} are missing${reason ? ` (${reason})` : ''}.`,
    `Put one of these archives into ${downloads}:`,
    ...archives,
  ].join('\n');
}

export async function setUpLibrarySources() {
  const libraries = JSON.parse(readFileSync(manifest, 'utf8')).filter(
    (each) => !each.onlyWithHeader || hasHeader(each.onlyWithHeader),
  );
  const missing = libraries.filter((each) => !existsSync(folderOf(each)));
  if (missing.length === 0) return;
  mkdirSync(downloads, { recursive: true });

  const toDownload = missing.filter((each) => !findArchive(each));
  let failure = '';
  if (toDownload.length > 0 && isDebian()) {
    const names = toDownload.map((each) => each.name);
    await step(`Downloading the sources of ${names.join(', ')}`, 10, async () => {
      await downloadSourcePackages(names, downloads).catch((error) => (failure = error.message));
    });
  }
  for (const library of missing) {
    const archive = findArchive(library);
    if (!archive) throw new Error(instructions(library, failure));
    await step(`Unpacking ${library.name} ${library.version}`, 1, () =>
      unpack(archive, folderOf(library)),
    );
  }
}
