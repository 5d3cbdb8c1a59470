import { SERVE_HELP } from './serve-options.js';
import { serve } from './serve.js';
import { token } from './token.js';

/** @type {Record<string, { run: (args: string[]) => Promise<number>, usage: string, what: string[] }>} */
const COMMANDS = {
  serve: {
    run: serve,
    usage: 'serve [options]',
    what: ['serve replicas over HTTP', ...SERVE_HELP],
  },
  token: {
    run: token,
    usage: 'token [--name NAME] [--database DB]... [--rights read|write] [--add FILE]',
    what: ['make a token (all databases, write): its entry for serve --tokens, or add it to FILE'],
  },
};

const HELP = [
  'Usage: fireproof-wasm <command>',
  '',
  ...Object.values(COMMANDS).flatMap(({ usage, what }) => [
    `  ${usage}`,
    ...what.map((line) => `      ${line}`),
  ]),
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
