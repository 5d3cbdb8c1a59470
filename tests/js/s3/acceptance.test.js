// connect.s3 passes the suite that is published for the connectors of others, at both servers. Alone, this file starts a
// gateway for itself.
import { after, before, describe } from 'node:test';
import { acceptance } from './acceptance.js';
import { RGW, S3RVER } from './servers.js';

for (const { open, ...server } of [RGW, S3RVER]) {
  describe(server.name, () => {
    let running;
    before(async () => (running = await open()));
    after(() => running?.stop());
    acceptance({ ...server, endpoint: () => running.endpoint });
  });
}
