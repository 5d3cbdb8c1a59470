// An S3 server for the demonstration, s3rver, with one bucket that pages of any origin may use.
import S3rver from '@20minutes/s3rver';
import { once } from 'node:events';

const BUCKET = 'replication';

/** What s3rver is made with, and all that it knows. */
const CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

const CORS = `<CORSConfiguration><CORSRule>
  <AllowedOrigin>*</AllowedOrigin>
  ${['GET', 'HEAD', 'PUT'].map((method) => `<AllowedMethod>${method}</AllowedMethod>`).join('')}
  <AllowedHeader>*</AllowedHeader>
  ${['ETag', 'Date'].map((header) => `<ExposeHeader>${header}</ExposeHeader>`).join('')}
</CORSRule></CORSConfiguration>`;

/**
 * @param {object} options
 * @param {string} options.directory for the objects
 * @param {number} options.port 0: a free one
 * @returns {Promise<{ options: object, close: () => Promise<void> }>} `options` of `connect.s3`
 * @throws what the system says if the port cannot be used
 */
export async function startBucket({ directory, port }) {
  const configureBuckets = [{ name: BUCKET, configs: [CORS] }];
  const settings = { address: '127.0.0.1', port, directory, silent: true, configureBuckets };
  const server = new S3rver(settings);
  const { port: taken } = await server.run();
  const endpoint = `http://127.0.0.1:${taken}`;
  return {
    options: { endpoint, region: 'us-east-1', bucket: BUCKET, credentials: CREDENTIALS },
    async close() {
      const ended = once(server.httpServer, 'close');
      server.httpServer.close();
      server.httpServer.closeAllConnections(); // pages keep theirs open
      await ended;
    },
  };
}
