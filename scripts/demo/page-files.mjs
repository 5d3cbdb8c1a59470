// The handler that serves the pages of the demonstration:
//
//   /                      leads to /reader/
//   /reader/, /todo/, /replication/   web-examples/
//   /shared/...                       what the pages use
//   /reader/presets.json              the replicas that the page offers
//   /replication/remotes.json         what its devices connect to:
//                                     { database, key, rest, s3 }, options of `connect.*`
//   /package/...                      dist/, the package as applications get it
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { inCheckout } from '../lib/checkout.mjs';

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

const folders = {
  reader: inCheckout('web-examples', 'reader'),
  todo: inCheckout('web-examples', 'todo'),
  replication: inCheckout('web-examples', 'replication'),
  shared: inCheckout('web-examples', 'shared'),
  package: inCheckout('dist'),
};

/**
 * @param {object} files
 * @param {() => object[]} files.presets see replicas.mjs
 * @param {() => object} files.remotes
 * @returns {{ fetch(request: Request): Promise<Response> }}
 */
export const pageFiles = ({ presets, remotes }) => ({
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/')
      return new Response(null, { status: 302, headers: { location: '/reader/' } });
    if (pathname === '/reader/presets.json') return answer(JSON.stringify(presets()), '.json');
    if (pathname === '/replication/remotes.json') return answer(JSON.stringify(remotes()), '.json');
    const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
    // The path of a URL has no `..`, and names of our files need no percent-encoding.
    const [, area, ...names] = path.split('/');
    if (!Object.hasOwn(folders, area)) return notFound();
    const file = join(folders[area], ...names);
    const content = await readFile(file).catch(() => null);
    return content === null ? notFound() : answer(content, extname(file));
  },
});

function answer(content, extension) {
  const type = types[extension] ?? 'application/octet-stream';
  return new Response(content, { headers: { 'content-type': type, 'cache-control': 'no-cache' } });
}

const notFound = () => new Response('there is no such file\n', { status: 404 });
