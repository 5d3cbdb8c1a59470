// Screenshots of a page of the demo: light, dark, and as wide as a phone.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { relative } from 'node:path';
import { inCheckout, root } from '../lib/checkout.mjs';

/**
 * Puts them into build/, and looks whether the page fits into each window.
 *
 * @param {import('./witness.mjs').Witness} witness
 * @param {import('./visitor.mjs').Visitor} visitor of the page
 * @param {string} name beginning of the files' names
 */
export async function takePictures(witness, visitor, name) {
  mkdirSync(inCheckout('build'), { recursive: true });
  for (const [file, { scheme = 'light', width = 1280, height = 900 }] of Object.entries({
    [name]: {},
    [`${name}-dark`]: { scheme: 'dark' },
    [`${name}-phone`]: { width: 390, height: 844 },
  })) {
    await witness.see(`screenshot, ${scheme}, ${width} pixels wide`, async () => {
      await visitor.resize(width, height);
      await visitor.prefer(scheme);
      const path = inCheckout('build', `${file}.png`);
      await visitor.screenshot(path);
      assert.equal(await visitor.overflow(), 0, 'the page is wider than the window');
      return relative(root, path);
    });
  }
}
