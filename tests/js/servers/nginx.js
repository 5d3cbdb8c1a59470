// nginx in front of another server, compressing what it passes on.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withDaemon } from './daemon.js';

/**
 * @param {string} upstream address of the server behind it
 * @param {(url: string) => Promise<void>} work
 */
export const withNginx = (upstream, work) =>
  withDaemon(async ({ dir, port, daemons }) => {
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${dir}/${name};`)
      .join('\n');
    const config = `
      daemon off; master_process off; pid ${dir}/nginx.pid; error_log ${dir}/error.log;
      events {}
      http {
        access_log off; ${paths}
        gzip on; gzip_min_length 1; gzip_proxied any;
        gzip_types application/json application/vnd.ipld.car;
        client_max_body_size 300m;
        server {
          listen 127.0.0.1:${port};
          location / { proxy_pass ${upstream}; proxy_http_version 1.1; }
        }
      }`;
    await writeFile(join(dir, 'nginx.conf'), config);
    daemons.start('nginx', [
      '-p',
      dir,
      '-c',
      join(dir, 'nginx.conf'),
      '-e',
      join(dir, 'error.log'),
    ]);
  }, work);
