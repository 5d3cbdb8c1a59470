import { writeCall } from './write-call.js';

/** Writes documents. Writes are carried out in the order in which they were called. */
export class Writer {
  #session;
  #format;
  /** Settles when every write before has been handed to the engine. @type {Promise<unknown>} */
  #before = Promise.resolve();
  /** Settles when every write before has ended. @type {Promise<unknown>} */
  #idle = Promise.resolve();

  /**
   * @param {import('./session.js').Session} session
   * @param {'0.24' | '0.14'} format
   */
  constructor(session, format) {
    this.#session = session;
    this.#format = format;
  }

  /** Settles when every write that was called has ended, well or not. */
  get idle() {
    return this.#idle;
  }

  /**
   * One commit. The documents are taken as they are when this is called.
   *
   * @param {object[]} documents
   * @param {{ bulk: boolean }} options
   * @returns {Promise<{ ids: string[], clock: string[] }>} when it is durable in local storage
   */
  write(...call) {
    const written = this.#write(...call);
    this.#idle = Promise.allSettled([this.#idle, written]);
    return written;
  }

  async #write(documents, { bulk }) {
    this.#session.checkOpen();
    const { parameters, contents } = writeCall(documents, { format: this.#format, bulk });
    const reading = Promise.all(contents.map((content) => content.bytes()));
    const before = this.#before;
    this.#before = Promise.allSettled([before, reading]);
    const [blobs] = await Promise.all([reading, before]);
    return this.#session.write(parameters, blobs);
  }
}
