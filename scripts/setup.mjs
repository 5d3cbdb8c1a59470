#!/usr/bin/env node
// npm run setup [-- GROUP...]: installs what the project needs. Node built-ins only: it runs in an
// empty clone.
import { duration, secondsSince } from './lib/steps.mjs';
import { groupNames, setUp } from './setup/index.mjs';

const help = `Usage: npm run setup [-- GROUP...]

Installs what is missing of the named groups; without a name, of all.

  build     compilers, libraries and their sources, npm packages
  lint      clang-format and clang-tidy
  browsers  Chromium, Firefox and WebKitGTK for the tests
  peers     published Fireproof packages for the interoperation tests
  s3        Ceph's S3 gateway
  static    nginx
  ipfs      an IPFS node with RPC and gateway

On Debian and Ubuntu, as root, it installs; elsewhere it says what to install.`;

const names = process.argv.slice(2);
if (names.includes('--help')) {
  console.log(help);
  process.exit(0);
}
const unknown = names.filter((name) => !groupNames.includes(name));
if (unknown.length > 0) {
  console.error(`Unknown group: ${unknown.join(', ')}\n\n${help}`);
  process.exit(2);
}

const start = performance.now();
try {
  await setUp(names.length > 0 ? names : groupNames);
  console.log(`Set up in ${duration(secondsSince(start))}.`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
