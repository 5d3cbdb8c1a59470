import { FORMATS } from './address.js';
import { byId, element } from '../shared/element.js';
import { bytes, counted } from '../shared/quantities.js';

/**
 * @typedef {object} Preset a replica that the server of this page knows, from presets.json
 * @property {string} title
 * @property {string} format
 * @property {string} database
 * @property {string} key
 * @property {string} url
 * @property {number} documents
 * @property {number} cars
 * @property {number} bytes
 */

/**
 * The form with which a database is opened. Event: `open`, `detail` is `{ format, database, key,
 * url }`.
 */
export class StartView extends EventTarget {
  #section = byId('start');
  #form = byId('open');

  constructor() {
    super();
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.dispatchEvent(new CustomEvent('open', { detail: this.#values() }));
    });
    this.#offerPresets();
  }

  /**
   * @param {object} [values] of the form, by field
   * @param {string} [field] that is to be looked at
   */
  show(values, field) {
    this.#section.hidden = false;
    if (values) this.#fill(values);
    if (field) this.#form.elements[field].select();
  }

  hide() {
    this.#section.hidden = true;
  }

  #values() {
    const values = Object.fromEntries(new FormData(this.#form).entries());
    for (const [name, value] of Object.entries(values)) values[name] = value.trim();
    return { ...values, url: new URL(values.url).href };
  }

  #fill(values) {
    for (const name of ['format', 'database', 'key', 'url']) {
      this.#form.elements[name].value = values[name] ?? '';
    }
    if (!FORMATS.includes(values.format)) this.#form.elements.format.value = FORMATS[0];
  }

  async #offerPresets() {
    const answer = await fetch('presets.json').catch(() => null);
    if (!answer?.ok) return; // served without replicas
    const presets = await answer.json();
    byId('presets').hidden = false;
    byId('presets').append(...presets.map((preset) => this.#presetButton(preset)));
  }

  /** @param {Preset} preset */
  #presetButton(preset) {
    const choose = () => {
      this.#fill(preset);
      byId('submit').focus();
    };
    const { title, documents, cars, bytes: size } = preset;
    return element(
      'button',
      { type: 'button', class: 'preset', click: choose },
      element('strong', {}, `${title}, ${counted(documents, 'document')}`),
      element('span', {}, `Encrypted · ${counted(cars, 'CAR')} · ${bytes(size)}`),
    );
  }
}
