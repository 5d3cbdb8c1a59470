import { element } from '../shared/element.js';

/** The documents of a device, and who won where both devices wrote at once. */
export class DocumentsView {
  #device;
  #onEdit;
  #list = element('ul', { class: 'documents' });
  #empty = element('p', { class: 'empty muted' }, 'No documents yet.');
  #title;

  /**
   * @param {import('./device.js').Device} device
   * @param {(document: object) => void} onEdit
   */
  constructor(device, onEdit) {
    this.#device = device;
    this.#onEdit = onEdit;
    const id = `documents-${device.name}`;
    this.#title = element('h3', { id });
    this.element = element(
      'section',
      { 'aria-labelledby': id },
      this.#title,
      this.#empty,
      this.#list,
    );
  }

  show() {
    const { documents, rivals } = this.#device.picture;
    const ids = new Set(documents.map(({ _id }) => _id));
    const deleted = [...rivals.keys()].filter((id) => !ids.has(id));
    const gone = deleted.map((_id) => ({ _id, _deleted: true }));
    this.#title.textContent = `Documents (${documents.length})`;
    this.#empty.hidden = documents.length + gone.length > 0;
    const focused = this.#list.contains(document.activeElement) && document.activeElement.dataset;
    this.#list.replaceChildren(
      ...[...documents, ...gone].map((each) => this.#row(each, rivals.get(each._id) ?? [])),
    );
    if (focused) this.#refocus(focused.control);
  }

  #row(each, rivals) {
    const { _id: id, _deleted: isDeleted, text, by } = each;
    const row = element('li', { 'data-id': id }, element('span', { class: 'id' }, id));
    const said = isDeleted ? element('i', { class: 'muted' }, 'deleted') : text;
    row.append(element('span', { class: 'text' }, said));
    if (by)
      row.append(
        element('span', { class: 'by', 'data-by': by, title: `written by device ${by}` }, by),
      );
    if (!isDeleted) {
      row.append(
        this.#button('Edit', id, () => this.#onEdit(each)),
        this.#button('Delete', id, () => this.#device.delete(id).catch(() => {})), // told as a failure
      );
    }
    const lost = rivals.filter((rival) => !isSame(rival, each));
    if (lost.length > 0) row.append(element('p', { class: 'verdict' }, verdict(each, lost)));
    return row;
  }

  #button(text, id, click) {
    return element(
      'button',
      {
        type: 'button',
        class: 'quiet',
        click,
        'data-control': `${text} ${id}`,
        'aria-label': `${text} ${id} on device ${this.#device.name}`,
      },
      text,
    );
  }

  /** Keeps the focus where it was, or on the neighbour of what is gone. */
  #refocus(control) {
    const buttons = [...this.#list.querySelectorAll('button')];
    const same = buttons.find((button) => button.dataset.control === control);
    (same ?? buttons[0] ?? this.#title).focus();
  }
}

const isSame = (a, b) => a.text === b.text && a.by === b.by && a._deleted === b._deleted;

function verdict({ _deleted: isDeleted, by }, lost) {
  const others = lost.map((rival) => {
    if (rival._deleted) return 'a deletion';
    return rival.text === null ? 'another text' : `“${rival.text}” of device ${rival.by}`;
  });
  const winner = isDeleted ? 'The deletion' : `Device ${by}`;
  return `Written at once: ${winner} won over ${others.join(' and ')}.`;
}
