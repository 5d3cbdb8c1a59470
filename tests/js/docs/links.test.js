// What the pages point to is there: links, headings, and the paths that they mention.
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';
import { blocksOf, pages, proseOf } from './markdown.js';

/** Folders of the repository that pages speak of; what the build makes is not there in a clone. */
const path = /^(?:core|js|wasm|tests|scripts|docs|cmake|bench|web-examples)\/[\w./-]*$/;

/** The anchor that a heading gets. @param {string} heading */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (page) =>
  Array.from(proseOf(page).matchAll(/^#+ (.*)$/gm), ([, heading]) => anchorOf(heading));

function brokenLinks(page) {
  const targets = Array.from(proseOf(page).matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file, anchor] = target.split('#');
      const linked = file === '' ? page : join(dirname(page), file);
      if (!existsSync(inCheckout(linked))) return true;
      return anchor !== undefined && !anchorsOf(linked).includes(anchor);
    });
}

/** Paths in backticks, and in the commands of blocks. */
function mentionedPaths(page) {
  const inline = Array.from(proseOf(page).matchAll(/`([^`\n]+)`/g), ([, code]) => code);
  const commands = blocksOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ content }) => content.split(/\s+/));
  return [...inline, ...commands].filter((code) => path.test(code));
}

for (const page of pages) {
  test(`${page}: every relative link leads to a file, and to a heading of it`, () => {
    assert.deepEqual(brokenLinks(page), []);
  });

  test(`${page}: every path of the repository that it mentions exists`, () => {
    const isThere = (mentioned) => {
      const place = inCheckout(mentioned);
      return existsSync(place) && (!mentioned.endsWith('/') || statSync(place).isDirectory());
    };
    assert.deepEqual(
      mentionedPaths(page).filter((mentioned) => !isThere(mentioned)),
      [],
    );
  });
}

test('no page has a path of somebody’s machine in it', () => {
  for (const page of pages) {
    assert.doesNotMatch(proseOf(page), /(?:^|[\s`("])\/(?:home|root|work|Users|tmp)\//m, page);
  }
});
