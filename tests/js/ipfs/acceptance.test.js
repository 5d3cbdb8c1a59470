// The suite that every connector passes, on a real IPFS node whose metas our server keeps.
import { connectorCases } from 'fireproof-wasm/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ipfsConnector } from '../../../js/connectors/ipfs.js';
import { restConnector } from '../../../js/connectors/rest.js';
import { createServer, listen } from '../../../js/server/index.js';
import { startIpfs } from './ipfs-node.js';

const seed = Number(process.env.FIREPROOF_SEED ?? 1);

let node;
before(async () => (node = await startIpfs()));
after(() => node.stop());

let remotes = 0;

/** The node has one journal for all, so databases of each remote have names of their own. */
async function makeRemote() {
  const dir = await mkdtemp(join(tmpdir(), 'fireproof-ipfs-meta-'));
  const server = await listen(createServer({ dir }));
  const mark = `remote ${++remotes}: `;
  const remote = { trouble: (url, init) => globalThis.fetch(url, init) };
  const fetch = (url, init) => remote.trouble(url, init);
  remote.connector = ({ database, format }) => {
    const place = { database: mark + database, format };
    const keeper = restConnector({ url: server.url, fetch, ...place });
    const { rpc, gateway } = node;
    const cars = ipfsConnector({ rpc, gateway, fetch, ...place });
    // What our server honours is not passed on by one that is not asked for conditions.
    return cars.withMeta({ ...keeper, conditional: false });
  };
  remote.close = async () => {
    await server.close();
    await rm(dir, { recursive: true, force: true });
  };
  return remote;
}

const answering = (status) => (remote) =>
  (remote.trouble = async () => new Response('', { status }));

const options = {
  makeRemote,
  largeBytes: 2.5 * 1024 * 1024,
  failures: {
    offline: (remote) => (remote.trouble = () => fetch('http://127.0.0.1:1/')),
    unauthorized: answering(401),
    forbidden: answering(403),
    server: answering(503),
  },
  stall: (remote) => (remote.trouble = () => new Promise(() => {})),
};

describe('ipfs', { concurrency: 4 }, () => {
  for (const { name, run } of connectorCases({ ...options, seed })) test(`ipfs: ${name}`, run);
});
