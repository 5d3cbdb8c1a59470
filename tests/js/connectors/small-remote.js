import { createHash } from 'node:crypto';
import { withServer } from './scripted-server.js';

const PROBE = 'bafkreibf6atc6tvca7wv2wgmyvxdxvsuim2dv2ftlivszeviwqm7ve6inq';

/** The ETag of bytes at a small remote. */
export const etagOf = (bytes) => `"${createHash('sha256').update(bytes).digest('hex')}"`;

/**
 * A small REST remote that does what is right: objects by path, HEAD, conditions.
 *
 * @param {(exchange: { request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse,
 *   body: Buffer, path: string, objects: Map<string, Buffer> }) => boolean | void} hook answers in its place, by giving true
 * @param {(remote: { url: string, objects: Map<string, Buffer>, seen: () => string[] }) => Promise<void>} work `seen` gives
 *   the requests until now, `METHOD path If-None-Match If-Match`, without those for the object that a remote is tried with
 */
export function withRemote(hook, work) {
  const objects = new Map();
  const answer = async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    request.body = body;
    const path = decodeURIComponent(request.url.replace(/\?.*/s, '')).slice(1);
    if (hook({ request, response, body, path, objects })) return;
    const old = objects.get(path);
    const { 'if-none-match': none, 'if-match': match } = request.headers;
    if (request.method === 'PUT') {
      const isRefused = (none === '*' && old) || (match && (!old || match !== etagOf(old)));
      if (isRefused) return response.writeHead(412).end();
      objects.set(path, body);
      return response.writeHead(old ? 200 : 201, { ETag: etagOf(body) }).end();
    }
    if (!old) return response.writeHead(404).end();
    if (none === etagOf(old)) return response.writeHead(304).end();
    const headers = { ETag: etagOf(old), 'Content-Length': old.length };
    return response.writeHead(200, headers).end(request.method === 'GET' ? old : undefined);
  };
  return withServer(answer, ({ url, requests }) =>
    work({
      url,
      objects,
      requests,
      seen: () =>
        requests
          .filter((request) => !request.url.includes(PROBE))
          .map(({ method, url: to, headers }) =>
            [method, to, headers['if-none-match'], headers['if-match']].filter(Boolean).join(' '),
          ),
    }),
  );
}
