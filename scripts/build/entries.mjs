// What dist/ consists of: bundles by the way they get at the WebAssembly binary and the worker.

/**
 * @typedef {object} Bundle
 * @property {Record<string, string>} entries output name below dist/, without ending, to source
 * @property {'browser' | 'node' | 'neutral'} platform
 * @property {'inlined' | 'files' | 'beside-browser' | 'by-name' | 'node'} flavour see virtual-modules.mjs
 */

export const workerEntry = 'js/engine/worker.js';

/** @type {Bundle[]} */
export const bundles = [
  { entries: { browser: 'js/index.js' }, platform: 'browser', flavour: 'inlined' },
  { entries: { interop: 'js/interop/index.js' }, platform: 'browser', flavour: 'inlined' },
  {
    entries: { 'slim/index': 'js/slim.js', 'slim/worker': workerEntry },
    platform: 'browser',
    flavour: 'files',
  },
  {
    entries: { 'testing-browser': 'js/testing/index.js' },
    platform: 'browser',
    flavour: 'beside-browser',
  },
  // What stands on the package and imports it by its name.
  {
    entries: {
      compat: 'js/compat/index.js',
      'compat-react': 'js/compat/react.js',
      react: 'js/react/index.js',
      svelte: 'js/svelte/index.js',
      vue: 'js/vue/index.js',
      solid: 'js/solid/index.js',
    },
    platform: 'neutral',
    flavour: 'by-name',
  },
  {
    entries: {
      node: 'js/node.js',
      server: 'js/server/index.js',
      cli: 'js/cli/index.js',
      testing: 'js/testing/index.js',
      'interop-node': 'js/interop/node.js',
    },
    platform: 'node',
    flavour: 'node',
  },
  // The server for Workers and other places without Node.
  { entries: { 'server-portable': 'js/server/portable.js' }, platform: 'neutral', flavour: 'node' },
];

/** Places below dist/ where a bundle expects the WebAssembly binary beside it. */
export const wasmCopies = ['fireproof.wasm', 'slim/fireproof.wasm'];

/** The TypeScript declarations, copied to dist/types/. */
export const typesFolder = 'js/types';
