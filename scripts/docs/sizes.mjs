#!/usr/bin/env node
// The table of sizes in README.md, between its markers, from dist/ as `npm run build` made it:
//
//   node scripts/docs/sizes.mjs           writes the table
//   node scripts/docs/sizes.mjs --check   fails if the table lacks a file, or a size is off by more than 2 %
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { inCheckout } from '../lib/checkout.mjs';

const readme = inCheckout('README.md');
const markers = /(<!-- sizes -->\n)([\s\S]*?)(<!-- \/sizes -->)/;
const tolerance = 0.02;

/** What a row is about, by the name of the file or files in it. */
const purposes = {
  'browser.js': 'page or bundler, with WebAssembly and worker inside',
  'slim/index.js': 'the same as files: the page’s part',
  'slim/worker.js': 'the same as files: the worker',
  'slim/fireproof.wasm': 'the same as files: the engine',
  'node.js': 'Node',
  'fireproof.wasm': 'Node: the engine',
  'server.js': 'the server',
  'server-portable.js': 'the server outside Node: Workers, Deno, bundlers',
  'react.js': 'beside the package: hooks for React',
  'svelte.js': 'the same for Svelte',
  'vue.js': 'the same for Vue',
  'solid.js': 'the same for Solid',
  'compat.js': 'beside the package, for applications of the JavaScript Fireproof',
  'compat-react.js': 'the same with the hooks',
  'interop.js': 'beside the JavaScript Fireproof, in pages',
  'interop-node.js': 'beside the JavaScript Fireproof, in Node',
  'testing.js': 'the suite for connectors, in Node',
  'testing-browser.js': 'the suite for connectors, in pages',
  'cli.js': 'the command line',
  'shared-*.js': 'Node, server and command line: what they share',
};

/** The sizes of dist/ in bytes by row; files whose names hold a hash are one row. */
export function measure() {
  const rows = new Map();
  for (const file of readdirSync(inCheckout('dist'), { recursive: true })) {
    if (!/\.(js|wasm)$/.test(file)) continue;
    const name = file.replace(/^shared-\w+/, 'shared-*');
    const bytes = readFileSync(inCheckout('dist', file));
    const { raw, gzip } = rows.get(name) ?? { raw: 0, gzip: 0 };
    const gzipped = gzipSync(bytes, { level: 9 }).length;
    rows.set(name, { raw: raw + bytes.length, gzip: gzip + gzipped });
  }
  return rows;
}

const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

function table(rows) {
  const cells = Object.entries(purposes).map(([name, what]) => {
    const { raw, gzip } = rows.get(name);
    return [`\`dist/${name}\``, what, kilobytes(raw), kilobytes(gzip)];
  });
  const lines = [['file', 'for', 'kB', 'kB after gzip -9'], ...cells];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...lines.map((line) => line[column].length)),
  );
  const laidOut = lines.map((line) => {
    const [name, what, ...sizes] = line.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    return `| ${[name, what, ...sizes].join(' | ')} |`;
  });
  const rule = widths.map((width, column) =>
    column < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  laidOut.splice(1, 0, `| ${rule.join(' | ')} |`);
  return `\n${laidOut.join('\n')}\n\n`;
}

/** The sizes in bytes that a table states, by row. */
export function parseTable(text) {
  const rows = text.matchAll(/^\| `dist\/(\S+)`\s*\|[^|]*\|\s*([\d.]+) \|\s*([\d.]+) \|$/gm);
  return new Map(
    Array.from(rows, ([, name, raw, gzip]) => [name, { raw: raw * 1000, gzip: gzip * 1000 }]),
  );
}

/** What is wrong with the table in README.md, a line each; nothing if it is right. */
export function differences(stated, measured) {
  const names = [...new Set([...stated.keys(), ...measured.keys()])];
  return names.flatMap((name) => {
    if (!measured.has(name)) return [`dist/${name} is in the table, but is not built`];
    if (!stated.has(name)) return [`dist/${name} is not in the table`];
    return ['raw', 'gzip'].flatMap((kind) => {
      const [is, was] = [measured.get(name)[kind], stated.get(name)[kind]];
      // Sizes are stated to 100 bytes.
      if (Math.abs(is - was) <= Math.max(is * tolerance, 100)) return [];
      return [`dist/${name}, ${kind}: ${kilobytes(is)} kB, the table says ${kilobytes(was)}`];
    });
  });
}

function main(args) {
  const text = readFileSync(readme, 'utf8');
  const [, , stated] = markers.exec(text) ?? [];
  if (stated === undefined) throw new Error('README.md has no markers for the table of sizes');
  const measured = measure();
  const unknown = [...measured.keys()].filter((name) => !(name in purposes));
  if (unknown.length > 0) throw new Error(`say in scripts/docs/sizes.mjs what is for: ${unknown}`);
  if (!args.includes('--check')) {
    writeFileSync(
      readme,
      text.replace(markers, (_, start, old, end) => start + table(measured) + end),
    );
    return;
  }
  const found = differences(parseTable(stated), measured);
  if (found.length > 0) {
    throw new Error(`${found.join('\n')}\nnode scripts/docs/sizes.mjs writes the table anew`);
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
