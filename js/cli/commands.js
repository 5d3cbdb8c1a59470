import { SERVE_HELP } from './serve-options.js';
import { serve } from './serve.js';
import { token } from './token.js';
import { diff } from './verbs/diff.js';
import { exportDocuments } from './verbs/export.js';
import { importDocuments } from './verbs/import.js';
import { inspect } from './verbs/inspect.js';
import { repair } from './verbs/repair.js';
import { snapshot } from './verbs/snapshot.js';
import { verify } from './verbs/verify.js';
import { version } from './version.js';

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
  inspect,
  verify,
  repair,
  diff,
  export: exportDocuments,
  import: importDocuments,
  snapshot,
};

const PLACES = [
  'PLACE is a folder of objects, https://… (a REST server or static host), s3://bucket/prefix (credentials from',
  'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or store:FOLDER, a folder of local stores (~/.fireproof-wasm)',
];

const HELP = [
  'Usage: fireproof-wasm <command>',
  '',
  ...Object.values(COMMANDS).flatMap(({ usage, what }) => [
    `  ${usage}`,
    ...what.map((line) => `      ${line}`),
  ]),
  '  --help, <command> --help',
  '      show this, or what it says of one command',
  '  --version',
  '      print the version',
  '',
  ...PLACES,
].join('\n');

const helpOf = ({ usage, what }) =>
  [`Usage: fireproof-wasm ${usage}`, '', ...what.map((line) => `  ${line}`)].join('\n') +
  (usage.includes('PLACE') ? `\n\n${PLACES.join('\n')}` : '');

/**
 * Runs one command of the command line.
 *
 * @param {string[]} args without the program
 * @returns {Promise<number>} the exit code: 0 done, 1 failed, 2 not understood; `verify` has one more
 */
export async function runCommand([name, ...args]) {
  const isCommand = Object.hasOwn(COMMANDS, name ?? '');
  if (name === '--version' || (isCommand && args[0] === '--version')) {
    console.log(version());
    return 0;
  }
  if (name === '--help' || name === 'help' || (isCommand && args[0] === '--help')) {
    console.log(isCommand ? helpOf(COMMANDS[name]) : HELP);
    return 0;
  }
  if (!isCommand) {
    console.error(name === undefined ? HELP : `unknown command: ${name}\n\n${HELP}`);
    return 2;
  }
  try {
    return await COMMANDS[name].run(args);
  } catch (error) {
    const isUsage =
      error.code?.startsWith?.('ERR_PARSE_ARGS') ||
      ['invalid-argument', 'invalid-key'].includes(error.code);
    console.error(`fireproof-wasm ${name}: ${error.message}`);
    return isUsage ? 2 : 1;
  }
}
