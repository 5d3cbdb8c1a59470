// An IPFS node without a network, with Kubo's RPC and a gateway: node node-child.js FOLDER RPC-PORT GATEWAY-PORT ORIGIN
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { ipfsFolder } from '../../../scripts/setup/ipfs-packages.mjs';

// What the node depends on is meant for Node 22 by now.
Promise.withResolvers ??= function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};

const load = async (name) =>
  import(pathToFileURL(join(ipfsFolder, 'node_modules', name, 'src', 'index.js')).href);

const [repo, rpcPort, gatewayPort, origin] = process.argv.slice(2);
const { create } = await load('ipfs-core');
const { HttpApi } = await load('ipfs-http-server');
const { HttpGateway } = await load('ipfs-http-gateway');

const ipfs = await create({
  repo,
  offline: true,
  silent: true,
  config: {
    Addresses: {
      Swarm: [],
      API: `/ip4/127.0.0.1/tcp/${rpcPort}`,
      Gateway: `/ip4/127.0.0.1/tcp/${gatewayPort}`,
      Delegates: [],
    },
    Bootstrap: [],
    Discovery: { MDNS: { Enabled: false }, webRTCStar: { Enabled: false } },
    API: {
      HTTPHeaders: {
        'Access-Control-Allow-Origin': [origin],
        'Access-Control-Allow-Methods': ['PUT', 'POST', 'GET'],
      },
    },
  },
});
await new HttpApi(ipfs).start();
await new HttpGateway(ipfs).start();
