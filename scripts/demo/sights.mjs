// What there is to see of an open database.
import assert from 'node:assert/strict';
import { takePictures } from './pictures.mjs';

export async function seeDocuments(witness, visitor, { expected }) {
  await witness.see('documents', async () => {
    const documents = await visitor.documents(expected.docs.length);
    const byId = (a, b) => (a._id < b._id ? -1 : 1);
    assert.deepEqual(documents.sort(byId), [...expected.docs].sort(byId));
    return `${documents.length}, all equal to what the JavaScript package reports`;
  });
  await witness.see('head', async () => {
    const head = await visitor.head();
    assert.deepEqual(head, expected.clock);
    return head.join(', ');
  });
}

/** @param {{ first: string, pulled: string }} notes that two of the numbers must have */
export async function seeFigures(witness, visitor, notes) {
  for (const name of ['cars', 'pulled', 'opened', 'first', 'list']) {
    await witness.see(`figure "${name}"`, async () => {
      const { value, note } = await visitor.figure(name);
      assert.ok(note.startsWith(notes[name] ?? ''), `${value}, ${note}`);
      return `${value}, ${note}`;
    });
  }
}

export async function seeTable(witness, visitor, { expected }) {
  const ids = expected.docs.map(({ _id }) => _id).sort();
  await witness.see('table', async () => {
    await visitor.focus('#documents');
    await visitor.press('End');
    const last = await visitor.reads(
      'tr[aria-selected=true] td:first-child',
      RegExp(`^${ids.at(-1)}$`),
    );
    const elements = await visitor.count('#documents tr[id]');
    assert.ok(elements < 100, `${elements} rows have elements`);
    return `the End key leads to ${last}; ${elements} of ${ids.length} rows have elements`;
  });
  await witness.see('details', async () => {
    await visitor.press('Home');
    await visitor.press('Enter');
    const json = await visitor.reads('#details pre', RegExp(`"_id": "${ids[0]}"`));
    await visitor.press('Escape');
    return json;
  });
  await witness.see('filter', async () => {
    const prefix = ids[123].slice(0, -1);
    const wanted = ids.filter((id) => id.startsWith(prefix));
    await visitor.type('#prefix', prefix);
    const found = await visitor.documents(wanted.length);
    assert.deepEqual(
      found.map(({ _id }) => _id),
      wanted,
    );
    const note = await visitor.reads('#found', / of /);
    await visitor.type('#prefix', '');
    await visitor.documents(ids.length);
    return `ids from "${prefix}": ${note}`;
  });
  await witness.see('controls without a name', async () => {
    assert.deepEqual(await visitor.namelessControls(), []);
    return 'none';
  });
}

export async function takeScreenshots(witness, visitor) {
  await visitor.focus('#documents');
  for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'Enter']) await visitor.press(key);
  await takePictures(witness, visitor, 'demo');
  await visitor.resize(1280, 900);
  await visitor.press('Escape');
}
