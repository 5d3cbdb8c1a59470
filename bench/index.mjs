// npm run bench runs this after the build.
import { cpus } from 'node:os';
import { boundary } from './boundary.mjs';
import { read } from './read.mjs';
import { write } from './write.mjs';

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0].model}; medians (and extremes)`,
);
await boundary();
await read();
await write();
