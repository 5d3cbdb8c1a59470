import { after, before, describe } from 'node:test';
import { contract } from './contract.js';
import { presigned } from './presigned.js';
import { replication } from './replication.js';
import { S3RVER_USER, startS3rver } from './s3rver.js';

describe('s3rver', () => {
  let running;
  before(async () => {
    running = await startS3rver();
  });
  after(() => running?.stop());

  const server = {
    name: 's3rver',
    endpoint: () => running.endpoint,
    owner: S3RVER_USER,
    conditions: { absent: 'ignored', match: 'ignored' },
  };
  contract(server);
  presigned(server);
  replication(server);
});
