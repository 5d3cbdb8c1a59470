// s3rver: checks signatures, but knows no conditions; everybody may read.
import S3rver from '@20minutes/s3rver';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const S3RVER_USER = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

/** Starts one on a free port, in a temporary folder. */
export async function startS3rver() {
  const directory = await mkdtemp(join(tmpdir(), 'fireproof-s3rver-'));
  const server = new S3rver({ address: '127.0.0.1', port: 0, directory, silent: true });
  const { port } = await server.run();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
