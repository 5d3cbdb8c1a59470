// The compilers of user interface frameworks, as plugins of the bundler that serves the suites.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { peerFolder } from '../../scripts/setup/peer-packages.mjs';

const svelte = {
  name: 'svelte',
  setup(build) {
    build.onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { compile } = await import('svelte/compiler');
      const { js } = compile(await readFile(path, 'utf8'), { filename: path, generate: 'client' });
      return { contents: js.code };
    });
  },
};

const vue = {
  name: 'vue',
  setup(build) {
    build.onLoad({ filter: /\.vue$/ }, async ({ path }) => {
      const { compileScript, parse } = await import('@vue/compiler-sfc');
      const { descriptor } = parse(await readFile(path, 'utf8'), { filename: path });
      const { content } = compileScript(descriptor, { id: 'app', inlineTemplate: true });
      return { contents: content };
    });
  },
};

const solid = {
  name: 'solid',
  setup(build) {
    build.onLoad({ filter: /\.solid\.jsx$/ }, async ({ path }) => {
      const [{ default: babel }, { default: preset }] = await Promise.all([
        import('@babel/core'),
        import('babel-preset-solid'),
      ]);
      const options = { presets: [preset], configFile: false, babelrc: false, filename: path };
      const { code } = await babel.transformAsync(await readFile(path, 'utf8'), options);
      return { contents: code };
    });
  },
};

export const compilers = [svelte, vue, solid];

const REACT_18 = {
  react: ['react-18.3.1', 'index.js'],
  'react/jsx-runtime': ['react-18.3.1', 'jsx-runtime.js'],
  'react-dom': ['react-dom-18.3.1', 'index.js'],
  'react-dom/client': ['react-dom-18.3.1', 'client.js'],
  scheduler: ['scheduler-0.23.2', 'index.js'],
};

/** A suite whose name says react-18 gets that, others the React of node_modules. @param {string} entry its path */
export const versionOf = (entry) => ({
  name: 'react version',
  setup(build) {
    if (!entry.includes('react-18')) return;
    build.onResolve({ filter: /^(react|react-dom|scheduler)(\/|$)/ }, ({ path }) => {
      const [folder, file] = REACT_18[path];
      return { path: join(peerFolder(folder), file) };
    });
  },
});
