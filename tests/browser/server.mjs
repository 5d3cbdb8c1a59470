/**
 * The web server of the browser tests, on a free port of the loopback interface:
 *
 *   GET  /<path>              a file of the checkout
 *   GET  /web-examples/…      the pages as the demo serves them: with the package, and remotes that a run has started
 *   GET  /bundle/<path>       a module of the checkout, bundled with all it imports
 *   POST /report/<id>         from the page of run <id>: { started }, { results } or { error }
 *   POST /command/<id>/<name> from that page: parameters of a command, see page-run.mjs
 */

import { build } from 'esbuild';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilers, versionOf } from './frameworks.mjs';
import { PageRun } from './page-run.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** @typedef {Awaited<ReturnType<typeof startServer>>} CheckoutServer */

/** Serves the checkout and waits for the reports of pages. */
export async function startServer() {
  /** @type {Map<string, PageRun>} */
  const runs = new Map();
  /** @type {Map<string, Promise<string>>} */
  const bundles = new Map();

  const server = createServer((request, response) => {
    answer(request, response, { runs, bundles }).catch((error) => {
      if (!response.headersSent) response.writeHead(error.status ?? 500);
      response.end(String(error.message));
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  const origin = `http://127.0.0.1:${server.address().port}`;

  return {
    origin,
    /**
     * Prepares for the page that runs a suite.
     *
     * @param {string} suite path of its file in the checkout
     * @param {{ browser: import('./harness.mjs').Browser, patience: number }} options `patience`:
     *   milliseconds without news
     */
    expect(suite, options) {
      const id = String(runs.size + 1);
      const run = new PageRun({ ...options, id, origin });
      runs.set(id, run);
      const query = { run: id, module: `/bundle/${suite}`, browser: options.browser.name };
      const url = `${origin}/tests/browser/page.html?${new URLSearchParams(query)}`;
      return { run, url };
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request, response, { runs, bundles }) {
  const { pathname } = new URL(request.url, 'http://localhost');
  const [, area, id, name] = pathname.split('/');
  if (request.method === 'POST') {
    const run = runs.get(id);
    const message = JSON.parse(await bodyOf(request));
    if (!run) throw httpError(404, 'no such run');
    const result = area === 'command' ? await run.command(name, message) : run.receive(message);
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(result ?? null));
  }
  if (request.method !== 'GET') throw httpError(405, 'only GET and POST');
  if (area === 'bundle') {
    const path = pathname.slice('/bundle/'.length);
    if (!bundles.has(path)) bundles.set(path, bundle(await insideCheckout(path)));
    response.writeHead(200, { 'content-type': TYPES['.js'] });
    return response.end(await bundles.get(path));
  }
  if (pathname === '/web-examples/replication/remotes.json') {
    response.writeHead(200, { 'content-type': TYPES['.json'] });
    return response.end(JSON.stringify([...runs.values()].at(-1).remotes));
  }
  const file = await insideCheckout(pathname.slice(1).replace(/^web-examples\/package\//, 'dist/'));
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
  return createReadStream(file).pipe(response);
}

/** @returns {Promise<string>} the real path of a file, which lies inside the checkout */
async function insideCheckout(encoded) {
  try {
    const root = await realpath(ROOT);
    const file = await realpath(join(root, decodeURIComponent(encoded)));
    if (file.startsWith(root + sep) && (await stat(file)).isFile()) return file;
  } catch {
    // Malformed, or there is nothing.
  }
  throw httpError(404, 'no such file');
}

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    sourcemap: 'inline',
    // Frameworks are built for development, in which they complain of what is wrong.
    define: { 'process.env.NODE_ENV': '"development"' },
    conditions: ['browser', 'development', 'svelte'],
    jsx: 'automatic',
    plugins: [...compilers, versionOf(entry)],
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function httpError(status, message) {
  return Object.assign(new Error(message), { status });
}
