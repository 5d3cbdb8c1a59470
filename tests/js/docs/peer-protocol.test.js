// The worked example of the protocol's page, read by an implementation of its own: from the page alone, with the
// cryptography of Node and another DAG-CBOR.
import { decode } from '@ipld/dag-cbor';
import assert from 'node:assert/strict';
import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';

const KEY = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');

const page = readFileSync(inCheckout('docs/peer-protocol.md'), 'utf8');
const frames = /```hex\n([^`]*)```/
  .exec(page)[1]
  .trim()
  .split('\n')
  .map((line) => ({ from: line[0], bytes: Buffer.from(line.slice(2), 'hex') }));

const hmac = (key, ...parts) => {
  const made = createHmac('sha256', key);
  for (const part of parts) made.update(part);
  return made.digest();
};
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

/** Opens the sealed frames of one side, in their order. */
function opener(key) {
  let number = 0n;
  return (sealed) => {
    const iv = Buffer.alloc(12);
    iv.writeBigUInt64LE(number++, 4);
    const decipher = createDecipheriv('aes-256-gcm', key, iv);
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  };
}

test('the frames of the worked example can be made sense of with the page alone', () => {
  const plain = frames.filter(({ bytes }) => bytes[0] === 0);
  const said = plain.map(({ from, bytes }) => ({ from, ...decode(bytes.subarray(1)) }));
  assert.deepEqual(
    said.map(({ from, type }) => `${from} ${type}`),
    ['a hello', 'b hello', 'b proof', 'a proof'],
  );
  const secret = hmac(KEY, 'fireproof-wasm peers/1 encrypted 0.24');
  const meeting = [0, 1].map((index) => sha256(plain[index].bytes.subarray(1)));
  const engines = { a: said[0].engine, b: said[1].engine };
  for (const { from, proof } of said.slice(2))
    assert.deepEqual(Buffer.from(proof), hmac(secret, 'proof ', engines[from], ...meeting));
  const open = {};
  for (const side of ['a', 'b'])
    open[side] = opener(hmac(secret, 'frames ', engines[side], ...meeting));
  const sealed = frames.filter(({ bytes }) => bytes[0] === 1);
  const messages = sealed.map(({ from, bytes }) => ({
    from,
    ...decode(open[from](bytes.subarray(1))),
  }));
  const text = (bytes) => Buffer.from(bytes).toString();
  const [held, meta, want, chunk, ephemeral, bye] = messages;
  assert.deepEqual(
    messages.map(({ from, type }) => `${from} ${type}`),
    ['a held', 'a meta', 'b want', 'a chunk', 'b ephemeral', 'b bye'],
  );
  assert.deepEqual(
    held.clock.map((event) => event.multihash.digest.length),
    [32],
  );
  assert.deepEqual([text(meta.record), meta.settled, meta.cars], ['[]', true, []]);
  assert.deepEqual(Buffer.from(want.car.multihash.digest), sha256('a CAR'));
  assert.deepEqual([want.kind, chunk.id], ['data', want.id]);
  assert.deepEqual([text(chunk.bytes), chunk.last], ['a CAR', true]);
  assert.deepEqual(JSON.parse(text(ephemeral.value)), { x: 1 });
  assert.equal(bye.code, 'closed');
});
