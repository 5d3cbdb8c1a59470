// What the pages show of bytes and files is what the code makes of the fixtures.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { connect, fireproof } from 'fireproof-wasm';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';
import { MemoryStorage } from '../../../js/storage/memory.js';
import { withReplica } from '../server/replica.js';
import { blockAfter, blocksOf } from './markdown.js';

for (const page of ['docs/format-0.14.md', 'docs/format-0.24.md']) {
  const blocks = blocksOf(page);
  const commands = blocks.flatMap(({ language, content }, index) => {
    const [program, ...args] = content.trim().split(' ');
    if (language !== 'sh' || program !== 'node') return [];
    return [{ args, shown: blocks[index + 1].content }];
  });

  test(`${page}: the worked examples are what decode.mjs prints`, () => {
    assert.equal(commands.length, 3);
    for (const { args, shown } of commands) {
      const printed = execFileSync(process.execPath, args, { cwd: inCheckout(), encoding: 'utf8' });
      assert.equal(printed, shown, args.join(' '));
    }
  });
}

test('docs/architecture.md: the row of the table "blocks" is the one that the engine stores', () => {
  const car = 'bafkreibl77gnq7bchk6z2bzqf2jfdafuoxtlizttwgcpatbsgjbf5jvj3m';
  const shown = blockAfter('docs/architecture.md', `blocks row of 0.14/b-public, ${car}`);
  const dir = inCheckout('tests', 'fixtures', '0.14', 'b-public', 'remote');
  const place = { name: 'architecture', format: '0.14' };
  return withReplica(
    async ({ url }) => {
      const storage = new MemoryStorage(place);
      const db = fireproof('fixture-b', { format: '0.14', public: true, storage });
      await connect.rest(db, { url, mode: 'pull', poll: 0 }).loaded;
      const reader = new MemoryStorage(place);
      await reader.open();
      const [row] = await reader.read([{ table: 'blocks', key: car }]);
      const hex = shown.replace(/ {2,}.*$/gm, '').replace(/\s/g, '');
      assert.equal(Buffer.from(row).toString('hex'), hex);
      await db.destroy();
    },
    { dir },
  );
});

test('docs/storage.md shows the whole test of the memory storage', () => {
  const [shown] = blocksOf('docs/storage.md').filter(({ language }) => language === 'js');
  const file = inCheckout('tests', 'js', 'storage', 'memory.test.js');
  assert.equal(shown.content, readFileSync(file, 'utf8'));
});
