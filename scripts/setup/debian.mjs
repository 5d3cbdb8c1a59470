// Installs Debian packages.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { inCheckout } from '../lib/checkout.mjs';
import { lastLines, run, runOrThrow } from '../lib/process.mjs';
import { step } from '../lib/steps.mjs';
import { findCommand } from './probe.mjs';

// A package manager that runs at the same time (unattended upgrades) is waited for.
const aptGet = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '--quiet'];
const aptEnvironment = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };

export const isDebian = () =>
  findCommand(['apt-get']) !== null && findCommand(['dpkg-query']) !== null;
export const isRoot = () => process.getuid?.() === 0;

export const installCommand = (packages) =>
  `apt-get install --no-install-recommends ${packages.join(' ')}`;

/** Those of the packages that dpkg does not have installed; asks it once. */
export async function notInstalled(packages) {
  const { output } = await run('dpkg-query', ['-W', '-f', '${Package} ${Status}\n', ...packages]);
  return packages.filter((name) => !output.includes(`${name} install ok installed`));
}

let isRefreshed = false;

async function refreshPackageLists() {
  if (isRefreshed) return;
  await step('Refreshing the package lists', 10, () =>
    runOrThrow('apt-get', [...aptGet, 'update'], { env: aptEnvironment }),
  );
  isRefreshed = true;
}

/**
 * Installs packages, as root. The log of apt goes to .deps/log/apt.log.
 * @param {string[]} packages
 * @param {number} seconds estimate
 */
export async function install(packages, seconds) {
  await refreshPackageLists();
  await step(`Installing ${packages.join(' ')}`, seconds, (progress) =>
    aptInstall(packages, progress),
  );
}

function aptInstall(packages, progress) {
  const logPath = inCheckout('.deps', 'log', 'apt.log');
  mkdirSync(inCheckout('.deps', 'log'), { recursive: true });
  rmSync(logPath, { force: true });
  const log = openSync(logPath, 'a');
  const child = spawn(
    'apt-get',
    [...aptGet, '-o', 'APT::Status-Fd=3', 'install', '-y', '--no-install-recommends', ...packages],
    { env: { ...process.env, ...aptEnvironment }, stdio: ['ignore', log, log, 'pipe'] },
  );
  closeSync(log);
  // Status lines: `dlstatus:<n>:<percent>:…` while downloading, then
  // `pmstatus:<package>:<percent>:…`.
  createInterface({ input: child.stdio[3] }).on('line', (line) => {
    const [kind, subject, percent] = line.split(':');
    if (kind === 'dlstatus') progress(Number(percent) / 200, 'downloading');
    if (kind === 'pmstatus') progress(0.5 + Number(percent) / 200, `installing ${subject}`);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(`apt-get ended with ${code}:\n${lastLines(readFileSync(logPath, 'utf8'), 30)}`),
        );
    });
  });
}
