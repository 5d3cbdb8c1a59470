import { copyButton, element } from '../shared/element.js';
import { jsonText, jsonView } from './json-view.js';
import { bytes } from '../shared/quantities.js';

/** Members of a document that hold attachments. */
const FILE_MEMBERS = ['_files', '_publicFiles'];

/** One document beside the table. Event: `close`, when the user closes it. */
export class Details extends EventTarget {
  #panel;
  /** @type {object | null} */
  #document = null;

  /** @param {HTMLElement} panel empty */
  constructor(panel) {
    super();
    this.#panel = panel;
    panel.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.#leave();
    });
  }

  /** Id of the document that is shown, or null. */
  get id() {
    return this.#document && this.#document._id;
  }

  /** @param {object | null} document null: shows nothing */
  show(document) {
    if (document === this.#document) return;
    this.#document = document;
    this.#panel.hidden = document === null;
    if (document) this.#panel.replaceChildren(...this.#contentOf(document));
    this.#panel.scrollTop = 0;
  }

  focus() {
    this.#panel.querySelector('h3').focus();
  }

  #contentOf(document) {
    const close = element(
      'button',
      { type: 'button', class: 'quiet', click: () => this.#leave() },
      'Close',
    );
    return [
      element(
        'header',
        {},
        element('h3', { tabindex: '-1' }, document._id),
        copyButton(jsonText(document), 'Copy the document as JSON'),
        close,
      ),
      ...attachmentsOf(document),
      jsonView(document),
    ];
  }

  #leave() {
    this.show(null);
    this.dispatchEvent(new Event('close'));
  }
}

function attachmentsOf(document) {
  const files = FILE_MEMBERS.flatMap((member) => Object.entries(document[member] ?? {}));
  if (files.length === 0) return [];
  return [element('ul', { class: 'attachments' }, ...files.map(attachment))];
}

function attachment([name, entry]) {
  const note = element(
    'span',
    { class: 'muted' },
    ` ${bytes(entry.size)}, ${entry.type || 'no type'} `,
  );
  const save = async () => {
    try {
      const url = URL.createObjectURL(await entry.file());
      element('a', { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      note.textContent = ` ${error.message} (${error.code}) `;
    }
  };
  const button = element('button', { type: 'button', class: 'quiet', click: save }, 'Save');
  return element('li', {}, name, note, button);
}
