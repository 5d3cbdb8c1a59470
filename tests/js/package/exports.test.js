// What `npm pack` gives is what bundlers, Node and TypeScript want of a package.
import { createPackageFromTarballData, checkPackage } from '@arethetypeswrong/core';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';

const run = promisify(execFile);

/** Entries that are no modules, or have no declarations. */
const NO_MODULES = ['./package.json'];

let folder;
let tarball;
let manifest;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fireproof-exports-'));
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', pack, { cwd: inCheckout() });
  tarball = join(folder, JSON.parse(stdout)[0].filename);
  manifest = JSON.parse(await readFile(inCheckout('package.json'), 'utf8'));
});

after(() => rm(folder, { recursive: true }));

test('publint finds nothing', async () => {
  const { buffer } = new Uint8Array(await readFile(tarball));
  const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, manifest)),
    [],
  );
});

test('arethetypeswrong finds nothing, for modules', async () => {
  const bytes = new Uint8Array(await readFile(tarball));
  const { problems } = await checkPackage(createPackageFromTarballData(bytes), {
    excludeEntrypoints: NO_MODULES,
  });
  // ES modules only: CommonJS can but import(), and what does not know `exports` finds nothing.
  const meant = ({ kind, resolutionKind }) =>
    kind === 'CJSResolvesToESM' || resolutionKind === 'node10';
  assert.deepEqual(
    problems.filter((problem) => !meant(problem)),
    [],
  );
});

const program = (entries) => `
${entries.map((name, at) => `import * as entry${at} from '${name}';`).join('\n')}
import { fireproof } from 'fireproof-wasm';
export const entries: object[] = [${entries.map((name, at) => `entry${at}`).join(', ')}];
export const text: Promise<string> = fireproof<{ text: string }>('a').get('b').then((doc) => doc.text);
`;

/** What the declarations of the package stand on, which applications have. */
const TYPES = ['@types', 'csstype', 'vue', '@vue', 'solid-js', 'react'];

for (const [module, moduleResolution] of [
  ['ESNext', 'bundler'],
  ['Node16', 'node16'],
  ['NodeNext', 'nodenext'],
]) {
  test(`a strict project of moduleResolution ${moduleResolution} finds every declaration`, async () => {
    const home = join(folder, moduleResolution);
    const modules = join(home, 'node_modules');
    await mkdir(join(modules, 'fireproof-wasm'), { recursive: true });
    await run('tar', ['-xzf', tarball, '--strip-components=1'], {
      cwd: join(modules, 'fireproof-wasm'),
    });
    for (const name of TYPES) await symlink(inCheckout('node_modules', name), join(modules, name));
    const entries = Object.keys(manifest.exports)
      .filter((entry) => !NO_MODULES.includes(entry))
      .map((entry) => entry.replace(/^\./, 'fireproof-wasm'));
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
      ...{ noEmit: true, target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [] },
      ...{ module, moduleResolution, skipLibCheck: true },
    };
    await writeFile(join(home, 'package.json'), '{ "type": "module" }');
    await writeFile(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    await writeFile(join(home, 'program.ts'), program(entries));
    const tsc = inCheckout('node_modules', '.bin', 'tsc');
    const { stdout } = await run(tsc, ['--project', home]).catch((failed) => failed);
    assert.equal(stdout, '');
  });
}
