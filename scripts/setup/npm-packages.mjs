// Sees to it that node_modules is what package-lock.json says.
import { existsSync, readFileSync } from 'node:fs';
import { inCheckout } from '../lib/checkout.mjs';
import { runOrThrow } from '../lib/process.mjs';
import { step } from '../lib/steps.mjs';

const readPackages = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

/** Compares the lock file with npm's own record of what it installed. */
function isCurrent() {
  const recordPath = inCheckout('node_modules', '.package-lock.json');
  if (!existsSync(recordPath)) return false;
  const wanted = readPackages(inCheckout('package-lock.json'));
  const installed = readPackages(recordPath);
  delete wanted[''];
  const same = (path) =>
    installed[path]?.version === wanted[path].version &&
    installed[path]?.integrity === wanted[path].integrity;
  // Optional packages are those of other platforms, mostly.
  const allWanted = Object.keys(wanted).every((path) => same(path) || wanted[path].optional);
  return allWanted && Object.keys(installed).every((path) => path in wanted);
}

export async function setUpNpmPackages() {
  if (isCurrent()) return;
  await step('Installing npm packages', 30, () =>
    runOrThrow('npm', ['ci', '--no-audit', '--no-fund']),
  );
}
