#!/usr/bin/env node
// The table of speeds in README.md, between its markers, from bench/results.md as `npm run bench` made it:
//
//   node scripts/docs/speed.mjs           writes the table
//   node scripts/docs/speed.mjs --check   fails if the table says something else
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inCheckout } from '../lib/checkout.mjs';

const markers = /(<!-- speed -->\n)([\s\S]*?)(<!-- \/speed -->)/;

/** The columns of the table of times that the README repeats; their extremes are left out. */
const columns = 5;

/**
 * @param {string} results the text of bench/results.md
 * @returns {string} what stands between the markers
 * @throws {Error} if the results have no table of times
 */
export function speedTable(results) {
  const found = /^\| workload .*\n(?:\|.*\n)+/m.exec(results);
  if (!found) throw new Error('bench/results.md has no table of times');
  const [head, , ...rows] = found[0].trim().split('\n').map(cellsOf);
  const circumstances = /^- .*\n- (.*)$/m.exec(results)?.[1] ?? '';
  const lines = [head, ...rows].map((row) => row.slice(0, columns).map(medianOf));
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return `\n${[text(lines[0]), rule, ...lines.slice(1).map(text)].join('\n')}\n\nMedians; ${circumstances}.\n\n`;
}

const cellsOf = (line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** Without the extremes in parentheses, and why a peer got nowhere. */
const medianOf = (cell) => cell.replace(/ \(.*\)$/, '').replace(/^never: .*/, 'never');

function main(args) {
  const readme = inCheckout('README.md');
  const text = readFileSync(readme, 'utf8');
  const [, , stated] = markers.exec(text) ?? [];
  if (stated === undefined) throw new Error('README.md has no markers for the table of speeds');
  const right = speedTable(readFileSync(inCheckout('bench', 'results.md'), 'utf8'));
  if (!args.includes('--check')) {
    writeFileSync(
      readme,
      text.replace(markers, (_, start, old, end) => start + right + end),
    );
  } else if (stated !== right) {
    throw new Error(
      'the table of speeds is not that of bench/results.md: node scripts/docs/speed.mjs',
    );
  }
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
