import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { withServer } from '../connectors/scripted-server.js';

/** The key of all encrypted 0.24 fixtures. */
export const KEY_24 = '000102030405060708090a0b0c0d0e0f';

/** The folder of a scenario. @param {string} name as '0.24/a-three-docs' */
export const fixtureFolder = (name) =>
  fileURLToPath(new URL(`../../fixtures/${name}/remote`, import.meta.url));

/**
 * Serves a fixture over HTTP with ETags. `fault` may answer a request in the server's place and then returns
 * true.
 *
 * @param {string} name
 * @param {(remote: { url: string, requests: import('node:http').IncomingMessage[],
 *   fault?: (request: object, response: object) => boolean, paths: () => string[] }) => Promise<void>} work
 */
export function withFixture(name, work) {
  const remote = {};
  const folder = fixtureFolder(name);
  async function answer(request, response) {
    if (remote.fault?.(request, response)) return;
    try {
      const bytes = await readFile(folder + decodeURIComponent(request.url));
      const etag = `"${bytes.length}-${bytes.subarray(-8).toString('hex')}"`;
      const unchanged = request.headers['if-none-match'] === etag;
      response.writeHead(unchanged ? 304 : 200, { etag });
      response.end(unchanged ? undefined : bytes);
    } catch {
      response.writeHead(404).end();
    }
  }
  return withServer(answer, async ({ url, requests }) => {
    Object.assign(remote, { url, requests, paths: () => requests.map((request) => request.url) });
    await work(remote);
  });
}

/** An event of a target, as a promise of its detail. */
export const event = (target, type) =>
  new Promise((resolve) =>
    target.addEventListener(type, ({ detail }) => resolve(detail), { once: true }),
  );
