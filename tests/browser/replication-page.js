import { ok, until } from './assert.js';

/** Milliseconds that anything on the page may take. */
const PATIENCE = 45_000;

/** The replication page of web-examples/ in a frame of the suite's page: what there is to do and to see. */
export class ReplicationPage {
  #frame = document.createElement('iframe');

  /** Loads it, anew if it is there. */
  async open() {
    const loaded = new Promise((resolve) => (this.#frame.onload = resolve));
    Object.assign(this.#frame, { width: 1200, height: 900 });
    this.#frame.src = '/web-examples/replication/index.html';
    if (this.#frame.isConnected) this.#frame.contentWindow.location.reload();
    else document.body.append(this.#frame);
    await loaded;
    await until(() => this.#all('.device').length === 2, 'there are two devices', PATIENCE);
  }

  close() {
    this.#frame.remove();
  }

  click(selector) {
    this.#one(selector).click();
  }

  clickAll(selector) {
    for (const each of this.#all(selector)) each.click();
  }

  /** Writes with the form, and waits until the device lists it. */
  async write(device, id, text) {
    const form = this.#one(`[data-device=${device}] form`);
    const [idField, textField] = form.querySelectorAll('input');
    idField.value = id;
    textField.value = text;
    form.querySelector('button').click();
    await until(() => this.documents(device)[id] === text, `${device} lists ${id}`, PATIENCE);
  }

  /** Texts by id. */
  documents(device) {
    const items = this.#all(`[data-device=${device}] .documents li:has(button)`);
    return Object.fromEntries(
      items.map((item) => [item.dataset.id, item.querySelector('.text').textContent]),
    );
  }

  /** Waits until a device lists these documents. */
  sees(device, wanted) {
    const text = JSON.stringify(sorted(wanted));
    const isThere = () => JSON.stringify(sorted(this.documents(device))) === text;
    return until(isThere, `${device} has ${text}`, PATIENCE);
  }

  /** Waits until the summary says so. */
  async badge(pattern) {
    const { textContent } = this.#one('#badge');
    const isThere = () => pattern.test(this.#one('#badge').textContent);
    await until(isThere, `the badge says ${pattern}, it said ${textContent}`, PATIENCE);
  }

  /** @param {'rest' | 's3'} kind */
  state(device, kind) {
    return this.#one(`[data-device=${device}] [data-kind=${kind}] .badge`).textContent;
  }

  /** A line of the status. @param {'safe' | 'queue' | 'conditional'} name */
  status(device, kind, name) {
    const terms = this.#all(`[data-device=${device}] [data-kind=${kind}] dt`);
    return terms.find(({ textContent }) => textContent === name).nextElementSibling.textContent;
  }

  /** CIDs of the events that are marked as heads. */
  heads(device) {
    const items = this.#all(`[data-device=${device}] .events li:has([data-head])`);
    return items.map((item) => item.dataset.cid).sort();
  }

  verdict(device, id) {
    return this.#one(`[data-device=${device}] [data-id=${id}] .verdict`).textContent;
  }

  /** What is drawn; `here` counts nodes of events that were written on the device. */
  graph(device) {
    const count = (what) => this.#all(`[data-device=${device}] svg ${what}`).length;
    return {
      drawn: {
        nodes: count('[data-cid]'),
        edges: count('path'),
        here: count('[data-cid].here'),
      },
      halos: count('.halo'),
    };
  }

  #all(selector) {
    return [...this.#frame.contentDocument.querySelectorAll(selector)];
  }

  #one(selector) {
    const element = this.#frame.contentDocument.querySelector(selector);
    ok(element, `there is no ${selector}`);
    return element;
  }
}

const sorted = (object) => Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
