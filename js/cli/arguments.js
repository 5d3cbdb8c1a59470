import { parseArgs } from 'node:util';
import { ReplicationError } from '../errors.js';

/** @typedef {Record<string, { type: 'string' | 'boolean', hint?: string, what: string }>} Options */

const nameOf = ([name, { hint }]) => `--${name}${hint ? ` ${hint}` : ''}`;

/**
 * One line for each option, for the help.
 *
 * @param {Options} options
 * @returns {string[]}
 */
export function optionLines(options) {
  const entries = Object.entries(options);
  const width = Math.max(...entries.map((entry) => nameOf(entry).length));
  return entries.map((entry) => `${nameOf(entry).padEnd(width)}  ${entry[1].what}`);
}

/**
 * @param {string[]} args
 * @param {Options} options
 * @param {string[]} names of the arguments that have none, all of which must be there
 * @returns {{ values: Record<string, any>, positionals: string[] }}
 * @throws {ReplicationError} `invalid-argument`; or what parseArgs throws
 */
export function readArguments(args, options, names) {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (positionals.length === names.length) return { values, positionals };
  const message = `it takes ${names.join(' and ')}, not ${positionals.length || 'no'} argument${positionals.length === 1 ? '' : 's'}`;
  throw new ReplicationError('invalid-argument', message);
}
