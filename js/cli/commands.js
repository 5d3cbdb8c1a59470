import { serve } from './serve.js';

/** @type {Record<string, { run: (args: string[]) => Promise<number>, usage: string, what: string }>} */
const COMMANDS = {
  serve: {
    run: serve,
    usage: 'serve [--dir DIR] [--port N] [--host H]',
    what: 'serve a folder of replicas over HTTP (default: ./fireproof-data, a free port, 127.0.0.1)',
  },
};

const HELP = [
  'Usage: fireproof-wasm <command>',
  '',
  ...Object.values(COMMANDS).map(({ usage, what }) => `  ${usage}\n      ${what}`),
  '  --help',
  '      show this',
].join('\n');

/**
 * Runs one command of the command line.
 *
 * @param {string[]} args without the program
 * @returns {Promise<number>} the exit code: 0 done, 1 failed, 2 not understood
 */
export async function runCommand([name, ...args]) {
  if (name === '--help' || name === 'help') {
    console.log(HELP);
    return 0;
  }
  if (!Object.hasOwn(COMMANDS, name ?? '')) {
    console.error(name === undefined ? HELP : `unknown command: ${name}\n\n${HELP}`);
    return 2;
  }
  try {
    return await COMMANDS[name].run(args);
  } catch (error) {
    const isUsage = error.code?.startsWith?.('ERR_PARSE_ARGS') || error.code === 'invalid-argument';
    console.error(`fireproof-wasm ${name}: ${error.message}`);
    return isUsage ? 2 : 1;
  }
}
