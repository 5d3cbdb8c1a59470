import { element } from '../shared/element.js';
import { bytes, counted } from '../shared/quantities.js';
import { makeSwitch } from './switch.js';

const TITLES = { rest: 'REST', s3: 'S3' };

const TONES = {
  connecting: 'busy',
  idle: 'good',
  pulling: 'busy',
  pushing: 'busy',
  offline: 'warning',
  paused: 'calm',
  closed: 'calm',
  unauthorized: 'bad',
  error: 'bad',
};

const size = ({ cars, bytes: number }) => `${counted(cars, 'CAR')}, ${bytes(number)}`;

/** One connection of a device, live. */
export class ConnectionView {
  #link;
  #state = element('p', { class: 'badge' });
  #error = element('p', { class: 'error' });
  #values = {};
  #bars = {};
  #cut;
  #slow;

  /**
   * @param {import('./device.js').Device} device
   * @param {import('./device.js').Link} link
   */
  constructor(device, link) {
    this.#link = link;
    const title = TITLES[link.kind];
    const name = `${title} of device ${device.name}`;
    this.#cut = makeSwitch('Cut', `Cut the network to ${name}`, (isCut) =>
      device.setCut(link, isCut),
    );
    this.#slow = makeSwitch('Slow', `Slow network to ${name}`, (isSlow) => {
      link.wire.isSlow = isSlow;
    });
    for (const direction of ['push', 'pull']) this.#bars[direction] = makeBar(direction, name);
    this.element = element(
      'section',
      { class: 'connection', 'aria-label': name, 'data-kind': link.kind },
      element('header', {}, element('h3', {}, title), this.#state),
      element('div', { class: 'switches' }, this.#cut.element, this.#slow.element),
      this.#bars.push.element,
      this.#bars.pull.element,
      this.#list(),
      this.#error,
    );
    const { connection } = link;
    connection.addEventListener('status', () => this.show());
    connection.addEventListener('progress', ({ detail }) =>
      this.#bars[detail.direction].show(detail),
    );
    device.addEventListener('cut', () => this.show());
    // The time until the next attempt goes by without events.
    setInterval(() => this.#showWait(), 1000);
    this.show();
  }

  show() {
    const { wire, connection } = this.#link;
    const { state, safe, conditional, parked, pending, lastError } = connection.status;
    this.element.classList.toggle('is-cut', wire.isCut);
    this.#cut.set(wire.isCut);
    this.#slow.set(wire.isSlow);
    this.#state.dataset.tone = TONES[state];
    put(this.#state, state);
    this.#say('safe', safe ? 'yes' : 'not yet', safe ? 'good' : 'warning');
    this.#say('pending', pending.cars === 0 ? 'empty' : size(pending));
    this.#say('conditional', conditional, conditional === 'ignored' ? 'warning' : undefined);
    this.#say('parked', parked.length === 0 ? 'none' : counted(parked.length, 'attachment'));
    this.#showWait();
    this.#error.hidden = lastError === null;
    put(this.#error, lastError ? `${lastError.code}: ${lastError.message}` : '');
  }

  #list() {
    const names = { safe: 'safe', pending: 'queue', conditional: 'conditional', parked: 'parked' };
    const list = element('dl', {});
    for (const [name, term] of Object.entries({ ...names, retryAt: 'retries' })) {
      this.#values[name] = element('dd', { 'data-status': name });
      list.append(element('div', {}, element('dt', {}, term), this.#values[name]));
    }
    return list;
  }

  #showWait() {
    const { retryAt } = this.#link.connection.status;
    const seconds = retryAt === null ? null : Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
    this.#say('retryAt', seconds === null ? 'no need' : `in ${seconds} s`);
  }

  #say(name, text, tone) {
    const value = this.#values[name];
    put(value, text);
    if (tone) value.dataset.tone = tone;
    else delete value.dataset.tone;
  }
}

function put(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** The progress of one direction; without news it shows the last transfer. */
function makeBar(direction, name) {
  const verb = { push: 'Push', pull: 'Pull' }[direction];
  const bar = element('progress', { max: 1, value: 0, 'aria-label': `${verb} of ${name}` });
  const text = element('span', { class: 'amount' }, 'nothing yet');
  return {
    element: element(
      'div',
      { class: 'bar-row', 'data-direction': direction },
      element('span', {}, verb),
      bar,
      text,
    ),
    show({ cars, totalCars, bytes: done, totalBytes }) {
      if (totalCars === 0) return; // a round that found nothing to transfer
      bar.max = totalBytes || totalCars || 1;
      bar.value = totalBytes ? done : cars;
      text.textContent = `${cars} of ${counted(totalCars, 'CAR')}, ${bytes(done)}`;
    },
  };
}
