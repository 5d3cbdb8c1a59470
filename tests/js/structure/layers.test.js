// The layering that docs and reviews rely on: a folder of core/ includes only itself and the
// folders below it, and only wasm/ knows Emscripten.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { root } from '../../../scripts/lib/checkout.mjs';
import { filesBelow } from '../../../scripts/lib/files.mjs';
import { includesOf } from '../../../scripts/lib/includes.mjs';

const lowestFirst = [
  'base',
  'multiformats',
  'crypto',
  'ipld',
  'car',
  'pail',
  'clock',
  'formats',
  'documents',
  'peers',
  'replicator',
];

const cppFiles = (tree, folder) => filesBelow(join(tree, folder), /\.(cpp|hpp|h|inl)$/);

function includesBelow(tree, folder) {
  return cppFiles(tree, folder).flatMap((path) =>
    includesOf(readFileSync(path, 'utf8')).map((include) => ({
      ...include,
      where: `${relative(tree, path)}:${include.line}`,
      layer: relative(join(tree, folder), path).split('/')[0],
    })),
  );
}

/** Includes in core/ that go up, or to a folder that is no layer. */
function layerViolations(tree) {
  return includesBelow(tree, 'core')
    .filter(({ quoted, name, layer }) => {
      if (!lowestFirst.includes(layer)) return true;
      if (!quoted) return false;
      const target = lowestFirst.indexOf(name.split('/')[0]);
      return target < 0 || target > lowestFirst.indexOf(layer);
    })
    .map(({ where, name }) => `${where} includes ${name}`);
}

/** Includes of Emscripten's headers outside wasm/. */
function emscriptenIncludes(tree) {
  return ['core', 'tests/core']
    .flatMap((folder) => includesBelow(tree, folder))
    .filter(({ name }) => name.startsWith('emscripten'))
    .map(({ where, name }) => `${where} includes ${name}`);
}

function withTree(files, check) {
  const tree = mkdtempSync(join(tmpdir(), 'layers-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    check(tree);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

test('every folder of core/ is a layer and includes only itself and lower layers', () => {
  assert.ok(cppFiles(root, 'core').length > 0, 'core/ has sources');
  assert.deepEqual(layerViolations(root), []);
});

test('core/ and its tests do not include Emscripten', () => {
  assert.deepEqual(emscriptenIncludes(root), []);
});

test('a lower layer that includes a higher one is found', () => {
  const files = {
    'core/base/bytes.hpp': '#pragma once\n#include <vector>\n#include "car/car.hpp"\n',
    'core/car/car.hpp': '#pragma once\n#include "base/bytes.hpp"\n  #  include "car/header.hpp"\n',
  };
  withTree(files, (tree) => {
    assert.deepEqual(layerViolations(tree), ['core/base/bytes.hpp:3 includes car/car.hpp']);
  });
});

test('a folder that is no layer, and an include that names none, are found', () => {
  const files = {
    'core/misc/helpers.hpp': '#include <vector>\n',
    'core/car/car.cpp': '#include "car.hpp"\n',
  };
  withTree(files, (tree) => {
    assert.deepEqual(layerViolations(tree), [
      'core/car/car.cpp:1 includes car.hpp',
      'core/misc/helpers.hpp:1 includes vector',
    ]);
  });
});

test('an Emscripten include in core/ is found, one in wasm/ is allowed', () => {
  const files = {
    'core/base/clock.cpp': '#include <emscripten/emscripten.h>\n',
    'wasm/bindings.cpp': '#include <emscripten/bind.h>\n',
  };
  withTree(files, (tree) => {
    assert.deepEqual(emscriptenIncludes(tree), [
      'core/base/clock.cpp:1 includes emscripten/emscripten.h',
    ]);
  });
});
