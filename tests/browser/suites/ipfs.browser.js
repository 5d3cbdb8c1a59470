import { equal } from '../assert.js';

export const browsers = ['chromium', 'firefox', 'webkit'];

/** From a page to a real IPFS node at another origin, and to our server that keeps the meta. */
export default async function ({ test, command }) {
  const { connect, fireproof } = await import(new URL('/dist/browser.js', location.href).href);
  const { rpc, gateway } = await command('startIpfs');
  const url = await command('startReplica');
  const key = '0f'.repeat(16);
  const content = new Uint8Array(700_000).map((_, index) => index % 253);
  const ids = async (db) => (await db.allDocs()).rows.map((row) => row.key);

  test('ipfs: a page stores blocks by the RPC, another one reads them by the gateway', async () => {
    const writer = fireproof('ipfs-page', { key, storage: 'memory' });
    await writer.put({ _id: 'a', n: 1 });
    await writer.put({ _id: 'b', _files: { 'b.bin': content } });
    const meta = () => new connect.rest({ url });
    await connect.ipfs(writer, { rpc, meta: meta(), poll: 0 }).synced();
    await writer.destroy();

    const reader = fireproof('ipfs-page', { key, storage: 'memory' });
    await connect.ipfs(reader, { gateway, meta: meta(), poll: 0 }).loaded;
    equal(await ids(reader), ['a', 'b']);
    const file = await (await reader.get('b'))._files['b.bin'].file();
    equal(new Uint8Array(await file.arrayBuffer()), content);
    await reader.destroy();
  });
}
