import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { md5 } from '../../../js/connectors/md5.js';
import { randomBytes } from '../../../js/testing/random.js';

test('md5: the test suite of RFC 1321', () => {
  const known = {
    '': 'd41d8cd98f00b204e9800998ecf8427e',
    a: '0cc175b9c0f1b6a831c399e269772661',
    abc: '900150983cd24fb0d6963f7d28e17f72',
    'message digest': 'f96b697d7cb7938d525a2f31aaf161d0',
    abcdefghijklmnopqrstuvwxyz: 'c3fcd3d76192e4007dfb496cca67e13b',
  };
  for (const [text, digest] of Object.entries(known))
    assert.equal(md5(new TextEncoder().encode(text)), digest);
});

test('md5: every length around the edges of a block, and views, as Node has it', () => {
  const bytes = randomBytes(2000, 1);
  for (let length = 0; length < 200; length++) {
    const view = bytes.subarray(length, 2 * length);
    assert.equal(md5(view), createHash('md5').update(view).digest('hex'), `${length} bytes`);
  }
});
