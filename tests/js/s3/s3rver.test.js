import { after, before, describe } from 'node:test';
import { contract } from './contract.js';
import { presigned } from './presigned.js';
import { replication } from './replication.js';
import { S3RVER } from './servers.js';
import { TestBucket } from './test-bucket.js';
import { writers } from './writers.js';

describe('s3rver', () => {
  let running;
  before(async () => {
    running = await S3RVER.open();
  });
  after(() => running?.stop());

  const server = { ...S3RVER, endpoint: () => running.endpoint };
  contract(server);
  presigned(server);
  replication(server);
  const makeBucket = () => TestBucket.make(running.endpoint, S3RVER.owner);
  writers({ name: 's3rver', makeBucket, conditional: 'ignored' });
});
