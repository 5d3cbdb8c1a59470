import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';

/** The command line as it is shipped: commands that need the engine find it only there. */
const CLI = inCheckout('dist', 'cli.js');

/**
 * Runs the command line to its end.
 *
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, input?: string }} [options]
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function run(args, { env = {}, input = '' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, ...env } });
    const out = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (text) => (out[name] += text));
    child.on('error', reject).on('close', (code) => resolve({ code, ...out }));
    child.stdin.on('error', () => {}).end(input);
  });
}

/** The same for a command that must succeed and prints JSON. */
export async function runJson(args, options) {
  const { code, stdout, stderr } = await run([...args, '--json'], options);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return JSON.parse(stdout);
}

/** @param {(dir: string) => Promise<void>} work with an empty folder */
export async function withFolder(work) {
  const dir = mkdtempSync(join(tmpdir(), 'fireproof-cli-'));
  try {
    await work(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Works with a copy of a fixture. @param {string} name as '0.24/a-three-docs' */
export const withCopy = (name, work) =>
  withFolder((dir) => {
    cpSync(inCheckout('tests', 'fixtures', name, 'remote'), dir, { recursive: true });
    const [database] = readdirSync(join(dir, 'data'));
    const cars = readdirSync(join(dir, 'data', database));
    return work({
      dir,
      database: database.slice('fp.'.length),
      cars,
      folder: join(dir, 'data', database),
    });
  });
