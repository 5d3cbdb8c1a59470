// What dist/ weighs, and the limit that the build keeps.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { inCheckout } from '../lib/checkout.mjs';

const wasmLimit = 250_000; // bytes, after gzip -9

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/**
 * Prints the sizes of the files of dist/, raw and as gzip -9 makes them.
 * @throws {Error} if the WebAssembly binary is too large
 */
export function reportSizes() {
  const files = readdirSync(inCheckout('dist'), { recursive: true })
    .filter((file) => /\.(js|wasm)$/.test(file))
    .sort();
  const rows = files.map((file) => {
    const bytes = readFileSync(inCheckout('dist', file));
    return { file, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
  });
  const width = Math.max(...files.map((file) => file.length));
  console.log(`  ${'dist/'.padEnd(width)}  ${'raw'.padStart(10)}  ${'gzip -9'.padStart(10)}`);
  for (const { file, raw, gzip } of rows) {
    const sizes = [raw, gzip].map((size) => kilobytes(size).padStart(10));
    console.log(`  ${file.padEnd(width)}  ${sizes.join('  ')}`);
  }
  const wasm = rows.find(({ file }) => file === 'fireproof.wasm');
  if (wasm.gzip >= wasmLimit) {
    throw new Error(`fireproof.wasm gzips to ${wasm.gzip} bytes; it must stay below ${wasmLimit}`);
  }
}
