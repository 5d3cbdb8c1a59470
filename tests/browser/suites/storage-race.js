/**
 * Makes commits in competition with others: each appends one name to the list in the record.
 *
 * @param {import('../../../js/storage/block-storage.js').BlockStorage} storage
 * @param {string} id begins the names
 * @param {number} count of commits that succeed
 */
export async function commitInTurn(storage, id, count) {
  for (let made = 0; made < count;) {
    const { version, record } = await storage.readRecord();
    const key = `${id}-${made}`;
    const names = record ? JSON.parse(new TextDecoder().decode(record)) : [];
    const next = new TextEncoder().encode(JSON.stringify([...names, key]));
    const put = [{ table: 'events', key, bytes: new TextEncoder().encode(key) }];
    if (await storage.commit({ version, record: next, put })) made += 1;
  }
}
