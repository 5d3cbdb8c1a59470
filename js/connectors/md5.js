/** MD5 (RFC 1321), which browsers do not offer: S3 gives it as ETag of what it stored. It proves nothing against an attacker. */

const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];

const SINES = Int32Array.from({ length: 64 }, (_, n) => Math.abs(Math.sin(n + 1)) * 2 ** 32);

/** Which word of a block each of the 64 steps takes. */
const WORDS = Uint8Array.from({ length: 64 }, (_, n) => {
  const round = n >> 4;
  return [n, 5 * n + 1, 3 * n + 5, 7 * n][round] & 15;
});

/**
 * @param {Uint8Array} bytes
 * @returns {string} 32 hexadecimal digits
 */
export function md5(bytes) {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  const whole = bytes.length & ~63;
  const words = new Int32Array(16);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < whole; at += 64) addBlock(state, view, at, words);
  const end = padding(bytes.subarray(whole), bytes.length);
  for (let at = 0; at < end.byteLength; at += 64) addBlock(state, end, at, words);
  const digest = new DataView(new ArrayBuffer(16));
  state.forEach((word, n) => digest.setInt32(4 * n, word, true));
  return Array.from({ length: 16 }, (_, n) =>
    digest.getUint8(n).toString(16).padStart(2, '0'),
  ).join('');
}

/** The rest of the bytes, a one, zeros, and the length in bits. */
function padding(rest, length) {
  const end = new Uint8Array(rest.length < 56 ? 64 : 128);
  end.set(rest);
  end[rest.length] = 0x80;
  const view = new DataView(end.buffer);
  view.setUint32(end.length - 8, (length << 3) >>> 0, true);
  view.setUint32(end.length - 4, Math.floor(length / 2 ** 29), true);
  return view;
}

/**
 * @param {Int32Array} state of four words, changed
 * @param {DataView} view
 * @param {number} offset of the block, 64 bytes
 * @param {Int32Array} words room for its words
 */
function addBlock(state, view, offset, words) {
  for (let n = 0; n < 16; n++) words[n] = view.getInt32(offset + 4 * n, true);
  let [a, b, c, d] = state;
  for (let n = 0; n < 64; n++) {
    const round = n >> 4;
    let mixed;
    if (round === 0) mixed = (b & c) | (~b & d);
    else if (round === 1) mixed = (b & d) | (c & ~d);
    else if (round === 2) mixed = b ^ c ^ d;
    else mixed = c ^ (b | ~d);
    const sum = (a + mixed + SINES[n] + words[WORDS[n]]) | 0;
    const shift = SHIFTS[round][n & 3];
    [a, d, c] = [d, c, b];
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}
