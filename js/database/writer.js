import { writeCall } from './write-call.js';

/** Writes documents. Writes are carried out in the order in which they were called. */
export class Writer {
  #session;
  #format;
  /** Settles when every write before has been handed to the engine. @type {Promise<unknown>} */
  #before = Promise.resolve();

  /**
   * @param {import('./session.js').Session} session
   * @param {'0.24' | '0.14'} format
   */
  constructor(session, format) {
    this.#session = session;
    this.#format = format;
  }

  /**
   * One commit. The documents are taken as they are when this is called.
   *
   * @param {object[]} documents
   * @param {{ bulk: boolean }} options
   * @returns {Promise<{ ids: string[], clock: string[] }>} when it is durable in local storage
   */
  async write(documents, { bulk }) {
    const { parameters, contents } = writeCall(documents, { format: this.#format, bulk });
    const reading = Promise.all(contents.map((content) => content.bytes()));
    const before = this.#before;
    this.#before = Promise.allSettled([before, reading]);
    const [blobs] = await Promise.all([reading, before]);
    return this.#session.call('write', parameters, blobs);
  }
}
