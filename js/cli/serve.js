import { once } from 'node:events';
import { createServer, listen, s3Store } from '../server/index.js';
import { parseServeOptions } from './serve-options.js';
import { tokensFile } from './tokens-file.js';

/**
 * `fireproof-wasm serve`: prints the address, then serves until it is interrupted. Requests that run then get
 * 5 s to finish.
 *
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
export async function serve(args) {
  const options = parseServeOptions(args, process.env);
  const { host, hosts, isLogging, limits, origins, place, port, proxies, publicRead, store } =
    options;
  const report = isLogging ? (entry) => console.log(JSON.stringify(entry)) : undefined;
  const tokens = options.tokens === undefined ? undefined : await tokensFile(options.tokens);
  const server = await listen(
    createServer({
      ...(store.s3 ? { store: s3Store(store.s3) } : store),
      ...limits,
      ...(tokens && { authorize: tokens.authorize, publicRead }),
      origins,
      hosts,
      log: report,
    }),
    { host, port, proxies },
  );
  if (report) report({ time: new Date().toISOString(), serving: place, url: server.url });
  else console.log(`serving ${place} at ${server.url}`);
  const reload = () =>
    tokens?.reload().then(
      () => console.error('the tokens were read again'),
      (error) => console.error(`the tokens stay as they were: ${error.message}`),
    );
  process.on('SIGHUP', reload);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.close();
  process.off('SIGHUP', reload);
  return 0;
}
