/**
 * Ends what the tests have started, by process id, however the run ends.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Leaders of process groups that run. @type {Set<number>} */
const groups = new Set();
/** @type {Set<string>} */
const folders = new Set();

/** @param {number} pid leader of a process group; it may have ended */
export function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
  groups.delete(pid);
}

/**
 * Asks a process to end, so that it can remove its lock files, and ends what is left of its group.
 * @param {import('node:child_process').ChildProcess} child from startGroup
 */
export async function endGroup(child) {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await Promise.race([once(child, 'exit'), new Promise((resolve) => setTimeout(resolve, 2000))]);
  }
  killGroup(child.pid);
}

/** Makes sure that a process group does not outlive this process. @param {number} pid its leader */
export function watchGroup(pid) {
  groups.add(pid);
}

/**
 * Starts a program as the leader of its own group.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function startGroup(command, args, options) {
  const child = spawn(command, args, { ...options, detached: true });
  child.on('error', () => {});
  if (child.pid === undefined) throw new Error(`cannot start ${command}: is it installed?`);
  watchGroup(child.pid);
  return child;
}

/** @returns {string} a new empty folder, deleted at the end at the latest */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'fireproof-wasm-browser-'));
  folders.add(folder);
  return folder;
}

/** @param {string} folder from temporaryFolder */
export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  folders.delete(folder);
}

process.on('exit', () => {
  for (const pid of groups) killGroup(pid);
  for (const folder of folders) removeFolder(folder);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
