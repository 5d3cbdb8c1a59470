// Every connector of this package passes the suite that it publishes for those of others.
import { connectorCases, memoryRemote } from 'fireproof-wasm/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { rawConnector } from '../../../js/connectors/raw.js';
import { restConnector } from '../../../js/connectors/rest.js';
import { staticConnector } from '../../../js/connectors/static.js';
import { createServer, listen } from '../../../js/server/index.js';

const seed = Number(process.env.FIREPROOF_SEED ?? 1);

const STATUSES = {
  unauthorized: 401,
  forbidden: 403,
  timeout: 408,
  'quota-exceeded': 413,
  server: 503,
};

/** Our server over a new folder, which can be made to fail. */
async function serverRemote() {
  const dir = await mkdtemp(join(tmpdir(), 'fireproof-acceptance-'));
  const stop = new AbortController();
  const silence = new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
  const { fetch: answer } = createServer({ dir });
  const remote = { answer };
  const server = await listen({ fetch: (request) => remote.answer(request) });
  return Object.assign(remote, {
    url: server.url,
    fail: (status) => (remote.answer = () => new Response('', { status })),
    stall: () => (remote.answer = () => silence.then(() => new Response(''))),
    stop: () => server.close(),
    async close() {
      stop.abort();
      await server.close().catch(() => {});
      await rm(dir, { recursive: true, force: true });
    },
  });
}

async function httpRemote(connectors) {
  const remote = await serverRemote();
  const made = Object.entries(connectors).map(([role, make]) => [
    role,
    (database) => make({ url: remote.url, ...database }),
  ]);
  return Object.assign(remote, Object.fromEntries(made));
}

const failures = {
  offline: (remote) => remote.stop(),
  ...Object.fromEntries(
    Object.entries(STATUSES).map(([code, status]) => [code, (remote) => remote.fail(status)]),
  ),
};
const stall = (remote) => remote.stall();

/** Functions of an application over a map, in the two forms of connect.raw. */
const FUNCTIONS = {
  'upload and download': (call) => ({
    download: (params) => call(({ get }) => get(params)),
    upload: (bytes, params) => call(({ set }) => set(params, bytes)),
  }),
  "0.14's four functions": (call) => ({
    metaDownload: (params) => call(({ get }) => get({ type: 'meta', ...params })),
    dataDownload: (params) => call(({ get }) => get(params)),
    metaUpload: (bytes, params) => call(({ set }) => set({ type: 'meta', ...params }, bytes)),
    dataUpload: (bytes, params) => call(({ set }) => set(params, bytes)),
  }),
};

function rawRemote(functionsOf) {
  const objects = new Map();
  const pathOf = ({ type, name, car, branch }) => JSON.stringify([type, name, car ?? branch]);
  const store = {
    get: (params) => objects.get(pathOf(params)) ?? null,
    set: (params, bytes) => objects.set(pathOf(params), new Uint8Array(bytes)),
  };
  const remote = { trouble: async () => {} };
  async function call(work) {
    await remote.trouble();
    return work({ get: (params) => store.get(params)?.slice(), set: store.set });
  }
  remote.connector = (database) => rawConnector({ ...functionsOf(call), ...database });
  return remote;
}

const rawFailures = {
  offline(remote) {
    remote.trouble = () => fetch('http://127.0.0.1:1/'); // a port that nobody has: a TypeError
  },
  server(remote) {
    remote.trouble = () => Promise.reject(new Error('the application failed'));
  },
};

const CONNECTORS = {
  rest: {
    makeRemote: () => httpRemote({ connector: restConnector }),
    conditions: 'honoured',
    failures,
    stall,
  },
  static: {
    makeRemote: () => httpRemote({ connector: staticConnector, writer: restConnector }),
    readOnly: true,
    failures,
    stall,
  },
  ...Object.fromEntries(
    Object.entries(FUNCTIONS).map(([form, functionsOf]) => [
      `raw, ${form}`,
      {
        makeRemote: () => rawRemote(functionsOf),
        failures: rawFailures,
        stall: (remote) => (remote.trouble = () => new Promise(() => {})),
      },
    ]),
  ),
  ...Object.fromEntries(
    ['honoured', 'ignored', 'unsupported', 'none', { absent: 'honoured', match: 'ignored' }].map(
      (conditions) => [
        `memory, ${JSON.stringify(conditions)}`,
        { makeRemote: () => memoryRemote({ conditions }), conditions },
      ],
    ),
  ),
};

for (const [name, options] of Object.entries(CONNECTORS)) {
  describe(name, { concurrency: 8 }, () => {
    for (const { name: behaviour, run } of connectorCases({ ...options, seed })) {
      test(behaviour, run);
    }
  });
}
