// npm run bench runs this after the build; scripts/bench.mjs says with which options.
import { cpus } from 'node:os';
import { benchBrowser } from './browser/index.mjs';
import { boundary } from './node/boundary.mjs';
import { read } from './node/read.mjs';
import { write } from './node/write.mjs';

export { WORKLOADS } from './browser/workloads.mjs';
export { benchBrowser };

/** The package in Node. */
export async function benchNode() {
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0].model}; medians (and extremes)`,
  );
  await boundary();
  await read();
  await write();
}
