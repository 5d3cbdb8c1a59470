// export, import, diff, repair and snapshot.
import { connect, fireproof } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withReplica } from '../package/devices.js';
import { S3RVER_USER, startS3rver } from '../s3/s3rver.js';
import { Bucket } from '../server/buckets.js';
import { startPlainHost } from '../snapshot/plain-host.js';
import { run, runJson, withCopy, withFolder } from './running.js';

const KEY = '000102030405060708090a0b0c0d0e0f';
const WITH_KEY = ['--key', KEY];

const AWKWARD = [
  { _id: 'bytes', value: new Uint8Array([0, 255, 3]), nested: [{ deep: new Uint8Array(0) }] },
  {
    _id: 'integers',
    large: 2n ** 63n,
    least: -(2n ** 63n),
    safe: 2 ** 53 - 1,
    real: 1e21,
    half: 0.5,
  },
  { _id: 'link', to: { '/': 'bafyreiblui55o25dopc5faol3umsnuohb5carto7tot4kicnkfc37he4h4' } },
  { _id: 'slash', odd: { '/': { bytes: 'no bytes' } }, two: { '/': 1, b: 2 } },
  { _id: 'A/../b c', text: 'ü\n"', nothing: null, yes: true },
  {
    _id: 'files',
    _files: { '../x.bin': new File([new Uint8Array(3000)], 'x', { type: 'image/x' }) },
  },
];

/** Makes a replica of these documents in a folder. */
async function fillPlace(url, documents, { format = '0.24' } = {}) {
  const db = fireproof('moved', {
    format,
    key: format === '0.24' ? KEY : undefined,
    storage: 'memory',
  });
  const connection = connect.rest(db, { url, poll: 0 });
  await db.bulk(documents);
  await connection.synced();
  await db.destroy();
}

for (const format of ['0.24', '0.14']) {
  test(`export and import: ${format}: every value and attachment, by a folder, REST and a store`, () =>
    withReplica(async ({ url, dir }) =>
      withFolder(async (work) => {
        await fillPlace(url, AWKWARD, { format });
        const files = join(work, 'files');
        const out = await run([
          'export',
          dir,
          ...WITH_KEY.slice(0, format === '0.24' ? 2 : 0),
          '--files',
          files,
        ]);
        assert.equal(out.code, 0, out.stderr);
        assert.equal(out.stdout.trim().split('\n').length, AWKWARD.length);
        assert.equal(out.stderr, '');
        const lines = join(work, 'documents.jsonl');
        writeFileSync(lines, out.stdout);

        const key = format === '0.24' ? WITH_KEY : [];
        const database = ['--database', 'again', '--format', format];
        const folder = join(work, 'folder');
        const given = [...key, ...database, '--files', files];
        for (const place of [folder, url, `store:${join(work, 'stores')}`]) {
          const { code, stderr } = await run(['import', lines, place, ...given]);
          assert.equal(code, 0, `${place}: ${stderr}`);
          const again = await run([
            'export',
            place,
            ...key,
            ...database,
            '--files',
            join(work, 'more'),
          ]);
          assert.equal(again.stdout, out.stdout, place);
        }
        assert.deepEqual(await runJson(['diff', folder, url, ...key, ...database]), []);
        const written = readdirSync(join(work, 'more'), { recursive: true });
        assert.deepEqual(written.sort(), readdirSync(files, { recursive: true }).sort());
        assert.ok(written.some((name) => statSync(join(files, name)).size === 3000));
        assert.equal((await run(['verify', folder, ...key, ...database])).code, 0);
      }),
    ));
}

test('import: from standard input into a public database; what cannot be read changes nothing', () =>
  withFolder(async (dir) => {
    const place = [dir, '--database', 'new'];
    const lines = '{"_id":"a","n":1}\n\n{"_id":"b"}\n';
    const refused = await run(['import', '-', ...place], { input: lines });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /--key, or --public/);
    for (const input of [
      '{"_id":"a"}\nno JSON\n',
      '{"_id":"a","_files":{"x":{"file":"../../x"}}}\n',
    ]) {
      const { code, stderr } = await run(['import', '-', ...place, '--public', '--files', dir], {
        input,
      });
      assert.equal(code, 2, stderr);
      assert.ok(!existsSync(join(dir, 'meta')));
    }
    const done = await run(['import', '-', ...place, '--public'], { input: lines });
    assert.equal(done.code, 0, done.stderr);
    assert.equal((await run(['export', ...place])).stdout, lines.replace('\n\n', '\n'));
  }));

test('import and export: an S3 prefix, with credentials of the environment', async () => {
  const { endpoint, stop } = await startS3rver();
  try {
    const { options } = await Bucket.make(endpoint, S3RVER_USER);
    const { accessKeyId, secretAccessKey } = S3RVER_USER;
    const env = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: 'us-east-1',
    };
    const place = [
      `s3://${options.bucket}/some/prefix`,
      '--s3-endpoint',
      endpoint,
      '--database',
      'd',
    ];
    const input = '{"_id":"a","n":1}\n';
    const done = await run(['import', '-', ...place, ...WITH_KEY], { input, env });
    assert.equal(done.code, 0, done.stderr);
    assert.equal((await run(['export', ...place, ...WITH_KEY], { env })).stdout, input);
    assert.equal((await run(['verify', ...place, ...WITH_KEY], { env })).code, 0);
    const { AWS_REGION: _, ...without } = env;
    const refused = await run(['export', ...place], { env: { ...without, AWS_REGION: '' } });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /AWS_REGION/);
  } finally {
    await stop();
  }
});

test('export: from a static host; attachments that are left out are counted', () =>
  withCopy('0.24/h-files', async ({ dir }) => {
    const { url, stop } = await startPlainHost(dir);
    try {
      const { code, stdout, stderr } = await run([
        'export',
        url,
        '--database',
        'demo',
        ...WITH_KEY,
      ]);
      assert.equal(code, 0, stderr);
      assert.ok(
        stdout
          .trim()
          .split('\n')
          .every((line) => JSON.parse(line)._id),
      );
      assert.match(stderr, /\d+ attachments were left out/);
    } finally {
      await stop();
    }
  }));

test('diff: says which documents differ and where they are', () =>
  withCopy('0.24/d-fork/A', ({ dir: first }) =>
    withCopy('0.24/d-fork/B', async ({ dir: second }) => {
      const { code, stdout } = await run(['diff', first, second, ...WITH_KEY, '--json']);
      assert.equal(code, 1);
      const rows = JSON.parse(stdout);
      assert.ok(rows.length > 0);
      for (const { id, in: where } of rows) {
        assert.equal(typeof id, 'string');
        assert.ok(['different', `only ${first}`, `only ${second}`].includes(where), where);
      }
      assert.equal((await run(['diff', first, first, ...WITH_KEY])).code, 0);
    }),
  ));

for (const [name, key] of [
  ['0.24/h-files', WITH_KEY],
  ['0.14/h-files', []],
]) {
  test(`repair: ${name}: lost and damaged CARs, attachments and the meta, from another replica`, () =>
    withCopy(name, ({ dir: whole }) =>
      withCopy(name, async ({ dir, cars, folder, database }) => {
        const format = name.slice(0, 4);
        rmSync(join(folder, cars[0]));
        writeFileSync(join(folder, cars[1]), 'damaged');
        rmSync(join(dir, 'file'), { recursive: true });
        assert.equal((await run(['verify', dir, ...key])).code, 1);
        const { problems, repaired } = await runJson(['repair', dir, whole, ...key]);
        assert.deepEqual(problems, []);
        for (const car of cars.slice(0, 2)) assert.ok(repaired.includes(car.slice(0, -4)), car);
        assert.equal((await run(['verify', dir, ...key])).code, 0);
        assert.equal((await run(['diff', dir, whole, ...key])).code, 0);

        writeFileSync(join(dir, 'meta', `fp.${database}.${format}`, 'main.json'), '{');
        const again = await runJson(['repair', dir, whole, ...key]);
        assert.ok(again.repaired.includes('meta'));
        assert.equal((await run(['diff', dir, whole, ...key])).code, 0);
      }),
    ));
}

test('repair: what is whole nowhere stays a problem, and nothing damaged is copied', () =>
  withCopy('0.24/h-files', ({ dir: other, folder: otherFolder }) =>
    withCopy('0.24/h-files', async ({ dir, cars, folder }) => {
      rmSync(join(folder, cars[0]));
      writeFileSync(join(otherFolder, cars[0]), 'damaged');
      const { code, stdout } = await run(['repair', dir, other, ...WITH_KEY]);
      assert.equal(code, 1);
      assert.match(stdout, new RegExp(cars[0].slice(0, -4)));
      assert.ok(!existsSync(join(folder, cars[0])));
      assert.equal((await run(['repair', `store:${dir}`, other, ...WITH_KEY])).code, 2);
    }),
  ));

test('snapshot: a folder that a static host serves; a later one adds only what is new', () =>
  withReplica(async ({ url, dir }) =>
    withFolder(async (out) => {
      await fillPlace(url, AWKWARD);
      const first = await runJson(['snapshot', dir, out, ...WITH_KEY, '--keep-log']);
      const meta = join(out, 'meta', 'fp.moved.0.24', 'main.json');
      const time = statSync(meta).mtimeMs;
      await fillPlace(url, [{ _id: 'later' }]);
      const later = await runJson([
        'snapshot',
        url,
        out,
        '--database',
        'moved',
        ...WITH_KEY,
        '--keep-log',
      ]);
      assert.equal(later.written, 2); // a CAR and the meta
      assert.notEqual(later.root, first.root);
      assert.ok(Math.floor(statSync(meta).mtimeMs / 1000) > Math.floor(time / 1000));
      const unchanged = await runJson(['snapshot', dir, out, ...WITH_KEY, '--keep-log']);
      assert.equal(unchanged.written, 0);
      assert.deepEqual(await runJson(['diff', dir, out, ...WITH_KEY]), []);

      const compacted = join(out, 'compacted');
      const { root } = await runJson(['snapshot', dir, compacted, ...WITH_KEY, '--no-files']);
      assert.deepEqual(readdirSync(join(compacted, 'data', 'fp.moved')), [`${root}.car`]);
      assert.deepEqual(readdirSync(compacted).sort(), ['data', 'meta']);
      assert.ok(readFileSync(join(compacted, 'data', 'fp.moved', `${root}.car`)).length > 0);
    }),
  ));

test('help, version and arguments that are wrong', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url)));
  const verbs = [
    'inspect',
    'verify',
    'repair',
    'diff',
    'export',
    'import',
    'snapshot',
    'serve',
    'token',
  ];
  assert.equal((await run(['--version'])).stdout, `${version}\n`);
  const whole = (await run(['--help'])).stdout;
  for (const verb of verbs) {
    const { code, stdout } = await run([verb, '--help']);
    assert.equal(code, 0);
    assert.ok(stdout.startsWith(`Usage: fireproof-wasm ${verb}`), stdout);
    assert.ok(whole.includes(`  ${verb} `), verb);
    assert.equal((await run([verb, '--version'])).stdout, `${version}\n`);
  }
  for (const args of [
    ['inspect'],
    ['verify', 'a', 'b'],
    ['diff', 'a'],
    ['inspect', 'a', '--unknown'],
    ['inspect', '/nowhere'],
    ['inspect', 'http://127.0.0.1:1/'],
    ['inspect', 's3:///x', '--database', 'a'],
    ['inspect', '/nowhere', '--database', 'a', '--format', '0.19'],
    ['export', 'ftp://x'],
  ]) {
    const { code, stderr } = await run(args, { env: { AWS_REGION: 'x' } });
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, new RegExp(`^fireproof-wasm ${args[0]}: `));
  }
  const offline = await run([
    'inspect',
    'http://127.0.0.1:1/',
    '--database',
    'a',
    '--format',
    '0.24',
  ]);
  assert.equal(offline.code, 1);
});
