import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';
import { checkIntegrity, peerFolder } from '../../../scripts/setup/peer-packages.mjs';

const manifest = inCheckout('scripts', 'setup', 'peer-packages.json');
const peers = JSON.parse(readFileSync(manifest, 'utf8'));

test('a tarball with other bytes than the manifest pins is refused by name', () => {
  const bytes = Buffer.from('a tarball');
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  checkIntegrity(bytes, { package: 'a@1', integrity });
  assert.throws(
    () => checkIntegrity(Buffer.from('another'), { package: 'a@1', integrity }),
    /of a@1/,
  );
});

test('every pinned package is unpacked, in the version that it says', () => {
  for (const peer of peers) {
    const folder = peerFolder(peer.folder);
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    assert.equal(`${name}@${version}`, peer.package);
    for (const file of peer.files) assert.ok(existsSync(join(folder, file)));
  }
});
