// What the replica server is asked, and a gate with which its CARs are held back.

export class Traffic {
  /** @type {{ method: string, path: string, origin: string | null }[]} */
  #requests = [];
  /** Opens the gate. @type {(() => void) | null} */
  #release = null;
  #gate = Promise.resolve();
  #isFirstCar = false;

  /** For the server: settles when a request may be answered. */
  before = async ({ method, url, headers }) => {
    const path = new URL(url).pathname;
    this.#requests.push({ method, path, origin: headers.get('origin') });
    if (method !== 'GET' || !path.endsWith('.car')) return;
    const isFirst = this.#isFirstCar;
    this.#isFirstCar = false;
    if (!isFirst) await this.#gate;
  };

  /** From now on only one CAR is answered, until `release()`. */
  hold() {
    this.#requests = [];
    this.#isFirstCar = true;
    this.#gate = new Promise((resolve) => (this.#release = resolve));
  }

  release() {
    this.#release?.();
    this.#release = null;
  }

  /** Origins of the pages that asked for something since `hold()`. */
  get origins() {
    return [...new Set(this.#requests.map(({ origin }) => origin))];
  }

  /** Since `hold()`, without CORS preflights. */
  get summary() {
    const gets = this.#requests.filter(({ method }) => method === 'GET');
    const cars = gets.filter(({ path }) => path.endsWith('.car')).length;
    return `${gets.length - cars} for meta, ${cars} for CARs`;
  }
}
