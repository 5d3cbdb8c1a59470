import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { difference } from './compare.js';
import { CASES, stopPeers, withCrew } from './crew.js';
import { randomOf } from './histories/random.js';
import { fileTag } from './tags.js';

after(stopPeers);

/** Bytes that do not compress and do not repeat, the same in every run. */
function bytesOf(seed, size) {
  const random = randomOf(seed);
  return Uint8Array.from({ length: size }, () => random.below(256));
}

const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const textOf = (seed, size) => base64(bytesOf(seed, size)).slice(0, size);

for (const { title, ...kind } of CASES) {
  test(`${title}: a bulk of 1.5 MB, and documents of 300 KB`, () =>
    withCrew(kind, async ({ ours, peer, reader, options, agree }) => {
      await ours.open(options);
      await ours.bulk(
        Array.from({ length: 150 }, (_, n) => ({ _id: `bulk-${n}`, text: textOf(n, 10_000) })),
      );
      for (const n of [1, 2]) await ours.put({ _id: `large-${n}`, text: textOf(n, 300_000) });
      await ours.publish();
      await peer.open(options);
      await agree(peer);
      await peer.put({ _id: 'large-3', text: textOf(3, 300_000) });
      await peer.put({ _id: 'large-1', text: textOf(4, 300_000) });
      await peer.publish();
      await ours.pull();
      await agree(ours);
      await reader.open(options);
      await agree(reader);
    }));
}

/**
 * In 0.14 each put has the hash of the new root shard in its event. In one flat shard of 10,000 ids that is half a
 * megabyte a put, a minute in all for us and longer for the package; with 100 beginnings of 64 units, which the format
 * keeps in shards of their own, it is seconds.
 */
function numberedId(format, n) {
  return format === '0.14' ? `${String(n % 100).padEnd(64, '-')}${n}` : `doc-${n}`;
}

const encrypted = CASES.filter(({ isPublic }) => !isPublic);

for (const { title, ...kind } of encrypted) {
  test(`${title}: 10,000 documents`, () =>
    withCrew(kind, async ({ ours, peer, options, agree }) => {
      await ours.open(options);
      const docs = Array.from({ length: 10_000 }, (_, n) => ({
        _id: numberedId(ours.format, n),
        n,
      }));
      for (let at = 0; at < docs.length; at += 1000) await ours.bulk(docs.slice(at, at + 1000));
      await ours.publish();
      await peer.open(options);
      assert.equal(difference(await peer.allDocs(), { docs, deleted: [] }), null);
      await peer.put({ ...docs[5000], n: 'theirs' });
      await peer.publish();
      await ours.pull();
      assert.equal((await agree(ours)).docs.length, 10_000);
    }));
}

/** Sizes around 0.14's chunks of 1 MiB, which 0.24 does not have. */
const FILE_SIZES = [0, 5, 1_048_576, 1_048_577, 2_500_000];

const fileDocument = (id, seed) => ({
  _id: id,
  _files: Object.fromEntries(
    FILE_SIZES.map((size) => [
      `${size}.bin`,
      fileTag(bytesOf(seed + size, size), `${size}.bin`, 'application/octet-stream'),
    ]),
  ),
});

async function checkFiles(device, id, seed) {
  for (const size of FILE_SIZES) {
    const file = await device.file(id, '_files', `${size}.bin`);
    assert.equal(file.size, size, `${device}: ${id}/${size}.bin`);
    assert.ok(file.base64 === base64(bytesOf(seed + size, size)), `${device}: ${id}/${size}.bin`);
    assert.equal(file.type, 'application/octet-stream');
  }
}

for (const { title, ...kind } of CASES) {
  test(`${title}: attachments both ways`, () =>
    withCrew(kind, async ({ ours, peer, options, agree }) => {
      await ours.open(options);
      await ours.put(fileDocument('ours', 1));
      await ours.publish();
      await peer.open(options);
      await checkFiles(peer, 'ours', 1);
      await peer.put(fileDocument('theirs', 2));
      await peer.publish();
      await ours.pull();
      await agree(ours);
      await checkFiles(ours, 'theirs', 2);
    }));
}
