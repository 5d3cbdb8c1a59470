import { element } from '../shared/element.js';
import { counted } from '../shared/quantities.js';
import { drawGraph, textIndent } from './graph.js';
import { placeInLanes } from './lanes.js';

const REMOTES = { rest: 'REST', s3: 'S3' };

/**
 * The clock of a device as a graph: a list of events, newest first, and beside it the lines to their parents. Marked are
 * the heads, where each remote is, and which events were written here.
 */
export class ClockView {
  #device;
  #title;
  #explanation = element('p', { class: 'muted explanation' });
  #list = element('ol', { class: 'events' });
  #graph = element('div', { class: 'graph' });
  /** The elements of events, which stay while they are shown. @type {Map<string, HTMLElement>} */
  #rows = new Map();

  /** @param {import('./device.js').Device} device */
  constructor(device) {
    this.#device = device;
    const id = `clock-${device.name}`;
    this.#title = element('h3', { id });
    const frame = element('div', {
      class: 'clock-frame',
      tabindex: 0,
      role: 'group',
      'aria-labelledby': id,
    });
    frame.append(this.#graph, this.#list);
    this.element = element(
      'section',
      { class: 'clock', 'aria-labelledby': id },
      this.#title,
      this.#explanation,
      element(
        'p',
        { class: 'legend', 'aria-hidden': true },
        element('span', { class: 'here' }, 'written here'),
        element('span', { class: 'remote' }, 'from a remote'),
      ),
      frame,
    );
  }

  show() {
    const { events, clock } = this.#device.picture;
    const heads = new Set(clock);
    this.#title.textContent = `Clock (${counted(heads.size, 'head')})`;
    this.#explanation.textContent = explain(events, heads);
    const { lanes, edges, width } = placeInLanes(events);
    const isHere = events.map(({ cid }) => this.#device.wrote(cid));
    this.#graph.replaceChildren(drawGraph({ events, lanes, edges, width, heads, isHere }));
    const isFirst = this.#rows.size === 0;
    const rows = new Map(events.map((event) => [event.cid, this.#rows.get(event.cid)]));
    for (const [row, event] of events.entries()) {
      const isNew = !rows.get(event.cid) && !isFirst;
      const item = rows.get(event.cid) ?? element('li', { 'data-cid': event.cid });
      item.classList.toggle('is-new', isNew);
      item.style.paddingInlineStart = `${textIndent(row, { lanes, edges })}px`;
      item.replaceChildren(
        ...this.#contentOf(event, { isHead: heads.has(event.cid), isHere: isHere[row] }),
      );
      rows.set(event.cid, item);
    }
    this.#rows = rows;
    this.#list.replaceChildren(...rows.values());
  }

  #contentOf({ cid, keys }, { isHead, isHere }) {
    const marks = this.#device.links
      .filter(({ connection }) => connection.status.remoteHead.includes(cid))
      .map(({ kind }) => element('span', { class: 'mark', 'data-remote': kind }, REMOTES[kind]));
    if (isHead) marks.unshift(element('span', { class: 'mark', 'data-head': true }, 'head'));
    return [
      element('span', { class: 'keys' }, keys.join(', ') || 'the beginning'),
      ...marks,
      element('span', { class: 'unseen' }, isHere ? ', written here' : ', from a remote'),
      element('code', { class: 'cid', title: cid }, cid.slice(-6)),
    ];
  }
}

function explain(events, heads) {
  if (events.length === 0) return 'Every write is an event, and has those before it as parents.';
  return heads.size > 1
    ? 'Branches that do not know of each other, merged: the next write joins them.'
    : 'One head: it descends from every event.';
}
