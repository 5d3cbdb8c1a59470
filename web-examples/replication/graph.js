/** Pixels. The height is that of the list's rows in clock.css. */
const ROW = 30;
const LANE = 16;
const MARGIN = 14;

const x = (lane) => MARGIN + lane * LANE;
const y = (row) => ROW / 2 + row * ROW;

/**
 * How far to the right the text of a row begins: beside its node and the lines that pass there.
 *
 * @param {number} row
 * @param {{ lanes: number[], edges: import('./lanes.js').Edge[] }} placed
 */
export function textIndent(row, { lanes, edges }) {
  const passing = edges.filter(({ fromRow, toRow }) => fromRow <= row && row < toRow);
  const reached = passing.flatMap(({ fromRow, fromLane, toLane }) =>
    fromRow === row ? [fromLane, toLane] : [toLane],
  );
  return x(Math.max(lanes[row], ...reached)) + LANE;
}

/**
 * The nodes and lines of a graph. Hidden from those who do not see it: the list beside it says the same.
 *
 * @param {object} graph
 * @param {import('./history.js').Row[]} graph.events
 * @param {number[]} graph.lanes
 * @param {import('./lanes.js').Edge[]} graph.edges
 * @param {number} graph.width in lanes
 * @param {Set<string>} graph.heads
 * @param {boolean[]} graph.isHere by row, whether it was written on this device
 */
export function drawGraph({ events, lanes, edges, width, heads, isHere }) {
  const drawing = svg('svg', {
    width: x(width) + MARGIN,
    height: events.length * ROW,
    'aria-hidden': true,
  });
  for (const { fromRow, fromLane, toRow, toLane, isOpen } of edges) {
    const [x1, y1, x2, y2] = [x(fromLane), y(fromRow), x(toLane), y(toRow)];
    const bend =
      fromLane === toLane ? '' : `C${x1} ${y1 + ROW / 2} ${x2} ${y1 + ROW / 2} ${x2} ${y1 + ROW}`;
    const classes = [isHere[fromRow] ? 'here' : 'remote', isOpen && 'open'].filter(Boolean);
    drawing.append(svg('path', { d: `M${x1} ${y1}${bend}L${x2} ${y2}`, class: classes.join(' ') }));
  }
  for (const [row, { cid }] of events.entries()) {
    const at = { cx: x(lanes[row]), cy: y(row) };
    const kind = isHere[row] ? 'here' : 'remote';
    if (heads.has(cid)) drawing.append(svg('circle', { ...at, r: 9, class: `halo ${kind}` }));
    drawing.append(svg('circle', { ...at, r: 5, class: kind, 'data-cid': cid }));
  }
  return drawing;
}

function svg(tag, attributes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}
