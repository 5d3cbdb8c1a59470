import { element } from '../shared/element.js';

/**
 * One todo in the list. Events: `change`, `detail` is the new members; `delete`.
 */
export class TodoItem extends EventTarget {
  /** The element of the list. */
  element = element('li');
  #todo;
  #tick = element('input', {
    type: 'checkbox',
    change: ({ target }) => this.#tell('change', { done: target.checked }),
  });
  #text = element('span', { class: 'text' });
  #editButton = button('Edit', () => this.#edit());
  #deleteButton = button('Delete', () => this.#tell('delete'));

  /** @param {import('./todos.js').Todo} todo */
  constructor(todo) {
    super();
    const label = element('label', {}, this.#tick, this.#text);
    this.element.append(label, this.#editButton, this.#deleteButton);
    this.show(todo);
  }

  /** @param {import('./todos.js').Todo} todo */
  show(todo) {
    this.#todo = todo;
    this.#tick.checked = todo.done;
    this.#text.textContent = todo.text;
    this.element.classList.toggle('done', todo.done);
    this.#editButton.setAttribute('aria-label', `Edit “${todo.text}”`);
    this.#deleteButton.setAttribute('aria-label', `Delete “${todo.text}”`);
  }

  focus() {
    this.#tick.focus();
  }

  /** Puts a field in the place of the text, until Enter, Escape, or the focus leaves it. */
  #edit() {
    const before = [...this.element.children];
    const field = element('input', { 'aria-label': 'Text', maxlength: 500 });
    field.value = this.#todo.text;
    let isLeft = false; // the field going away takes the focus from it
    const leave = ({ keeps }) => {
      if (isLeft) return;
      isLeft = true;
      this.element.replaceChildren(...before);
      const text = field.value.trim();
      if (keeps && text !== '' && text !== this.#todo.text) this.#tell('change', { text });
    };
    field.addEventListener('keydown', (event) => {
      if (event.isComposing || !['Enter', 'Escape'].includes(event.key)) return;
      event.preventDefault(); // else Enter goes on to the button
      leave({ keeps: event.key === 'Enter' });
      this.#editButton.focus();
    });
    field.addEventListener('blur', () => leave({ keeps: true }));
    this.element.replaceChildren(field);
    field.focus();
    field.select();
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function button(text, click) {
  return element('button', { type: 'button', class: 'quiet', click }, text);
}
