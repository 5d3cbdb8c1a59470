// Child processes of the scripts: one function that runs a command to its end.
import { spawn } from 'node:child_process';
import { root } from './checkout.mjs';

/** Commands that run. They end with this process. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill()));

/**
 * Runs a command without standard input and collects what it prints (both streams, in order of
 * arrival). Never rejects: a command that cannot be started has code 127, one ended by a signal
 * 128.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd] default: the checkout
 * @param {Record<string, string>} [options.env] added to the environment
 * @param {boolean} [options.echo] also passes the output through as it comes
 * @param {number} [options.seconds] ends the command after so long; default: never
 * @param {(line: string) => void} [options.onLine] called for each complete line
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(
  command,
  args,
  { cwd = root, env = {}, echo = false, seconds = 0, onLine } = {},
) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: seconds * 1000,
    });
    running.add(child);
    let output = '';
    let partialLine = '';
    const collect = (chunk) => {
      output += chunk;
      if (echo) process.stdout.write(chunk);
      if (!onLine) return;
      const lines = (partialLine + chunk).split('\n');
      partialLine = lines.pop();
      lines.forEach(onLine);
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => {
      running.delete(child);
      resolve({ code: 127, output: `${output}${error.message}\n` });
    });
    child.on('close', (code) => {
      running.delete(child);
      if (partialLine && onLine) onLine(partialLine);
      resolve({ code: code ?? 128, output });
    });
  });
}

/** Runs a command and throws an error that carries the end of its output if it fails. */
export async function runOrThrow(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code === 0) return output;
  const ending = options?.echo ? '' : `\n${lastLines(output, 40)}`;
  throw new Error(`${command} ${args.join(' ')} ended with ${code}${ending}`);
}

export const lastLines = (text, count) => text.trimEnd().split('\n').slice(-count).join('\n');
