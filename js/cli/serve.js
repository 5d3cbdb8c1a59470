import { createServer, listen, s3Store } from '../server/index.js';
import { checkFolder } from './folder.js';
import { parseServeOptions } from './serve-options.js';
import { tokensFile } from './tokens-file.js';

const ANYBODY =
  'warning: anybody who reaches this address may read and write, and so may every web page that a visitor opens. `--tokens FILE` says who may, `--origin URL` which pages';
const ANY_PROGRAM =
  'warning: any program that reaches this address may read and write. `--tokens FILE` says who may';

/** What people can do about an address that cannot be used. */
const CURES = {
  EADDRINUSE: 'is in use: choose another with --port, or 0 for a free one',
  EACCES: 'may not be used by this user: ports below 1024 are for root',
  EADDRNOTAVAIL: 'is no address of this machine',
  ENOTFOUND: 'is no address',
};

/**
 * `fireproof-wasm serve`: prints the address, then serves until it is interrupted. Requests that run then get
 * 5 s to finish. SIGHUP reads the tokens again.
 *
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
export async function serve(args) {
  const options = parseServeOptions(args, process.env);
  const { host, hosts, isLogging, limits, origins, place, port, proxies, publicRead, store } =
    options;
  const print = (entry) => console.log(JSON.stringify(entry));
  const tokens = options.tokens === undefined ? undefined : await tokensFile(options.tokens);
  if (store.dir !== undefined) await checkFolder(store.dir);
  const handler = createServer({
    ...(store.s3 ? { store: s3Store(store.s3) } : store),
    ...limits,
    ...(tokens && { authorize: tokens.authorize, publicRead }),
    origins,
    hosts,
    ...(isLogging && { log: print }),
  });
  const stopped = untilSignal(tokens);
  const server = await listen(handler, { host, port, proxies }).catch((cause) => {
    const cure = CURES[cause.code];
    throw cure === undefined
      ? cause
      : new Error(`${host}:${port} ${cure} (${cause.code})`, { cause });
  });
  if (tokens === undefined) console.error(Array.isArray(origins) ? ANY_PROGRAM : ANYBODY);
  if (isLogging) print({ time: new Date().toISOString(), serving: place, url: server.url });
  else console.log(`serving ${place} at ${server.url}`);
  await stopped;
  await server.close();
  return 0;
}

/** Reads the tokens again at SIGHUP, until SIGINT or SIGTERM. @returns {Promise<void>} */
function untilSignal(tokens) {
  const reload = () =>
    tokens === undefined
      ? console.error('there are no tokens to be read again')
      : tokens.reload().then(
          () => console.error('the tokens were read again'),
          (error) => console.error(`the tokens stay as they were: ${error.message}`),
        );
  process.on('SIGHUP', reload);
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
      process.off('SIGHUP', reload);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  });
}
