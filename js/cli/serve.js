import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { ReplicationError } from '../errors.js';
import { createServer, listen } from '../server/index.js';

/**
 * `fireproof-wasm serve`: prints the address, then serves until it is interrupted.
 *
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
export async function serve(args) {
  const { values } = parseArgs({
    args,
    options: {
      dir: { type: 'string', default: 'fireproof-data' },
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
    },
  });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new ReplicationError('invalid-argument', `not a port: ${values.port}`);
  }
  const server = await listen(createServer({ dir: values.dir }), { host: values.host, port });
  console.log(`serving ${values.dir} at ${server.url}`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.close();
  return 0;
}
