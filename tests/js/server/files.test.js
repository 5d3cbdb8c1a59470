// The folder belongs to its owner: what other programs change in it is seen at the next request.
import assert from 'node:assert/strict';
import {
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownFiles } from '../../../js/server/known-files.js';
import { carCid, withReplica } from './replica.js';

const META = 'meta/fp.notes.0.24/main.json';

test('files: a meta that another program replaces or rewrites is read anew, with another tag', () =>
  withReplica(async ({ url, dir }) => {
    mkdirSync(join(dir, 'meta', 'fp.notes.0.24'), { recursive: true });
    const path = join(dir, META);
    const read = async () => {
      const answer = await fetch(url + META);
      return [answer.headers.get('etag'), await answer.text()];
    };
    const tags = new Set();
    const write = [
      (text) => writeFileSync(path, text),
      (text) => {
        writeFileSync(`${path}.new`, text);
        renameSync(`${path}.new`, path);
      },
      (text) => {
        // The same size and the time of the old one, as `rsync --times` leaves it.
        const { atime, mtime } = statSync(path);
        writeFileSync(path, text);
        utimesSync(path, atime, mtime);
      },
    ];
    for (let round = 0; round < 30; round++) {
      const text = `[${String(round).padStart(3, '0')}]`;
      write[round === 0 ? 0 : round % 3](text);
      const [tag, found] = await read();
      assert.equal(found, text, `round ${round}`);
      tags.add(tag);
      // Long enough, in some rounds, for what was read to be kept.
      if (round % 7 === 0) await sleep(150);
      assert.deepEqual(await read(), [tag, text]);
      const headers = { 'If-None-Match': tag };
      assert.equal((await fetch(url + META, { headers })).status, 304);
    }
    assert.equal(tags.size, 30);
    rmSync(path);
    assert.equal((await fetch(url + META)).status, 404);
  }));

test('files: a large CAR that loses its end while it is read breaks off, and the server lives on', () =>
  withReplica(async ({ url, dir }) => {
    const car = Buffer.alloc(8_000_000, 3);
    const path = `data/fp.x/${carCid(car)}.car`;
    await fetch(url + path, { method: 'PUT', body: car });
    const answer = await fetch(url + path);
    truncateSync(join(dir, path), 7_000_000);
    await assert.rejects(answer.arrayBuffer());
    assert.equal((await fetch(url + path)).headers.get('content-length'), '7000000');
  }));

test('files: what is kept is bounded, least lately used files first, and nothing that has just changed', () => {
  const known = new KnownFiles();
  const state = (ctimeMs = 0) => ({ dev: 1, ino: 1, size: 65_536, mtimeMs: 0, ctimeMs });
  const file = { etag: '"x"', bytes: new Uint8Array(65_536) };
  known.keep('new', state(Date.now()), file);
  assert.equal(known.get('new', state(Date.now())), null);
  for (let index = 0; index < 600; index++) {
    known.keep(`f${index}`, state(), file);
    known.get('f0', state());
  }
  const kept = Array.from({ length: 600 }, (_, index) => known.get(`f${index}`, state()) !== null);
  const count = kept.filter(Boolean).length;
  assert.ok(count > 500 && count * 66_048 <= 32 * 1024 * 1024, `${count} files`);
  assert.deepEqual([kept[0], kept[1], kept[599]], [true, false, true]);
  assert.equal(known.get('f599', { ...state(), mtimeMs: 1 }), null, 'it has changed');
  assert.equal(known.get('f599', state()), null, 'and is forgotten');
});
