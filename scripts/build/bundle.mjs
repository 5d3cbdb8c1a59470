// Bundles js/ into dist/. Needs npm packages: import it after set-up.
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import * as esbuild from 'esbuild';
import { inCheckout } from '../lib/checkout.mjs';
import { bundles, typesFolder, wasmCopies, workerEntry } from './entries.mjs';
import { virtualModules } from './virtual-modules.mjs';

const wasmPath = inCheckout('build', 'wasm', 'fireproof.wasm');
const packageJson = JSON.parse(readFileSync(inCheckout('package.json'), 'utf8'));

const frameworks = Object.keys(packageJson.peerDependencies ?? {});

const common = {
  absWorkingDir: inCheckout(),
  bundle: true,
  charset: 'utf8',
  define: { __VERSION__: JSON.stringify(packageJson.version) },
  logLevel: 'warning',
  target: 'es2022',
};

// A classic script: it runs wherever blob workers are allowed at all.
async function blobWorkerSource(wasm, { minify = true, module } = {}) {
  const result = await esbuild.build({
    ...common,
    entryPoints: [workerEntry],
    format: 'iife',
    minify,
    plugins: [virtualModules('blob-worker', { wasm, module })],
    write: false,
  });
  return result.outputFiles[0].text;
}

/** What is left to be found where the bundle is used. */
function externalOf(platform, flavour) {
  if (flavour === 'by-name') return [packageJson.name, `${packageJson.name}/*`, ...frameworks];
  return platform === 'node' ? Object.keys(packageJson.dependencies) : [];
}

async function buildBundle({ entries, platform, flavour }, wasm) {
  const workerSource = flavour === 'inlined' ? await blobWorkerSource(wasm) : undefined;
  await esbuild.build({
    ...common,
    entryPoints: Object.entries(entries).map(([out, source]) => ({ in: source, out })),
    outdir: inCheckout('dist'),
    format: 'esm',
    platform,
    // In Node, what applications install with the package is left to them; a page has to find everything inside.
    external: externalOf(platform, flavour),
    minify: platform === 'browser' || flavour === 'by-name',
    // Entries of Node share their modules, so that an error class is one class in all of them.
    splitting: platform === 'node',
    chunkNames: 'shared-[hash]',
    plugins: [virtualModules(flavour, { wasm, workerSource })],
  });
}

/** Makes dist/ anew. */
export async function bundle() {
  const wasm = readFileSync(wasmPath);
  rmSync(inCheckout('dist'), { recursive: true, force: true });
  for (const each of bundles) await buildBundle(each, wasm);
  for (const copy of wasmCopies) {
    const target = inCheckout('dist', copy);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(wasmPath, target);
  }
  cpSync(inCheckout(typesFolder), inCheckout('dist', 'types'), { recursive: true });
  chmodSync(inCheckout('dist', 'cli.js'), 0o755);
}

/**
 * dist/browser.js with readable names, in build/bench/; after `cmakeBuild('wasm-named', …)`.
 * @returns {Promise<string>} its path
 */
export async function bundleForProfiles() {
  const wasm = readFileSync(inCheckout('build', 'wasm-named', 'fireproof.wasm'));
  const module = inCheckout('build', 'wasm-named', 'fireproof.mjs');
  const outfile = inCheckout('build', 'bench', 'browser.js');
  const workerSource = await blobWorkerSource(wasm, { minify: false, module });
  await esbuild.build({
    ...common,
    entryPoints: [inCheckout('js', 'index.js')],
    outfile,
    format: 'esm',
    platform: 'browser',
    plugins: [virtualModules('inlined', { wasm, workerSource, module })],
  });
  return outfile;
}
