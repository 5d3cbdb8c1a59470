// Everything that needs Ceph's gateway is in this file, so that it is started once.
import { after, before, describe } from 'node:test';
import { contract } from './contract.js';
import { replication } from './replication.js';
import { USER, startRgw } from './rgw.js';

describe('RGW', () => {
  let gateway;
  before(async () => {
    gateway = await startRgw();
  });
  after(() => gateway?.stop());

  const server = {
    name: 'RGW',
    endpoint: () => gateway.endpoint,
    owner: USER,
    conditions: { absent: 'honoured', match: 'honoured' },
  };
  contract(server);
  replication(server);
});
