// The handler that serves the pages of the demonstration:
//
//   /                      leads to /reader/
//   /reader/, /todo/       web-examples/
//   /shared/...            what both pages use
//   /reader/presets.json   the replicas that the page offers
//   /package/...           dist/, the package as applications get it
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
  shared: inCheckout('web-examples', 'shared'),
  package: inCheckout('dist'),
};

/**
 * @param {() => object[]} presets see replicas.mjs
 * @returns {{ fetch(request: Request): Promise<Response> }}
 */
export const pageFiles = (presets) => ({
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/')
      return new Response(null, { status: 302, headers: { location: '/reader/' } });
    if (pathname === '/reader/presets.json') return answer(JSON.stringify(presets()), '.json');
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
