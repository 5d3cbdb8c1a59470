// Ceph's S3 gateway on one machine: a monitor, a store in memory, the gateway. All on the loopback interface, in a
// temporary folder, without authentication between the three, and gone when it is stopped.
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOrThrow } from '../../../scripts/lib/process.mjs';
import { Daemons } from './daemons.js';

/** The two users of the gateway; each owns the buckets that it makes. */
export const USER = { accessKeyId: 'AKIDTEST', secretAccessKey: 'SECRETTEST' };
export const OTHER_USER = { accessKeyId: 'AKIDOTHER', secretAccessKey: 'SECRETOTHER' };

/** Milliseconds that a start may take; it takes about 12 s. */
const PATIENCE = 120_000;

const configuration = (dir, ports) => `
[global]
fsid = ${randomUUID()}
mon initial members = a
mon host = [v2:127.0.0.1:${ports[0]},v1:127.0.0.1:${ports[1]}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
public network = 127.0.0.0/8
ms bind ipv4 = true
auth cluster required = none
auth service required = none
auth client required = none
run dir = ${dir}
admin socket = ${dir}/$name.asok
pid file = ${dir}/$name.pid
log file = ${dir}/$name.log
crash dir = ${dir}
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon max pg per osd = 1000
mon data avail crit = 1
debug mon = 0/0
debug osd = 0/0
debug rgw = 0/0
[mon]
mon data = ${dir}/mon
mon cluster log file = ${dir}/cluster.log
[osd]
osd data = ${dir}/osd
osd objectstore = memstore
memstore device bytes = 1073741824
osd class load list = *
osd class default list = *
[client]
# Without authentication the secure mode, which is the default, cannot be agreed upon.
ms mon client mode = crc
ms client mode = crc
rgw enable usage log = false
rgw gc max objs = 7
rgw dns name = localhost
rgw relaxed s3 bucket names = true
`;

/** Names the address of a gateway that is running, for whole runs of tests: see scripts/test/shared-gateway.mjs. */
export const ADDRESS_VARIABLE = 'FIREPROOF_RGW';

/**
 * The gateway that the run of tests shares, if there is one, else one of its own. Whoever uses it makes buckets of its
 * own in it.
 *
 * @returns {ReturnType<typeof startRgw>}
 */
export async function openRgw() {
  const endpoint = process.env[ADDRESS_VARIABLE];
  return endpoint ? { endpoint, stop: async () => {} } : startRgw();
}

/**
 * Starts a gateway. Takes about 12 s.
 *
 * @returns {Promise<{ endpoint: string, stop: () => Promise<void> }>}
 */
export async function startRgw() {
  const dir = mkdtempSync(join(tmpdir(), 'fireproof-rgw-'));
  const ports = await freePorts(3);
  const endpoint = `http://127.0.0.1:${ports[2]}`;
  const conf = join(dir, 'ceph.conf');
  writeFileSync(conf, configuration(dir, ports));
  for (const folder of ['mon', 'osd']) mkdirSync(join(dir, folder));
  const daemons = new Daemons(dir, ['-c', conf]);
  const tool = (command, ...args) => runOrThrow(command, args, { seconds: PATIENCE / 1000 });
  const [keyring, map, osd] = [join(dir, 'keyring'), join(dir, 'monmap'), randomUUID()];
  try {
    const fsid = /fsid = (.*)/.exec(readFileSync(conf, 'utf8'))[1];
    const address = `[v2:127.0.0.1:${ports[0]},v1:127.0.0.1:${ports[1]}]`;
    const key = ['--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *'];
    await tool('ceph-authtool', '--create-keyring', keyring, ...key);
    await tool('monmaptool', '--create', '--addv', 'a', address, '--fsid', fsid, map);
    const firstMonitor = ['--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring];
    await tool('ceph-mon', '-c', conf, ...firstMonitor);
    daemons.start('ceph-mon', ['-f', '-i', 'a']);
    await tool('ceph', '-c', conf, 'osd', 'new', osd);
    await tool('ceph-osd', '-c', conf, '-i', '0', '--mkfs', '--osd-uuid', osd);
    daemons.start('ceph-osd', ['-f', '-i', '0']);
    for (const [id, user] of Object.entries({ test: USER, other: OTHER_USER })) {
      const keys = [`--access-key=${user.accessKeyId}`, `--secret-key=${user.secretAccessKey}`];
      const create = ['user', 'create', `--uid=${id}`, `--display-name=${id}`, ...keys];
      await tool('radosgw-admin', '-c', conf, ...create);
    }
    const frontend = `--rgw-frontends=beast endpoint=127.0.0.1:${ports[2]}`;
    daemons.start('radosgw', ['-f', '-n', 'client.rgw', frontend, `--keyring=${keyring}`]);
    await daemons.answering(endpoint, PATIENCE);
  } catch (error) {
    await daemons.stop();
    throw error;
  }
  return { endpoint, stop: () => daemons.stop() };
}

/** Ports that were free a moment ago. @param {number} count */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((each) => new Promise((done) => each.once('listening', done))));
  const ports = servers.map((each) => each.address().port);
  await Promise.all(servers.map((each) => new Promise((done) => each.close(done))));
  return ports;
}
