// What the page shows when a database cannot be opened.
import assert from 'node:assert/strict';
import { listen } from '../../dist/server.js';
import { Visitor } from './visitor.mjs';

/** Hex digits that are the key of none of the replicas. */
const wrongKey = { 0.24: 'f'.repeat(32), 0.14: 'f'.repeat(64) };

const codeOfWrongKey = { 0.24: 'key-missing', 0.14: 'key-mismatch' };

export async function seeWrongKey(witness, context, replica, { pageUrl, replicaUrl }) {
  const { title, format, database, key } = replica;
  const code = codeOfWrongKey[format];
  const visitor = await Visitor.arrive(context, pageUrl);
  console.log(`\n${title} with a wrong key`);
  await witness.see('failure', async () => {
    await visitor.openByForm({ format, database, key: wrongKey[format], url: replicaUrl });
    return visitor.reads('#explanation h2', RegExp(`${code}$`));
  });
  await witness.see('message', () => visitor.reads('#explanation .message'));
  await witness.see('connection', () => visitor.reads('#badge', /^Failed$/));
  await witness.see('corrected', async () => {
    await visitor.click('#explanation button');
    await visitor.openByForm({ format, database, key, url: replicaUrl });
    const documents = await visitor.documents(replica.expected.docs.length);
    return `${documents.length} documents with the right key`;
  });
  await witness.see('copy removed', async () => {
    visitor.accept();
    await visitor.click('#remove');
    await visitor.reads('#start-title');
    assert.deepEqual(await visitor.storedDatabases(), []);
    return 'no database is left in IndexedDB';
  });
}

export async function seeUnreachable(witness, context, { format, database, key }, { pageUrl }) {
  const visitor = await Visitor.arrive(context, pageUrl);
  console.log('\nA server that is not there');
  await witness.see('failure', async () => {
    await visitor.openByForm({ format, database, key, url: await unusedUrl() });
    return visitor.reads('#explanation h2', /offline$/);
  });
  await witness.see('connection', () => visitor.reads('#badge', /gone/));
}

/** An address of this machine where nothing listens. */
async function unusedUrl() {
  const { url, close } = await listen({ fetch: () => new Response() });
  await close();
  return url;
}
