import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DocumentEncoder } from '../../../js/database/document-encoder.js';

const FORMATS = ['0.24', '0.14'];

/** What becomes of one document with the id x. */
function encode(format, document) {
  const encoder = new DocumentEncoder(format);
  encoder.add('x', document);
  const [doc] = JSON.parse(JSON.stringify(encoder.docs));
  return { doc, patches: encoder.patches, contents: encoder.contents };
}

const stored = (format, value) => encode(format, { v: value }).doc.v;

const patchOf = (format, value) => encode(format, { v: value }).patches;

function refuses(format, document, message) {
  assert.throws(
    () => encode(format, document),
    (error) => {
      assert.equal(error.code, 'invalid-document');
      assert.match(error.message, message);
      return true;
    },
  );
}

for (const format of FORMATS) {
  describe(`documents of ${format}`, () => {
    test('JSON values stay as they are', () => {
      const value = { a: [1, -1.5, 1e21, 2 ** 53, 'ü', '', true, false, null, {}, []] };
      assert.deepEqual(stored(format, value), value);
      assert.deepEqual(encode(format, { v: value }).patches, []);
    });

    test('minus zero is zero, as in JSON', () => assert.ok(Object.is(stored(format, -0), 0)));

    test('lone surrogates become U+FFFD, in texts and in names', () => {
      assert.deepEqual(stored(format, { 'a\ud800': 'b\udc00' }), { 'a\ufffd': 'b\ufffd' });
      refuses(format, { 'a\ud800': 1, 'a\udbff': 2 }, /member "a\ufffd" has the name of another/);
    });

    test('bytes are patches', () => {
      const bytes = new Uint8Array([0, 1, 255]);
      assert.equal(stored(format, bytes), null);
      assert.deepEqual(patchOf(format, bytes), [{ path: [0, 'v'], bytes: 'AAH/' }]);
      assert.deepEqual(patchOf(format, [Buffer.from('ab')]), [
        { path: [0, 'v', 0], bytes: 'YWI=' },
      ]);
    });

    test('long bytes are one patch', () => {
      const bytes = new Uint8Array(100_001).fill(7);
      const [{ bytes: text }] = patchOf(format, bytes);
      assert.deepEqual(new Uint8Array(Buffer.from(text, 'base64')), bytes);
    });

    test('a BigInt is a patch, up to 64 bits and a sign', () => {
      const largest = 2n ** 64n - 1n;
      assert.deepEqual(patchOf(format, 5n), [{ path: [0, 'v'], bigint: '5' }]);
      assert.deepEqual(patchOf(format, largest), [{ path: [0, 'v'], bigint: String(largest) }]);
      assert.deepEqual(patchOf(format, -(2n ** 64n)), [
        { path: [0, 'v'], bigint: '-18446744073709551616' },
      ]);
      refuses(
        format,
        { v: 2n ** 64n },
        /document "x": member "v" is a BigInt of more than 64 bits/,
      );
      refuses(format, { v: -(2n ** 64n) - 1n }, /BigInt/);
    });

    test('a CID object is a link, as is what reading gives for one', () => {
      const bytes = new Uint8Array([1, 113, 18, 32]);
      const cid = { '/': bytes, bytes, toString: () => 'bafycid' };
      Object.defineProperty(cid, 'toString', { enumerable: false });
      assert.deepEqual(stored(format, cid), { '/': 'bafycid' });
      assert.deepEqual(stored(format, { '/': 'bafycid' }), { '/': 'bafycid' });
    });

    test('objects without prototype and of classes are their own members', () => {
      class Point {
        x = 1;
        get length() {
          return 1;
        }
      }
      assert.deepEqual(stored(format, new Point()), { x: 1 });
      assert.deepEqual(stored(format, Object.assign(Object.create(null), { a: 1 })), { a: 1 });
      assert.deepEqual(stored(format, { [Symbol('s')]: 1, b: 2 }), { b: 2 });
    });

    test('a member named __proto__ is a member', () => {
      const { v } = encode(format, { v: JSON.parse('{"__proto__":{"a":1}}') }).doc;
      assert.deepEqual(Object.entries(v), [['__proto__', { a: 1 }]]);
    });

    for (const [what, value, message] of [
      ['Infinity', Infinity, 'is Infinity'],
      ['-Infinity', -Infinity, 'is -Infinity'],
      ['a function', () => 1, 'is a function'],
      ['a symbol', Symbol('s'), 'is a symbol'],
      ['undefined in a list', [1, undefined], 'is undefined'],
      ['a hole in a list', [, 1], 'is undefined'], // eslint-disable-line no-sparse-arrays
      ['NaN in a list', [NaN], 'is NaN'],
    ]) {
      test(`${what} is refused`, () => refuses(format, { v: value }, new RegExp(message)));
    }

    test('the message names the document and the member', () => {
      refuses(
        format,
        { a: { b: [0, 1, [NaN]] } },
        /^document "x": member "a\.b\[2\]\[0\]" is NaN$/,
      );
    });

    test('a document that contains itself is refused, one of 998 levels is not', () => {
      const circle = {};
      circle.circle = circle;
      refuses(format, circle, /"circle\.circle\..*…" is nested deeper than 998 levels/);
      let deep = 1;
      for (let level = 1; level < 998; level++) deep = { deep };
      assert.equal(encode(format, { deep }).patches.length, 0);
      refuses(format, { deep: { deep } }, /nested deeper/);
    });

    test('new attachments are patches with their contents beside the call, stored ones are data', async () => {
      const entry = { cid: { '/': 'bafyfile' }, size: 3, type: 'text/plain' };
      Object.defineProperty(entry, 'file', { value: () => {}, enumerable: false });
      const { doc, patches, contents } = encode(format, {
        _files: {
          'a.txt': new File(['abc'], 'other', { type: 'text/plain', lastModified: 5 }),
          b: new Blob(['b'], { type: 'image/png' }),
          old: entry,
        },
        _publicFiles: { c: new Uint8Array([1]), foreign: { ...entry, file: () => {} } },
      });
      assert.deepEqual(doc._files, { 'a.txt': null, b: null, old: { ...entry } });
      assert.deepEqual(doc._publicFiles, { c: null, foreign: { ...entry } });
      assert.deepEqual(patches, [
        { path: [0, '_files', 'a.txt'], file: { blob: 0, type: 'text/plain', lastModified: 5 } },
        { path: [0, '_files', 'b'], file: { blob: 1, type: 'image/png' } },
        { path: [0, '_publicFiles', 'c'], file: { blob: 2, type: '' } },
      ]);
      const bytes = await Promise.all(contents.map((content) => content.bytes()));
      assert.deepEqual(bytes.map(String), ['97,98,99', '98', '1']);
    });

    test('an attachment that is neither a content nor data is refused', () => {
      refuses(format, { _files: { a: undefined } }, /member "_files\.a" is undefined/);
      refuses(format, { _files: { a: () => {} } }, /member "_files\.a" is a function/);
    });

    test('nothing of the document is changed, and changes to it later do not matter', () => {
      const document = Object.freeze({ _id: 'x', list: [1], bytes: new Uint8Array([1]), n: 5n });
      const { doc, patches } = encode(format, document);
      document.list.push(NaN);
      document.bytes[0] = 9;
      assert.deepEqual(doc, { _id: 'x', list: [1], bytes: null, n: null });
      assert.equal(patches[0].bytes, 'AQ==');
    });
  });
}

describe('what 0.24 cleans up', () => {
  test('undefined and NaN members are left out at any depth', () => {
    assert.deepEqual(stored('0.24', { a: undefined, b: NaN, c: [{ d: undefined }] }), { c: [{}] });
    assert.deepEqual(encode('0.24', { gone: undefined, nan: NaN }).doc, { _id: 'x' });
  });

  test('a Date is its ISO text, in lists too', () => {
    assert.deepEqual(stored('0.24', [new Date(5)]), ['1970-01-01T00:00:00.005Z']);
    refuses('0.24', { v: new Date(NaN) }, /is an invalid Date/);
  });

  test('other objects are the members that they have', () => {
    const buffer = new Uint8Array([1, 2]).buffer;
    for (const empty of [new Map([['a', 1]]), new Set([1]), /a/, new Error('e'), buffer])
      assert.deepEqual(stored('0.24', empty), {});
    assert.deepEqual(stored('0.24', new Float32Array([1, 2])), { 0: 1, 1: 2 });
  });

  test('what is in a member whose name begins with _ is stored strictly', () => {
    assert.deepEqual(encode('0.24', { _x: { m: new Map([['a', 1]]) } }).doc._x, { m: { a: 1 } });
    assert.deepEqual(encode('0.24', { _x: undefined, _y: NaN }).doc, { _id: 'x' });
    refuses('0.24', { _x: { d: undefined } }, /"_x\.d" is undefined/);
    refuses('0.24', { _x: new Date(5) }, /"_x" is of type Date/);
    refuses('0.24', { o: { _x: { d: NaN } } }, /"o\._x\.d" is NaN/);
  });
});

describe('what 0.14 stores strictly', () => {
  for (const [what, value, message] of [
    ['undefined', undefined, 'is undefined'],
    ['NaN', NaN, 'is NaN'],
    ['a Date', new Date(5), 'is of type Date'],
    ['a Set', new Set(), 'is of type Set'],
    ['a RegExp', /a/, 'is of type RegExp'],
    ['an Error', new Error('e'), 'is of type Error'],
    ['a Map with other keys', new Map([[1, 2]]), 'is a Map with keys that are no texts'],
  ]) {
    test(`${what} is refused`, () => refuses('0.14', { v: value }, new RegExp(`"v" ${message}`)));
  }

  test('a Map is its members', () => {
    assert.deepEqual(stored('0.14', new Map([['a', new Map([['b', 1]])]])), { a: { b: 1 } });
  });

  test('buffers and typed arrays are the bytes of their memory', () => {
    const bytesOf = (value) => Buffer.from(patchOf('0.14', value)[0].bytes, 'base64').join();
    assert.equal(bytesOf(new Uint8Array([1, 2]).buffer), '1,2');
    assert.equal(bytesOf(new Uint16Array([1, 2, 3]).subarray(1)), '2,0,3,0');
    assert.equal(bytesOf(new DataView(new ArrayBuffer(2))), '0,0');
  });
});
