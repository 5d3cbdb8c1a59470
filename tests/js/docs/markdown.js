// The pages of the repository, as far as tests look into them.
import { readFileSync } from 'node:fs';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';
import { filesBelow } from '../../../scripts/lib/files.mjs';

/** Paths of all pages in the checkout. */
export const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'NOTICE.md',
  'tests/fixtures/README.md',
  ...filesBelow('docs', /\.md$/),
].sort();

/** @param {string} page path in the checkout */
export const readPage = (page) => readFileSync(inCheckout(page), 'utf8');

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

/**
 * The fenced blocks of a page, in order.
 * @param {string} page
 * @returns {{ language: string, content: string, before: string }[]} `before`: the text up to the block
 */
export function blocksOf(page) {
  const text = readPage(page);
  return Array.from(text.matchAll(fence), ({ 1: language, 2: content, index }) => {
    return { language, content, before: text.slice(0, index) };
  });
}

/**
 * The block that follows a comment `<!-- <mark> -->`.
 * @param {string} page
 * @param {string} mark
 */
export function blockAfter(page, mark) {
  const block = blocksOf(page).find(({ before }) => before.trimEnd().endsWith(`<!-- ${mark} -->`));
  if (!block) throw new Error(`${page} has no block after <!-- ${mark} -->`);
  return block.content;
}

/** A page without its fenced blocks. @param {string} page */
export const proseOf = (page) => readPage(page).replace(fence, '');
