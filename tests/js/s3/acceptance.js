import { connectorCases } from 'fireproof-wasm/testing';
import { describe, test } from 'node:test';
import { s3Connector } from '../../../js/connectors/s3.js';
import { createPresigner, listen } from '../../../js/server/index.js';
import { startBreakableProxy } from './breakable-proxy.js';
import { TestBucket } from './test-bucket.js';

const seed = Number(process.env.FIREPROOF_SEED ?? 1);

const breaking = {
  failures: {
    offline: ({ proxy }) => proxy.close(),
    server: ({ proxy }) => proxy.refuse(),
  },
  stall: ({ proxy }) => proxy.stall(),
};

/**
 * The suite that every connector passes, at a real server.
 *
 * @param {object} server see contract.js
 * @param {{ accessKeyId: string, secretAccessKey: string }} [server.stranger] somebody else whom the server knows
 */
export function acceptance({ name, endpoint, owner, stranger, conditions }) {
  async function startRemote() {
    const proxy = await startBreakableProxy(endpoint());
    return { proxy, made: await TestBucket.make(proxy.url, owner) };
  }

  /** What is signed here. */
  async function signedRemote() {
    const { proxy, made } = await startRemote();
    const remote = { proxy, credentials: owner, close: proxy.close };
    const getCredentials = () => remote.credentials;
    remote.connector = (database) => s3Connector({ ...database, ...made.open, getCredentials });
    return remote;
  }

  /** What goes through our presigning service. */
  async function presignedRemote() {
    const { proxy, made } = await startRemote();
    // s3rver lets everybody read, and knows no policies.
    if (conditions.absent === 'honoured') await made.allowReading();
    const service = await listen({
      fetch(request) {
        const database = decodeURIComponent(new URL(request.url).pathname.slice(1));
        return createPresigner({ ...made.signed, database }).fetch(request);
      },
    });
    const uploadOf = ({ database }) => `${service.url}${encodeURIComponent(database)}`;
    return {
      proxy,
      connector: (database) =>
        s3Connector({ ...database, upload: uploadOf(database), download: made.url }),
      close: () => Promise.all([proxy.close(), service.close()]),
    };
  }

  const use = (credentials) => (remote) => (remote.credentials = credentials);
  const refusals = {
    unauthorized: use({ ...owner, secretAccessKey: 'wrong' }),
    ...(stranger && { forbidden: use(stranger) }),
  };
  const connectors = {
    'signed here': {
      ...breaking,
      makeRemote: signedRemote,
      conditions,
      failures: { ...breaking.failures, ...refusals },
    },
    'through our presigning service': { ...breaking, makeRemote: presignedRemote },
  };
  for (const [way, options] of Object.entries(connectors)) {
    describe(`${name}, ${way}`, { concurrency: 8 }, () => {
      for (const { name: behaviour, run } of connectorCases({ ...options, seed })) {
        test(`${name}, ${way}: ${behaviour}`, run);
      }
    });
  }
}
