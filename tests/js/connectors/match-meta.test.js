import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formsOf, isSameTag } from '../../../js/connectors/etags.js';
import { matchingMeta } from '../../../js/connectors/match-meta.js';
import { rejects } from '../../browser/assert.js';

const bytes = Uint8Array.of(1);

/**
 * A meta whose remote knows it under ETags that it does not show as they are.
 *
 * @param {{ show?: (tag: string) => string, accepts?: (condition: string, tag: string) => boolean, refusal?: number }}
 *   options `show`: what readers see of an ETag; `accepts`: which conditions hold; `refusal`: status of one that does not
 */
function remote({ show = (tag) => `"${tag}"`, accepts, refusal = 412 } = {}) {
  const holds = accepts ?? ((condition, tag) => condition === `"${tag}"`);
  const meta = { tag: 1, content: 'first' };
  const asked = [];
  const connector = {
    name: 'test',
    async getMeta() {
      asked.push('get');
      const content = new TextEncoder().encode(meta.content);
      return { status: 'found', metas: [content], etag: show(String(meta.tag)) };
    },
    async putMeta({ condition, etag }) {
      asked.push(`put ${etag}`);
      const isRefused = condition === 'absent' || !holds(etag, String(meta.tag));
      if (condition !== 'none' && isRefused) return { status: 'conflict', answered: refusal };
      meta.tag += 1;
      meta.content = `content ${meta.tag}`;
      return { status: 'stored', etag: `"${meta.tag}"` };
    },
  };
  const matching = matchingMeta(connector);
  const put = (etag) => matching.putMeta({ bytes, condition: 'match', etag });
  return { meta, put, matching, take: () => asked.splice(0) };
}

test('match meta: ETags are compared by what they mean', () => {
  const forms = ['"x"', 'W/"x"', '"x-gzip"', 'W/"x-gzip"', '"x--gzip"', '"x;br"', '"x-br"'];
  for (const one of forms) for (const other of forms) assert.ok(isSameTag(one, other));
  assert.ok(!isSameTag('"x"', '"y"'));
  assert.ok(!isSameTag('"x"', '"x-1"'));
  assert.ok(!isSameTag(undefined, undefined));
  assert.ok(!isSameTag('"x"', undefined));
  assert.deepEqual(
    formsOf('W/"x-gzip"').map(({ etag }) => etag),
    ['"x-gzip"', '"x"', 'x-gzip', 'x'],
  );
});

for (const suffix of ['-gzip', '--gzip', ';br']) {
  test(`match meta: an ETag to which ${suffix} was appended on the way is tried without`, async () => {
    const { put, take } = remote({ show: (tag) => `W/"${tag}${suffix}"` });
    assert.equal((await put(`W/"1${suffix}"`)).status, 'stored');
    assert.deepEqual(take(), [`put "1${suffix}"`, 'get', 'put "1"']);
    assert.equal((await put('"2"')).status, 'stored', 'the one of the answer is known as it is');
    assert.deepEqual(take(), ['put "2"']);
  });
}

test('match meta: quotes that are refused are left out, and from then on at once', async () => {
  const { put, take } = remote({ accepts: (condition, tag) => condition === tag });
  assert.equal((await put('"0"')).status, 'conflict');
  assert.deepEqual(take(), ['put "0"', 'get'], 'it has changed: nothing else is tried');
  assert.equal((await put('"1"')).status, 'stored');
  assert.deepEqual(take(), ['put "1"', 'get', 'put 1']);
  assert.equal((await put('"2"')).status, 'stored');
  assert.equal((await put('"2"')).status, 'conflict');
  assert.deepEqual(take(), ['put 2', 'put 2'], 'and a conflict costs no look');
});

test('match meta: where conditions hold as they are, a conflict costs no look', async () => {
  const { put, take } = remote();
  await put('"1"');
  assert.deepEqual(await put('"1"'), { status: 'conflict' });
  assert.deepEqual(take(), ['put "1"', 'put "1"']);
});

test('match meta: a right condition that is refused in every form, three times in a row, is unsupported', async () => {
  const { put, meta } = remote({ accepts: () => false });
  const statuses = [];
  for (const tag of [1, 1, 2, 1, 1, 1]) {
    meta.tag = tag;
    statuses.push((await put('"1"')).status);
  }
  assert.deepEqual(statuses, [...Array(5).fill('conflict'), 'unsupported']);
});

test('match meta: ETags that change from one look to the next are seen through by the bytes', async () => {
  let looks = 0;
  const { put, matching } = remote({ show: () => `"${++looks}x"`, accepts: () => false });
  const statuses = [];
  for (let n = 0; n < 3; n++) statuses.push((await put((await matching.getMeta({})).etag)).status);
  assert.deepEqual(statuses, ['conflict', 'conflict', 'unsupported']);
});

test('match meta: 409 to a right condition is an error that says what it may be', async () => {
  const { put } = remote({ accepts: () => false, refusal: 409 });
  const error = await rejects(put('"1"'), 'conflict');
  assert.equal(error.remote, 'test');
  assert.match(error.message, /folder may be missing/);
});

test('match meta: without a condition nothing is looked at', async () => {
  const { matching, take } = remote();
  assert.equal((await matching.putMeta({ bytes, condition: 'none' })).status, 'stored');
  assert.deepEqual(take(), ['put undefined']);
});
