// Apache: a WebDAV folder, and a proxy to another server, both compressing, which appends -gzip to ETags.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withDaemon } from './daemon.js';

const MODULES = '/usr/lib/apache2/modules';
const LOADED = [
  'mpm_event',
  'authz_core',
  'dav',
  'dav_fs',
  'filter',
  'deflate',
  'proxy',
  'proxy_http',
];

/**
 * @param {string} upstream address of a server that /replica/ leads to
 * @param {(url: string, folder: string) => Promise<void>} work `folder`: where the objects of /dav/ lie
 */
export const withApache = (upstream, work) =>
  withDaemon(
    async ({ dir, port, daemons }) => {
      await mkdir(join(dir, 'htdocs', 'dav'), { recursive: true });
      await mkdir(join(dir, 'locks'));
      // Where it is started by root, it works as another user.
      await chmod(dir, 0o755);
      for (const each of ['htdocs/dav', 'locks']) await chmod(join(dir, each), 0o777);
      const modules = LOADED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`);
      const config = `
        ${modules.join('\n')}
        ServerName localhost
        Listen 127.0.0.1:${port}
        User nobody
        Group nogroup
        PidFile ${dir}/pid
        DefaultRuntimeDir ${dir}
        ErrorLog ${dir}/error.log
        DocumentRoot ${dir}/htdocs
        DavLockDB ${dir}/locks/lock
        SetOutputFilter DEFLATE
        <Location /dav/>
          Dav On
        </Location>
        ProxyPass /replica/ ${upstream}`;
      await writeFile(join(dir, 'apache.conf'), config);
      // One process, so that its process id ends it.
      daemons.start('apache2', ['-X', '-f', join(dir, 'apache.conf')]);
    },
    (url, dir) => work(url, join(dir, 'htdocs', 'dav')),
  );

/** Makes the folders of a database, which a WebDAV client would, and lets the server write there. */
export async function makeFolders(folder, database) {
  for (const path of ['data', 'file', 'meta'].flatMap((kind) => {
    const names =
      kind === 'meta' ? ['0.14', '0.24'].map((each) => `${database}.${each}`) : [database];
    return [kind, ...names.map((name) => `${kind}/fp.${name}`)];
  })) {
    await mkdir(join(folder, path), { recursive: true });
    await chmod(join(folder, path), 0o777);
  }
}
