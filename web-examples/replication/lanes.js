/**
 * @typedef {object} Edge from an event to a parent
 * @property {number} fromRow
 * @property {number} fromLane
 * @property {number} toRow of the parent; one below the last row if it is not shown
 * @property {number} toLane in which the edge goes down
 * @property {boolean} isOpen the parent is not shown
 */

/**
 * Places events as a graph: one a row, each branch in a lane of its own. No edge passes over a node, since a lane
 * belongs to one parent from the first edge that leads to it until its row.
 *
 * @param {import('./history.js').Row[]} rows newest first
 * @returns {{ lanes: number[], edges: Edge[], width: number }} the lane of each row, and how many there are
 */
export function placeInLanes(rows) {
  const rowOf = new Map(rows.map(({ cid }, row) => [cid, row]));
  /** The event that each lane leads to. @type {(string | null)[]} */
  const lanes = [];
  const laneFor = (cid, preferred) => {
    const reserved = lanes.indexOf(cid);
    if (reserved >= 0) return reserved;
    const free = lanes.findIndex((each) => each === null);
    const lane = preferred ?? (free >= 0 ? free : lanes.length);
    lanes[lane] = cid;
    return lane;
  };
  let width = 0;
  const placed = [];
  const edges = [];
  for (const [row, { cid, parents }] of rows.entries()) {
    const fromLane = laneFor(cid);
    placed.push(fromLane);
    lanes[fromLane] = null;
    for (const [index, parent] of parents.entries()) {
      // The first parent goes on in this lane if nothing else has taken it.
      const preferred = index === 0 && lanes[fromLane] === null ? fromLane : undefined;
      const toLane = laneFor(parent, preferred);
      const toRow = rowOf.get(parent) ?? rows.length;
      edges.push({ fromRow: row, fromLane, toRow, toLane, isOpen: !rowOf.has(parent) });
    }
    width = Math.max(width, lanes.length);
  }
  return { lanes: placed, edges, width };
}
