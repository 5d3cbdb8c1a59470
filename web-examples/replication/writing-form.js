import { element } from '../shared/element.js';

/** Writes a document. */
export class WritingForm {
  #id;
  #text;

  /** @param {import('./device.js').Device} device */
  constructor(device) {
    const { name } = device;
    this.#id = field({ placeholder: 'What', 'aria-label': `Id of a document on device ${name}` });
    this.#text = field({ placeholder: 'Its text', 'aria-label': `Its text on device ${name}` });
    this.element = element(
      'form',
      { class: 'writing', autocomplete: 'off' },
      this.#id,
      this.#text,
      element('button', { class: 'primary', 'aria-label': `Write on device ${name}` }, 'Write'),
    );
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      device.write(this.#id.value.trim(), this.#text.value.trim()).catch(() => {}); // told as a failure
      this.#text.value = '';
      this.#text.focus();
    });
  }

  /** Puts a document into the form. */
  edit({ _id: id, text }) {
    this.#id.value = id;
    this.#text.value = text;
    this.#text.focus();
    this.#text.select();
  }
}

const field = (attributes) =>
  element('input', { required: true, maxlength: 80, pattern: '.*\\S.*', ...attributes });
