/** A tab of interop.browser.js: hands objects to an adapter, as Fireproof 0.24 does, and is reloaded. */

import {
  attachable,
  indexedDbQueue,
  registerGateway,
  restConnector,
} from '../../../js/interop/index.js';
import { serveOrders } from '../tabs.js';

/** Milliseconds. */
const RETRY = { first: 20, longest: 200 };

let gateway;
let target;
let isOnline = false;

await registerGateway({
  Result: { Ok: (value) => ({ value }), Err: (error) => ({ error }) },
  registerStoreProtocol: async (item) => (gateway = await item.gateway()),
});

const fetchIfOnline = (url, init) =>
  isOnline ? fetch(url, init) : Promise.reject(new TypeError('there is no network'));

/** What the package gives a gateway in place of a URL, as far as ours looks. */
function urlOf(params) {
  const all = { name: target.name, ...params };
  return { getParam: (key) => all[key], toString: () => `fireproof-wasm://${target.name}` };
}

serveOrders({
  open({ url, database, queue }) {
    const connector = restConnector({ url, database, format: '0.24', fetch: fetchIfOnline });
    target = attachable(connector, { queue: indexedDbQueue(queue), retry: RETRY });
  },
  goOnline: ({ online }) => void (isOnline = online),
  async put({ store, key, bytes }) {
    const { error } = await gateway.put(urlOf({ store, key }), bytes);
    if (error) throw error;
  },
  pending: async () => target.status.pending,
  synced: () => target.synced(),
});
