// nginx on a folder, with the configuration that docs/snapshots.md tells people to use.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';
import { findCommand } from '../../../scripts/setup/probe.mjs';
import { Daemons } from '../s3/daemons.js';
import { freePorts } from '../s3/rgw.js';

const PATIENCE = 20_000;

/** Its folder is not in the PATH of all users. */
const nginx = () => findCommand(['nginx', '../sbin/nginx']);

const documented = () =>
  /```nginx\n(.*?)```/s.exec(readFileSync(inCheckout('docs', 'snapshots.md'), 'utf8'))[1];

function configuration(port, folder) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    daemon off; master_process off; pid nginx.pid; error_log stderr warn; worker_processes 1;
    events { worker_connections 256; }
    http {
      access_log off;
      ${temporary.map((kind) => `${kind}_temp_path tmp-${kind};`).join(' ')}
      server {
        listen 127.0.0.1:${port};
        root ${folder};
        ${documented()}
      }
    }`;
}

/**
 * @param {string} folder that it serves
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startNginx(folder) {
  const dir = mkdtempSync(join(tmpdir(), 'fireproof-nginx-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'alive'), '');
  const [port] = await freePorts(1);
  writeFileSync(join(dir, 'nginx.conf'), configuration(port, folder));
  const daemons = new Daemons(dir, []);
  daemons.start(nginx(), ['-p', dir, '-c', 'nginx.conf', '-e', 'stderr']);
  const url = `http://127.0.0.1:${port}/`;
  try {
    await daemons.answering(`${url}alive`, PATIENCE);
  } catch (error) {
    await daemons.stop();
    throw error;
  }
  return { url, stop: () => daemons.stop() };
}
