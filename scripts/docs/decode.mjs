#!/usr/bin/env node
// Takes a stored object of either format apart, for the worked examples of docs/format-0.14.md and docs/format-0.24.md:
//
//   node scripts/docs/decode.mjs FILE [--key HEX]
//
// FILE is a CAR, whose name is its CID, or a meta record of 0.24. Every hash is checked; CIDs are shortened. Offset and
// size are those of a block's data, in decimal bytes, in the plain CAR (0.24) or in the stored one (0.14).
import { createDecipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { parseCid, readCid, readVarint, shortened } from './cid.mjs';
import { decode, show } from './dag-cbor.mjs';

const dagCborCodec = 0x71;
const sealedBlockCodec = 0x300539;

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const hex = (bytes) => Buffer.from(bytes).toString('hex');

function check(condition, what) {
  if (!condition) throw new Error(what);
}

function row(offset, size, name, content) {
  console.log(`${String(offset).padStart(6)} ${String(size).padStart(5)}  ${name}  ${content}`);
}

/** AES-GCM with the tag behind the ciphertext. Throws if the tag does not fit. */
function decrypt(key, iv, sealed) {
  const decipher = createDecipheriv(`aes-${key.length * 8}-gcm`, key, iv);
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
}

function contentOf(cid, data) {
  check(sha256(data).equals(cid.digest), `${cid.text} does not match its data`);
  if (cid.codec === sealedBlockCodec) return 'encrypted';
  return cid.codec === dagCborCodec ? show(decode(data)) : `${data.length} bytes`;
}

/** What is inside an encrypted block of 0.14. */
function unsealed(cid, data, key) {
  const plain = decrypt(key, data.subarray(0, 12), data.subarray(12));
  const inner = readCid(plain.subarray(4));
  check(plain.readUInt32LE(0) === inner.size, `${cid.text}: the length of the CID inside`);
  return `seals ${shortened(inner)}  ${contentOf(inner, plain.subarray(4 + inner.size))}`;
}

function showCar(car, key) {
  const header = readVarint(car, 0);
  let at = header.end + header.value;
  row(header.end, header.value, 'header       ', show(decode(car.subarray(header.end, at))));
  while (at < car.length) {
    const section = readVarint(car, at);
    at = section.end + section.value;
    const cid = readCid(car.subarray(section.end, at));
    const start = section.end + cid.size;
    const data = car.subarray(start, at);
    let content = contentOf(cid, data);
    if (cid.codec === sealedBlockCodec && key) content = unsealed(cid, data, key);
    row(start, data.length, shortened(cid), content);
  }
}

/** The plain CAR in the envelope of an encrypted CAR of 0.24. */
function openEnvelope(stored, name, key) {
  check(key, 'this CAR is encrypted: give its --key');
  const envelope = decode(stored);
  const iv = Buffer.alloc(12);
  [0x12, 0x20, ...name.digest].forEach((byte, index) => (iv[index % 12] ^= byte));
  check(iv.equals(envelope.get('iv')), 'the IV does not follow from the name');
  check(sha256(key).equals(envelope.get('keyId')), 'sealed with another key');
  console.log(`envelope: iv ${hex(iv)}, keyId ${hex(envelope.get('keyId'))}`);
  return decrypt(key, iv, envelope.get('data'));
}

function showStoredCar(stored, name, key) {
  console.log(`CAR ${name.text}, ${stored.length} bytes`);
  const isEnvelope = stored[0] === 0xa3;
  const car = isEnvelope ? openEnvelope(stored, name, key) : stored;
  check(sha256(car).equals(name.digest), 'the CAR does not match its name');
  console.log('offset  size');
  showCar(car, key);
}

function showMeta(entries) {
  for (const { cid, parents, data } of entries) {
    const block = Buffer.from(data.slice(1), 'base64');
    check(sha256(block).equals(parseCid(cid).digest), `${cid} does not match its data`);
    console.log(`entry ${cid}, parents [${parents.join(', ')}]`);
    const event = decode(block);
    const text = Buffer.from(event.get('data').get('dbMeta')).toString();
    event.get('data').set('dbMeta', '(below)');
    console.log(`event  ${show(event)}\ndbMeta ${text}`);
  }
}

const options = { key: { type: 'string' } };
const { values, positionals } = parseArgs({ allowPositionals: true, options });
const [file] = positionals;
const stored = readFileSync(file);
if (file.endsWith('.json')) {
  showMeta(JSON.parse(stored.toString()));
} else {
  const key = values.key && Buffer.from(values.key, 'hex');
  showStoredCar(stored, parseCid(basename(file, '.car')), key);
}
