/**
 * Further tabs that do what the page of a suite tells them, over a BroadcastChannel. A tab loads a module that ends with
 * `serveOrders({ name: async (parameters) => result })`; the suite opens such tabs with `Tabs.open`.
 */

const CHANNEL = 'orders to tabs';

export class Tabs {
  #channel = new BroadcastChannel(CHANNEL);
  /** Ids of the tabs that have come, in that order. @type {string[]} */
  #ids = [];
  /** Orders that are not answered. @type {Map<string, { resolve: Function, reject: Function }>} */
  #orders = new Map();
  #arrived = () => {};

  constructor() {
    this.#channel.onmessage = ({ data }) => this.#hear(data);
  }

  /**
   * The tabs are closed at the end of the suite.
   *
   * @param {(name: string, parameters?: object) => Promise<unknown>} command of the suite
   * @param {string} module path in the checkout
   * @param {number} count
   */
  static async open(command, module, count) {
    const tabs = new Tabs();
    for (let opened = 1; opened <= count; opened++) {
      const arrived = new Promise((resolve) => (tabs.#arrived = resolve));
      await command('openTab', { module });
      await arrived;
    }
    return tabs;
  }

  /** @param {number} index of the tab, from 0 on */
  ask(index, order, parameters = {}) {
    return new Promise((resolve, reject) => {
      const number = String(Math.random());
      this.#orders.set(number, { resolve, reject });
      this.#channel.postMessage({ to: this.#ids[index], number, order, parameters });
    });
  }

  /** Reloads the page of a tab, and waits until it has come again. @param {number} index */
  async reload(index) {
    const arrived = new Promise((resolve) => (this.#arrived = resolve));
    this.#channel.postMessage({ to: this.#ids[index], order: 'reload' });
    await arrived;
    this.#ids[index] = this.#ids.pop();
  }

  /** Asks several tabs at once. @param {(index: number) => object} parametersOf */
  askAll(order, parametersOf = () => ({}), indices = [...this.#ids.keys()]) {
    return Promise.all(indices.map((index) => this.ask(index, order, parametersOf(index))));
  }

  #hear({ ready, answer, value, error }) {
    if (ready) {
      this.#ids.push(ready);
      this.#arrived();
    }
    const order = this.#orders.get(answer);
    if (!order) return;
    this.#orders.delete(answer);
    if (error) order.reject(Object.assign(new Error(error.message), { code: error.code }));
    else order.resolve(value);
  }
}

/** Carries out what `Tabs.ask` wants of this tab. @param {Record<string, (parameters: any) => unknown>} orders */
export function serveOrders(orders) {
  const channel = new BroadcastChannel(CHANNEL);
  const id = String(Math.random());
  channel.onmessage = async ({ data: { to, number, order, parameters } }) => {
    if (to !== id) return;
    if (order === 'reload') {
      channel.close(); // what is asked from now on is for the page that comes
      location.reload();
      return;
    }
    try {
      channel.postMessage({ answer: number, value: await orders[order](parameters) });
    } catch (error) {
      const { code, message } = error;
      channel.postMessage({ answer: number, error: { code, message: `in a tab: ${message}` } });
    }
  };
  channel.postMessage({ ready: id });
}
