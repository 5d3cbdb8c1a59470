#!/usr/bin/env node
// npm run demo: a server with replicas that the real package wrote, a page that reads them, a todo page, and a page of
// two devices that replicate through REST and S3.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { readReplicas } from './demo/replicas.mjs';
import { setUp } from './setup/index.mjs';

const help = `Usage: npm run demo [-- --port N]
       npm run demo -- --check

Sets up what is missing, builds, serves replicas of two 1,000-document databases, a page that reads
them, a todo page, and a page that shows two devices replicating through our REST server and an S3
server; prints the addresses of the pages. Ctrl-C ends it.

  --port N   serve the pages at port N, the replicas at N + 1 and the S3 server at N + 2, so that a
             browser finds again what it kept of an earlier run; default: free ports
  --check    do in a headless Chromium what a visitor would do, and print what it saw; screenshots
             go to build/`;

function readArguments() {
  const options = {
    check: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  };
  const { values } = parseArgs({ options });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_533) throw new Error(`not a port: ${values.port}`);
  return { ...values, port };
}

async function serve(port) {
  const { startServers } = await import('./demo/servers.mjs');
  const replicas = readReplicas();
  const demo = await startServers({ replicas, port });
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  console.log(`\nReplicas are served at ${demo.replicaUrl}`);
  for (const { title, database, key, expected } of replicas) {
    console.log(`  ${title}: ${expected.docs.length} documents, database ${database}, key ${key}`);
  }
  console.log(`\nOpen ${demo.pageUrl} to read them`);
  console.log(
    `  or ${demo.todoUrl} for a todo list that several tabs share and that works offline`,
  );
  console.log(`  or ${demo.replicationUrl} to watch two devices replicate through REST and S3`);
  console.log('Ctrl-C ends all servers.');
  await interrupted;
  await demo.stop();
  console.log('\nStopped.');
}

try {
  const { check, port, help: isHelp } = readArguments();
  if (isHelp) {
    console.log(help);
  } else {
    if (check) await setUp(['browsers']);
    await build();
    if (!check) await serve(port);
    else process.exitCode = (await (await import('./demo/check.mjs')).check()) ? 0 : 1;
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = error.code?.startsWith?.('ERR_PARSE_ARGS') ? 2 : 1;
}
