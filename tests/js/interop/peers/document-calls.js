// What both generations of the package do by the same calls; the methods are those of peer.js.

/** Documents as `allDocs` of a device tells them. */
export function split(rows, isDeleted) {
  return {
    docs: rows.filter((row) => !isDeleted(row)).map(({ value }) => value),
    deleted: rows.filter(isDeleted).map(({ key }) => key),
  };
}

/**
 * @param {object} package_
 * @param {() => object} package_.db the open database
 * @param {() => string[]} package_.clock its head
 * @param {() => Promise<void>} package_.drain waits until everything that was committed is at the remote
 * @param {() => void} [package_.beforeFile] makes attachments readable
 */
export function documentCalls({ db, clock, drain, beforeFile = () => {} }) {
  return {
    async put({ doc }) {
      const { id } = await db().put(doc);
      await drain();
      return { id, clock: clock() };
    },
    async del({ id }) {
      await db().del(id);
      await drain();
      return { id, clock: clock() };
    },
    get: ({ id }) => db().get(id),
    async changes() {
      const { rows } = await db().changes([]);
      return rows.map(({ key, value }) => ({ key, value }));
    },
    clock: async () => clock(),
    async compact() {
      await db().compact();
      await drain();
    },
    async file({ id, member, name }) {
      beforeFile();
      const file = await (await db().get(id))[member][name].file();
      const base64 = Buffer.from(await file.arrayBuffer()).toString('base64');
      return { base64, type: file.type, size: file.size };
    },
  };
}
