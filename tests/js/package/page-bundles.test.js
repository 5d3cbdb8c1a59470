import * as esbuild from 'esbuild';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';

for (const name of ['browser.js', 'slim/index.js', 'slim/worker.js']) {
  test(`dist/${name} imports nothing by name, so that a page or worker can load it as it is`, async () => {
    const entryPoints = [inCheckout('dist', name)];
    const options = { bundle: true, format: 'esm', external: ['*'], write: false, metafile: true };
    const { metafile } = await esbuild.build({ entryPoints, ...options });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    assert.deepEqual(
      imports.map(({ path }) => path),
      [],
    );
  });
}
