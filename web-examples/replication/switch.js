import { element } from '../shared/element.js';

let made = 0;

/**
 * A labelled switch.
 *
 * @param {string} text
 * @param {string} name for those who hear it without what is around it
 * @param {(isOn: boolean) => void} change
 * @returns {{ element: HTMLElement, set(isOn: boolean): void }}
 */
export function makeSwitch(text, name, change) {
  const id = `switch-${++made}`;
  const box = element('input', { type: 'checkbox', role: 'switch', id, 'aria-label': name });
  box.addEventListener('change', () => change(box.checked));
  return {
    element: element('label', { class: 'switch', for: id }, box, element('span', {}, text)),
    set: (isOn) => (box.checked = isOn),
  };
}
