import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../../js/cli/index.js', import.meta.url));

/**
 * Starts `fireproof-wasm serve` in a process of its own, on a free port.
 *
 * @param {string[]} args
 * @param {Record<string, string>} [env] besides this process's
 * @returns {Promise<{ child: import('node:child_process').ChildProcess, url: string, lines: string[],
 *   errors: string[], ended: Promise<[number | null, string | null]> }>} `lines` and `errors` grow
 */
export async function serving(args, env = {}) {
  const child = spawn(process.execPath, [CLI, 'serve', '--port', '0', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [lines, errors] = [child.stdout, child.stderr].map((stream) => {
    const list = [];
    let rest = '';
    stream.setEncoding('utf8').on('data', (text) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop();
      list.push(...parts);
    });
    return list;
  });
  const ended = once(child, 'exit');
  while (lines.length === 0) {
    const event = await Promise.race([once(child.stdout, 'data'), ended]);
    if (lines.length === 0 && event.length === 2) throw new Error(errors.join('\n'));
  }
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(lines[0])[0];
  return { child, url, lines, errors, ended };
}
