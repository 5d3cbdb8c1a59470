// clang-tidy over core/, in the groups in which it is compiled (cmake/UnityGroups.cmake): most of its time goes
// into headers that all share. A group that passed is not looked at again until one of its files, something they
// include or the configuration changes: build/clang-tidy/ keeps a hash of all that for each.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute } from 'node:path';
import { inCheckout } from '../lib/checkout.mjs';
import { cmakeConfigure } from '../lib/cmake.mjs';
import { includesOf } from '../lib/includes.mjs';
import { run } from '../lib/process.mjs';

const preset = 'native-sanitized';
const parallel = 2;

/** What is compiled for the core: groups, and files on their own. */
function compiled() {
  const commands = readFileSync(inCheckout('build', preset, 'compile_commands.json'), 'utf8');
  return JSON.parse(commands)
    .filter(({ command }) => command.includes('/fireproof-core.dir/'))
    .map(({ file }) => file);
}

/** A hash of a source, of all that it includes from core/, and of the configuration. */
function fingerprint(source) {
  const seen = new Set([source]);
  const hash = createHash('sha256').update(readFileSync(inCheckout('.clang-tidy')));
  for (const path of seen) {
    const text = readFileSync(path, 'utf8');
    hash.update(text);
    for (const { name, quoted } of includesOf(text)) {
      const included = isAbsolute(name) ? name : inCheckout('core', name);
      if (quoted && existsSync(included)) seen.add(included);
    }
  }
  return hash.digest('hex');
}

/** Bytes of a source, or of the sources of a group. */
function sizeOf(source) {
  const text = readFileSync(source, 'utf8');
  const sources = includesOf(text).filter(({ name }) => isAbsolute(name));
  return sources.reduce((sum, { name }) => sum + statSync(name).size, text.length);
}

const stampOf = (source) => inCheckout('build', 'clang-tidy', basename(source));

function hasPassed(source) {
  const stamp = stampOf(source);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(source);
}

async function check(source) {
  const before = fingerprint(source);
  const args = ['--quiet', '-p', inCheckout('build', preset)];
  // The compile commands are another compiler's.
  const { code, output } = await run('clang-tidy', [
    ...args,
    '--extra-arg=-Wno-unknown-warning-option',
    '--checks=-bugprone-suspicious-include', // a group includes its sources
    source,
  ]);
  if (code !== 0) return output.replace(/^\d+ warnings?( and \d+ errors?)? generated\.\n/gm, '');
  mkdirSync(dirname(stampOf(source)), { recursive: true });
  writeFileSync(stampOf(source), before);
  return null;
}

/**
 * @param {(fraction: number, what: string) => void} progress
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function tidy(progress) {
  await cmakeConfigure(preset); // for its compile_commands.json
  // The largest first, so that none is left for one worker at the end.
  const pending = compiled()
    .filter((each) => !hasPassed(each))
    .sort((a, b) => sizeOf(b) - sizeOf(a));
  const total = pending.length;
  const failures = [];
  const worker = async () => {
    while (pending.length > 0) {
      progress((total - pending.length) / total, `${total - pending.length} of ${total} groups`);
      const failure = await check(pending.shift());
      if (failure) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return { code: failures.length > 0 ? 1 : 0, output: failures.join('\n') };
}
