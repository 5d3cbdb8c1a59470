// The pages of the two systems, each one module with all that it imports.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The file that applications get, below the checkout. */
export const PACKAGE = 'dist/browser.js';

/**
 * @param {object} options
 * @param {string} options.ours path of our package's module
 * @param {boolean} options.minify
 * @returns {Promise<Map<string, { type: string, body: string }>>} by path at the server
 */
export async function makePages({ ours, minify }) {
  const pages = new Map();
  for (const system of ['ours', 'peer']) {
    const { outputFiles } = await build({
      entryPoints: [`${here}${system}.js`],
      alias: { 'fireproof-wasm': ours },
      bundle: true,
      format: 'esm',
      platform: 'browser',
      minify,
      write: false,
      logLevel: 'warning',
    });
    pages.set(`/${system}.js`, { type: 'text/javascript', body: outputFiles[0].text });
    const body = `<!doctype html><title>${system}</title><script type="module" src="/${system}.js"></script>`;
    pages.set(`/${system}.html`, { type: 'text/html', body });
  }
  return pages;
}
