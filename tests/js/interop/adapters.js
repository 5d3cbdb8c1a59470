// What the tests of the adapters share: a real server whose requests can be made to fail, and objects to send.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { restConnector } from '../../../js/interop/node.js';
import { PROBE, withReplica } from '../package/devices.js';
import { fixtureFolder } from '../package/remote.js';
import { carCid } from '../server/replica.js';
import { RemoteDirectory } from './remote-directory.js';

export const FAST = { first: 5, longest: 40 };

/**
 * Our server, with a connector to it.
 *
 * @param {'0.24' | '0.14'} format
 * @param {(remote: import('../package/devices.js').Replica & {
 *   directory: RemoteDirectory, connector: object, puts: () => string[], connectTo: (options?: object) => object,
 * }) => Promise<void>} work `puts`: kinds of the objects that were stored, in order
 */
export function withRemote(format, work, database = 'adapted') {
  return withReplica(async (replica) => {
    const connectTo = (options) =>
      restConnector({ url: replica.url, database, format, ...options });
    const puts = () =>
      replica.requests
        .filter((request) => /^PUT .* 20[01]$/.test(request) && !request.includes(PROBE))
        .map((request) => request.split('/')[1]);
    const directory = new RemoteDirectory(replica.dir, { format, database });
    await work(Object.assign(replica, { directory, connector: connectTo(), connectTo, puts }));
  });
}

/** Answers the first so many requests that match in the server's place. */
export function failing(count, matches, answer = () => new Response('', { status: 503 })) {
  let left = count;
  return (request, serve) =>
    left > 0 && matches(request) && left-- > 0 ? answer(request, serve) : undefined;
}

/** The answer to a request that was served is lost. */
export async function lost(request, serve) {
  await serve();
  return new Response('', { status: 502 });
}

/** The same upload without conditions, as a server sees it that knows none. */
export async function unconditional(request) {
  const body = await request.arrayBuffer();
  return new Request(request.url, { method: request.method, body });
}

export const isPut = (kind) => (request) =>
  request.method === 'PUT' && new URL(request.url).pathname.startsWith(`/${kind}/`);

export const isGet = (kind) => (request) =>
  request.method === 'GET' && new URL(request.url).pathname.startsWith(`/${kind}/`);

/** A CAR as far as a server looks: bytes and their name. */
export function someCar(text, codec = 0x18) {
  const bytes = new Uint8Array(Buffer.from(text));
  return { bytes, cid: carCid(bytes, codec) };
}

/** The objects of a fixture of 0.14: what its device uploaded, CARs oldest first. */
export function fixture14(name) {
  const remote = fixtureFolder(`0.14/${name}`);
  const only = (...path) => join(...path, readdirSync(join(...path))[0]);
  const meta = new Uint8Array(readFileSync(join(only(remote, 'meta'), 'main.json')));
  const folder = only(remote, 'data');
  const cars = readdirSync(folder).map((file) => ({
    cid: file.replace('.car', ''),
    bytes: new Uint8Array(readFileSync(join(folder, file))),
  }));
  return { meta, cars };
}

/** A 0.24 meta of one entry. @param {string[]} group CIDs of its CARs */
export function entryFor(group, name = group[0]) {
  const text = JSON.stringify({ cars: group.map((cid) => ({ '/': cid })) });
  const dbMeta = Buffer.from(text);
  const head = [0xa2, 0x64, ...Buffer.from('data'), 0xa1, 0x66, ...Buffer.from('dbMeta')];
  const length = [0x59, dbMeta.length >> 8, dbMeta.length & 255];
  const tail = [0x67, ...Buffer.from('parents'), 0x80];
  const block = Buffer.concat([Buffer.from([...head, ...length]), dbMeta, Buffer.from(tail)]);
  return { cid: `entry-${name}`, parents: [], data: `M${block.toString('base64')}` };
}

export const encoded = (entries) => new Uint8Array(Buffer.from(JSON.stringify(entries)));
