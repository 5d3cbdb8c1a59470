// The modules through which js/engine/ reaches what the build makes, in the flavour of each bundle:
//
//   virtual:wasm-module   default export: the module factory that Emscripten generated
//   virtual:wasm-binary   loadWasmBinary(): Promise<Uint8Array>
//   virtual:package       the package itself, of the platform of the bundle, for entries that use it
//   virtual:worker        createWorker(): Worker, or null where there is none (Node)
//
//   inlined      one file for plain pages and every bundler: the binary compressed and as base64
//                (compressed before, because base64 text compresses badly), the worker as a blob
//   blob-worker  the worker inside that file: the blob puts the base64 text before it, so that the
//                file holds it once
//   files        fireproof.wasm and worker.js beside the module, in the form bundlers recognise
//   beside-browser   what is bundled without the package and imports it, browser.js, from beside the module
//   by-name      what imports the package as applications do, of whatever platform
//   node         fireproof.wasm beside the module, no worker
import { gzipSync } from 'node:zlib';
import { inCheckout } from '../lib/checkout.mjs';

const base64Variable = 'fireproofWasmBase64';

const binaryFromBase64 = `
import base64 from 'virtual:wasm-base64';
// Code that runs once runs slowly: the loop takes 50 ms where the platform's own decoder takes one.
function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
export async function loadWasmBinary() {
  const stream = new Blob([fromBase64(base64)]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}`;

const binaryFromFetch = `
export async function loadWasmBinary() {
  const response = await fetch(new URL('./fireproof.wasm', import.meta.url));
  if (!response.ok) throw new Error(\`\${response.url}: \${response.status}\`);
  return new Uint8Array(await response.arrayBuffer());
}`;

const binaryFromDisk = `
import { readFile } from 'node:fs/promises';
export const loadWasmBinary = () => readFile(new URL('./fireproof.wasm', import.meta.url));`;

const workerFromBlob = (workerSource) => `
import base64 from 'virtual:wasm-base64';
const source = ${JSON.stringify(workerSource)};
export function createWorker() {
  const parts = ['${base64Variable}="', base64, '";', source];
  const url = URL.createObjectURL(new Blob(parts, { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true });
  return worker;
}`;

const workerFromFile = `
export const createWorker = () =>
  new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });`;

const packageOf = {
  'beside-browser': { path: './browser.js', external: true },
  node: { path: inCheckout('js', 'node.js') },
};

const noWorker = 'export const createWorker = () => null;';

const flavours = {
  inlined: ({ wasm, workerSource }) => ({
    'virtual:wasm-base64': `export default '${gzipSync(wasm, { level: 9 }).toString('base64')}';`,
    'virtual:wasm-binary': binaryFromBase64,
    'virtual:worker': workerFromBlob(workerSource),
  }),
  'blob-worker': () => ({
    'virtual:wasm-base64': `export default globalThis.${base64Variable};`,
    'virtual:wasm-binary': binaryFromBase64,
    'virtual:worker': noWorker,
  }),
  files: () => ({ 'virtual:wasm-binary': binaryFromFetch, 'virtual:worker': workerFromFile }),
  'beside-browser': () => ({}),
  'by-name': () => ({}),
  node: () => ({ 'virtual:wasm-binary': binaryFromDisk, 'virtual:worker': noWorker }),
};

/**
 * An esbuild plugin that resolves the modules.
 * @param {keyof typeof flavours} flavour
 * @param {{ wasm: Buffer, workerSource?: string, module?: string }} parts `module`: the one that belongs to the
 *   binary, if that is not of the usual build
 */
export function virtualModules(flavour, parts) {
  const contents = flavours[flavour](parts);
  return {
    name: 'virtual-modules',
    setup(build) {
      build.onResolve({ filter: /^virtual:package$/ }, () => packageOf[flavour]);
      build.onResolve({ filter: /^virtual:/ }, ({ path }) =>
        path === 'virtual:wasm-module'
          ? { path: parts.module ?? inCheckout('build', 'wasm', 'fireproof.mjs') }
          : { path, namespace: 'virtual' },
      );
      build.onLoad({ filter: /./, namespace: 'virtual' }, ({ path }) => ({
        contents: contents[path],
      }));
    },
  };
}
