// Thousands of spellings of paths, and of tokens: whatever a client writes, it reaches its own object or none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServer, listen } from '../../../js/server/index.js';
import { MalformedPathError, parseObjectPath } from '../../../js/server/object-key.js';
import { carCid } from './replica.js';

const CID = carCid(Buffer.from('x'));
const DOTS = [
  '.',
  '..',
  '...',
  '%2e',
  '%2e%2e',
  '.%2e',
  '%2E.',
  '%252e%252e',
  '..;',
  '%c0%ae%c0%ae',
  '..%00',
  '．．',
];
const SLASHES = ['/', '//', '\\', '%2f', '%2F', '%5c', '%252f', '/./', '%c0%af', ';/'];
const KINDS = ['data', 'meta', 'file', 'DATA', 'dat%61', 'data.', '.drafts', ''];
const ENDS = [
  `${CID}.car`,
  `${CID.toUpperCase()}.car`,
  `${CID}.car%20`,
  'main.json',
  'main.json.',
  'main.json%00',
  'MAIN.JSON',
  'passwd',
  '',
];
const FOLDERS = ['fp.x', 'fp.x.0.24', 'fp.', 'x', 'FP.x'];

/** Paths that try to leave a folder, name one in other ways, or are nonsense; the right ones among them are `isRight`. */
function spellings() {
  const found = new Set();
  for (const kind of KINDS) {
    for (const folder of FOLDERS) {
      for (const end of ENDS) {
        found.add(`/${kind}/${folder}/${end}`);
        for (const slash of SLASHES) found.add(`/${kind}${slash}${folder}${slash}${end}`);
      }
    }
    for (const dots of DOTS) {
      for (const slash of SLASHES) {
        for (const end of ENDS) {
          found.add(`/${kind}/fp.x${slash}${dots}${slash}${dots}${slash}${end}`);
          found.add(`/${kind}${slash}${dots}${slash}${end}`);
        }
        found.add(`${slash}${dots}${slash}etc/passwd`);
      }
    }
  }
  return [...found];
}

/** Paths that name an object when they are decoded once: exactly these may be answered with more than 400 and 404. */
function isRight(path) {
  let names;
  try {
    names = path.split('/').map(decodeURIComponent);
  } catch {
    return false;
  }
  const [root, kind, folder, file, ...others] = names;
  if (root !== '' || others.length > 0 || path.split('/')[1] !== kind) return false;
  if (kind === 'meta') return folder === 'fp.x.0.24' && file === 'main.json';
  return (
    ['data', 'file'].includes(kind) && /^fp\.x(\.0\.24)?$/.test(folder) && file === `${CID}.car`
  );
}

test('spellings: of thousands of paths, those that name an object are understood, and all others refused', () => {
  const paths = spellings();
  assert.ok(paths.length > 3000, `${paths.length}`);
  let understood = 0;
  for (const path of paths) {
    let key = null;
    try {
      key = parseObjectPath(path);
    } catch (error) {
      assert.ok(error instanceof MalformedPathError, `${path}: ${error}`);
    }
    assert.equal(key !== null, isRight(path), path);
    if (key === null) continue;
    understood += 1;
    // Each is the name of one folder or file, whatever it is joined to.
    for (const name of [key.kind, key.folder, key.file]) assert.match(name, /^[\w%][\w.%]*$/, path);
  }
  assert.ok(understood > 0 && understood < 50, `${understood}`);
});

test('spellings: a token is itself, in the one form that it has', async () => {
  const token = 'The-Token.of~this_test/0123+45==';
  const tokens = [{ token, databases: ['x'], rights: 'write' }];
  const right = [`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token}`, `Bearer ${token}  `];
  const wrong = [
    '',
    'Bearer',
    'Bearer ',
    token,
    `Basic ${token}`,
    `Bearer:${token}`,
    `Bearer=${token}`,
    `Bearer\t${token}`,
    `Bearer "${token}"`,
    `Bearer '${token}'`,
    `Bearer ${token},`,
    `Bearer ${token};`,
    `Bearer ${token} ${token}`,
    `Bearer ${token}, Bearer ${token}`,
    `Bearer x${token}`,
    `Bearer ${token}x`,
    `Bearer ${token}=`,
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token.slice(0, -2)}`,
    `Bearer ${token.slice(1)}`,
    `Bearer ${token.toLowerCase()}`,
    `Bearer ${token.toUpperCase()}`,
    `Bearer ${encodeURIComponent(token)}`,
    `Bearer ${Buffer.from(token).toString('base64')}`,
    `Bearer ${'x'.repeat(8000)}`,
    `Bearer ${token}%00`,
    `Bearer ${token}\u00e9`,
    'Bearer null',
    'Bearer undefined',
    'Bearer *',
    'Bearer ==',
    'Bearer [object Object]',
    'Bearer __proto__',
    'Bearer constructor',
    `Bearer${token}`,
    `Bearer  `,
    `Token ${token}`,
    `Bearer Bearer ${token}`,
  ];
  const store = { open: async () => null, put: async () => ({ outcome: 'created', etag: '"x"' }) };
  const server = await listen(createServer({ store, tokens }));
  try {
    const ask = async (Authorization, path = 'meta/fp.x.0.24/main.json', method = 'PUT') => {
      const body = method === 'PUT' ? '[1]' : undefined;
      return (await fetch(server.url + path, { method, headers: { Authorization }, body })).status;
    };
    for (const text of right) assert.equal(await ask(text), 201, text);
    for (const text of wrong) assert.equal(await ask(text), 401, text);
    for (const name of ['X', 'x ', 'xx', 'x%2Fy', '%2A', 'x.0.24', 'y']) {
      assert.equal(
        await ask(
          right[0],
          `meta/fp.${encodeURIComponent(decodeURIComponent(name))}.0.24/main.json`,
        ),
        403,
        name,
      );
    }
    for (const path of [
      `meta/fp.x.0.24/main.json?token=${token}`,
      `meta/fp.x.0.24/main.json?authorization=Bearer%20x`,
    ]) {
      assert.equal(await ask('', path), 401, 'none in the address');
    }
  } finally {
    await server.close();
  }
});
