import { columnsOf, partsOf, textOf } from './columns.js';
import { element } from '../shared/element.js';

/** Rows that are kept above and below those in sight. */
const MARGIN = 10;

/** Parts of a list that a cell shows. */
const MOST_PARTS = 6;

/**
 * A table of documents that has elements only for the rows in sight, so that its length does not
 * matter. All rows are as high as the style's `--row-height`.
 *
 * One tab stop: the arrow keys, Page Up and Down, Home and End move through the rows, Enter opens
 * one.
 *
 * Events: `open`, `detail` is the document id; `move`, likewise, when another row becomes the
 * current one.
 */
export class DocumentTable extends EventTarget {
  #scroller;
  #table;
  #columns = [];
  /** @type {{ key: string, value: object }[]} */
  #rows = [];
  /** The elements of the rows that exist, by index. @type {Map<number, HTMLElement>} */
  #elements = new Map();
  #current = 0;
  #colgroup = element('colgroup');
  #head = element('thead');
  #body = element('tbody');
  #before = element('td');
  #after = element('td');

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLTableElement} table inside it, empty
   */
  constructor(scroller, table) {
    super();
    this.#scroller = scroller;
    this.#table = table;
    const spacer = (cell) =>
      element('tbody', { class: 'spacer', 'aria-hidden': 'true' }, element('tr', {}, cell));
    table.append(this.#colgroup, this.#head, spacer(this.#before), this.#body, spacer(this.#after));
    scroller.addEventListener('scroll', () => this.#draw(), { passive: true });
    new ResizeObserver(() => this.#draw()).observe(scroller);
    table.addEventListener('keydown', (event) => this.#press(event));
    this.#body.addEventListener('click', ({ target }) => {
      const row = target.closest('tr');
      if (row) this.#open(Number(row.dataset.index));
    });
  }

  /**
   * @param {{ key: string, value: object }[]} rows
   * @param {object[]} documents that decide on the columns; of them `rows` are a part
   */
  show(rows, documents) {
    const key = this.#rows[this.#current]?.key;
    this.#rows = rows;
    this.#current = Math.max(
      0,
      rows.findIndex((row) => row.key === key),
    );
    this.#setColumns(columnsOf(documents));
    this.#table.setAttribute('aria-rowcount', String(rows.length + 1));
    this.#elements.clear();
    this.#body.replaceChildren();
    this.#draw();
  }

  focus() {
    this.#table.focus();
  }

  #setColumns(columns) {
    if (JSON.stringify(columns) === JSON.stringify(this.#columns)) return;
    this.#columns = columns;
    const width = ({ width: digits }) => `calc(${digits}ch + var(--cell-padding) * 2)`;
    // The last column takes what is left.
    const widths = columns.slice(0, -1).map((column) => `width: ${width(column)}`);
    this.#colgroup.replaceChildren(...[...widths, null].map((style) => element('col', { style })));
    this.#table.style.minWidth = `calc(${columns.map(width).join(' + ')})`;
    const cells = columns.map(({ name, isNumeric }) =>
      element('th', { scope: 'col', class: isNumeric && 'numeric' }, name),
    );
    this.#head.replaceChildren(element('tr', { 'aria-rowindex': 1 }, ...cells));
    for (const cell of [this.#before, this.#after]) cell.colSpan = columns.length;
  }

  /** Makes the rows in sight, and drops those far out of it. */
  #draw() {
    const height = this.#rowHeight();
    const { scrollTop, clientHeight } = this.#scroller;
    const first = Math.max(0, Math.floor(scrollTop / height) - MARGIN);
    const inSight = Math.ceil(clientHeight / height) + 2 * MARGIN;
    const end = Math.min(this.#rows.length, first + inSight);
    const wanted = new Map();
    for (let index = first; index < end; index++) {
      wanted.set(index, this.#elements.get(index) ?? this.#makeRow(index));
    }
    this.#elements = wanted;
    this.#body.replaceChildren(...wanted.values());
    this.#before.style.height = `${first * height}px`;
    this.#after.style.height = `${Math.max(0, this.#rows.length - end) * height}px`;
    this.#markCurrent();
  }

  #makeRow(index) {
    const { value } = this.#rows[index];
    const cells = this.#columns.map(({ name, isNumeric }) =>
      element('td', { role: 'gridcell', class: isNumeric && 'numeric' }, ...contentOf(value[name])),
    );
    return element(
      'tr',
      { id: `row-${index}`, 'data-index': index, 'aria-rowindex': index + 2 },
      ...cells,
    );
  }

  #markCurrent() {
    for (const [index, row] of this.#elements) {
      row.setAttribute('aria-selected', String(index === this.#current));
    }
    const exists = this.#elements.has(this.#current);
    if (exists) this.#table.setAttribute('aria-activedescendant', `row-${this.#current}`);
    else this.#table.removeAttribute('aria-activedescendant');
  }

  #press(event) {
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.#rowHeight()) - 2);
    const last = this.#rows.length - 1;
    const targets = {
      ArrowDown: this.#current + 1,
      ArrowUp: this.#current - 1,
      PageDown: this.#current + page,
      PageUp: this.#current - page,
      Home: 0,
      End: last,
    };
    const isOpening = event.key === 'Enter' || event.key === ' ';
    if (last < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isOpening) {
      this.#open(this.#current);
    } else if (event.key in targets) {
      this.#move(Math.min(Math.max(targets[event.key], 0), last));
    } else {
      return;
    }
    event.preventDefault();
  }

  #open(index) {
    this.#move(index);
    this.#tell('open');
  }

  #move(index) {
    this.#current = index;
    const height = this.#rowHeight();
    const top = index * height;
    const room = this.#scroller.clientHeight - this.#head.offsetHeight;
    const { scrollTop } = this.#scroller;
    if (top < scrollTop) this.#scroller.scrollTop = top;
    else if (top + height > scrollTop + room) this.#scroller.scrollTop = top + height - room;
    this.#draw();
    this.#tell('move');
  }

  #tell(type) {
    this.dispatchEvent(new CustomEvent(type, { detail: this.#rows[this.#current].key }));
  }

  #rowHeight() {
    return parseFloat(getComputedStyle(this.#scroller).getPropertyValue('--row-height'));
  }
}

/**
 * What a cell shows of a value: lists of short values as separate parts, all else as a line of
 * text.
 */
function contentOf(value) {
  const parts = partsOf(value);
  if (!parts) return [textOf(value)];
  const shown = parts.slice(0, MOST_PARTS).map((part) => element('span', { class: 'part' }, part));
  return parts.length > MOST_PARTS ? [...shown, `+${parts.length - MOST_PARTS}`] : shown;
}
