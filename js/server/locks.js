/** Runs the tasks of one name one after the other. */
export class Locks {
  /** @type {Map<string, Promise<unknown>>} */
  #last = new Map();

  /**
   * @template T
   * @param {string} name
   * @param {() => Promise<T>} task
   * @returns {Promise<T>} what the task gives, once those before it have ended
   */
  async run(name, task) {
    const mine = (this.#last.get(name) ?? Promise.resolve()).then(task, task);
    this.#last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}
