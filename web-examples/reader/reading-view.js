import { Details } from './details.js';
import { byId, copyButton, element } from '../shared/element.js';
import { badgeOf, explain } from './explanations.js';
import { figuresOf, progressOf } from './figures.js';
import { count, duration } from '../shared/quantities.js';
import { DocumentTable } from './table.js';

/** Milliseconds without a key press after which a filter is applied. */
const PAUSE_OF_TYPING = 120;

/**
 * What there is to see of an open database. Events: `filter` (`detail` is the prefix), `refresh`,
 * `remove` (delete the local copy), `leave` (`detail` is the field of the form to be corrected).
 */
export class ReadingView extends EventTarget {
  #section = byId('reading');
  #table = new DocumentTable(byId('scroller'), byId('documents'));
  #details = new Details(byId('details'));
  /** @type {import('./session.js').State | null} */
  #shown = null;
  #explained = '';
  #fraction = 0;

  constructor() {
    super();
    let timer;
    byId('prefix').addEventListener('input', ({ target }) => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#tell('filter', target.value), PAUSE_OF_TYPING);
    });
    byId('refresh').addEventListener('click', () => this.#tell('refresh'));
    byId('remove').addEventListener('click', () => this.#tell('remove'));
    this.#table.addEventListener('open', ({ detail }) => {
      this.#showDocument(detail);
      this.#details.focus();
    });
    this.#table.addEventListener('move', ({ detail }) => {
      if (this.#details.id !== null) this.#showDocument(detail);
    });
    this.#details.addEventListener('close', () => this.#table.focus());
  }

  hide() {
    this.#section.hidden = true;
    byId('badge').hidden = true;
    this.#shown = null;
    this.#explained = '';
    this.#fraction = 0;
    this.#details.show(null);
    byId('prefix').value = '';
    byId('scroller').scrollTop = 0;
  }

  /** @param {import('./session.js').State} state */
  render(state) {
    const before = this.#shown;
    this.#shown = state;
    if (!before) this.#renderAddress(state);
    this.#renderBadge(state);
    this.#renderProgress(state);
    this.#renderExplanation(state);
    byId('content').hidden = state.rows.length === 0;
    renderFigures(state);
    if (before?.clock !== state.clock) renderHead(state.clock);
    if (before?.found !== state.found) this.#renderRows(state);
    announce(state);
  }

  #renderAddress({ address }) {
    this.#section.hidden = false;
    byId('name').textContent = address.database;
    byId('format').textContent = `Fireproof ${address.format}`;
    byId('url').textContent = address.url;
  }

  #renderBadge(state) {
    const { tone, text } = badgeOf(state);
    byId('badge').hidden = false;
    byId('badge').dataset.tone = tone;
    byId('badge').textContent = text;
  }

  #renderProgress({ status, progress, failure, loaded, rows }) {
    const isWaiting = status.state === 'connecting' && rows.length === 0;
    const isPulling = status.state === 'pulling' && !loaded;
    byId('progress').hidden = Boolean(failure) || !(isWaiting || isPulling);
    if (!progress) return;
    const { text, fraction } = progressOf(progress);
    byId('progress-text').textContent = text;
    this.#fraction = Math.max(this.#fraction, fraction ?? 0); // more CARs may turn up: never back
    if (fraction === null) byId('progress-bar').removeAttribute('value');
    else byId('progress-bar').value = this.#fraction;
  }

  #renderExplanation(state) {
    const explanation = explain(state);
    if (JSON.stringify(explanation) === this.#explained) return; // keeps the focus where it is
    this.#explained = JSON.stringify(explanation);
    byId('explanation').hidden = explanation === null;
    if (!explanation) return;
    const { tone, title, text, code, message, isAboutKey } = explanation;
    byId('explanation').dataset.tone = tone;
    byId('explanation').replaceChildren(
      element(
        'div',
        {},
        element('h2', {}, title, ...(code ? [' ', element('code', {}, code)] : [])),
        element('p', {}, text),
        message ? element('p', { class: 'message' }, message) : null,
      ),
      element('p', { class: 'actions' }, ...this.#actions(isAboutKey)),
    );
  }

  #actions(isAboutKey) {
    const button = (text, click) => element('button', { type: 'button', click }, text);
    const change = (field) => () => this.#tell('leave', field);
    if (isAboutKey) return [button('Change the key', change('key'))];
    return [
      button('Try again', () => this.#tell('refresh')),
      button('Change the address', change('url')),
    ];
  }

  #renderRows({ rows, found }) {
    this.#table.show(
      found.rows,
      rows.map(({ value }) => value),
    );
    const isFiltered = found.prefix !== '';
    byId('found').textContent = isFiltered
      ? `${count(found.rows.length)} of ${count(rows.length)} in ${duration(found.milliseconds)}`
      : `${count(rows.length)}, in key order`;
    byId('no-match').hidden = !isFiltered || found.rows.length > 0;
    byId('no-match').textContent = `No id starts with “${found.prefix}”.`;
    if (this.#details.id !== null) this.#showDocument(this.#details.id);
  }

  #showDocument(id) {
    this.#details.show(this.#shown.rows.find(({ key }) => key === id)?.value ?? null);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function renderFigures(state) {
  const figures = figuresOf(state).map(({ name, label, value, note }) =>
    element(
      'div',
      { 'data-figure': name },
      element('dt', {}, label),
      element('dd', { class: 'value' }, value),
      element('dd', { class: 'note' }, note),
    ),
  );
  byId('figures').replaceChildren(...figures);
}

function renderHead(clock) {
  const heads = clock.map((cid) =>
    element('li', {}, element('code', {}, cid), copyButton(cid, `Copy the CID ${cid}`)),
  );
  byId('head').replaceChildren(...heads);
}

/** Says what matters to who does not see the page; the same thing is not said again. */
function announce(state) {
  const explanation = explain(state);
  const documents = `${count(state.rows.length)} documents`;
  const from = state.source === 'device' ? 'from this browser' : 'from the network';
  let text = `Opening ${state.address.database}`;
  if (state.rows.length > 0) text = `${documents} ${from}. ${badgeOf(state).text}.`;
  if (explanation) text = `${explanation.title}. ${explanation.text}`;
  const { prefix, rows } = state.found;
  if (prefix !== '') text = `${count(rows.length)} documents start with ${prefix}.`;
  if (byId('announcer').textContent !== text) byId('announcer').textContent = text;
}
