/** A line of a graph, by the names of its ends. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

/** A place in a drawing that runs from left to right: which column, and which row of it. */
export interface GraphPlace {
  readonly column: number;
  /** Of the middle, from the top; a fraction where it lies between two rows. */
  readonly row: number;
}

/** A line of a graph with the places that it passes between its ends. */
export interface LaidEdge extends GraphEdge {
  /** Leads to an earlier column. */
  readonly back: boolean;
  /** One place for each column between the ends, in the order of the line. */
  readonly via: readonly GraphPlace[];
}

/** A graph laid out in columns. */
export interface GraphLayout {
  readonly places: ReadonlyMap<string, GraphPlace>;
  readonly edges: readonly LaidEdge[];
  readonly columns: number;
  readonly rows: number;
}

/** Sweeps over the columns that put neighbours next to each other. More change nothing on flows of a few dozen steps. */
const SWEEPS = 12;

/** Rows that a line needs between two others. */
const LINE_ROOM = 0.4;

interface Node {
  readonly name: string;
  /** In rows. A line needs less room than a node. */
  readonly height: number;
  column: number;
  /** Of its middle. */
  row: number;
  readonly before: Node[];
  readonly after: Node[];
}

/**
 * Lays a graph out in columns, so that lines run from left to right wherever they can.
 *
 * Deterministic: the same nodes and edges in the same order, the same layout. Each line that skips columns gets a place
 * in them, so that it can be drawn between the nodes.
 *
 * @param names - The nodes; the first is where the graph begins.
 * @param heightOf - How many rows a node needs. @defaultValue 1
 * @param roomBeside - How many rows a line needs in the column where it begins, for what is written there. @defaultValue 0.4
 */
export function layerGraph(
  names: readonly string[],
  edges: readonly GraphEdge[],
  heightOf: (name: string) => number = () => 1,
  roomBeside: (edge: GraphEdge) => number = () => LINE_ROOM,
): GraphLayout {
  const nodes = new Map(names.map((name) => [name, newNode(name, 0, heightOf(name))]));
  const unique = [...new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()].filter(
    ({ from, to }) => from !== to && nodes.has(from) && nodes.has(to),
  );
  const isBack = findBackEdges(names, unique);
  const forward = unique.map((edge) => (isBack.has(edge) ? { from: edge.to, to: edge.from } : edge));
  placeInColumns(nodes, forward);

  const columns: Node[][] = [];
  for (const node of nodes.values()) (columns[node.column] ??= []).push(node);
  const chains = forward.map(({ from, to }, index) => {
    const edge = unique[index];
    const room = edge === undefined ? LINE_ROOM : roomBeside(edge);
    return chain(
      nodes.get(from),
      nodes.get(to),
      columns,
      edge !== undefined && isBack.has(edge) ? [LINE_ROOM, room] : [room, LINE_ROOM],
    );
  });
  orderRows(columns);

  const laid = unique.map((edge, index) => {
    const back = isBack.has(edge);
    const via = (chains[index] ?? []).map(({ column, row }) => ({ column, row }));
    return { ...edge, back, via: back ? via.reverse() : via };
  });
  const rows = Math.max(1, ...columns.flatMap((column) => column.map(({ row, height }) => row + height / 2)));
  const places = new Map([...nodes].map(([name, { column, row }]) => [name, { column, row }]));
  return { places, edges: laid, columns: columns.length, rows };
}

function newNode(name: string, column: number, height: number): Node {
  return { name, height, column, row: 0, before: [], after: [] };
}

/** Lines that lead back to a node that a walk from the beginning is still on its way from. */
function findBackEdges(names: readonly string[], edges: readonly GraphEdge[]): ReadonlySet<GraphEdge> {
  const found = new Set<GraphEdge>();
  const state = new Map<string, "open" | "done">();
  const visit = (name: string): void => {
    state.set(name, "open");
    for (const edge of edges.filter(({ from }) => from === name)) {
      if (state.get(edge.to) === "open") found.add(edge);
      else if (!state.has(edge.to)) visit(edge.to);
    }
    state.set(name, "done");
  };
  for (const name of names) if (!state.has(name)) visit(name);
  return found;
}

/** Each node one column behind the last of those that lead to it. */
function placeInColumns(nodes: ReadonlyMap<string, Node>, edges: readonly GraphEdge[]): void {
  const waits = new Map([...nodes.keys()].map((name) => [name, edges.filter(({ to }) => to === name).length]));
  const ready = [...nodes.keys()].filter((name) => waits.get(name) === 0);
  for (let name = ready.shift(); name !== undefined; name = ready.shift()) {
    const from = nodes.get(name);
    for (const edge of edges.filter((one) => one.from === name)) {
      const to = nodes.get(edge.to);
      if (from === undefined || to === undefined) continue;
      to.column = Math.max(to.column, from.column + 1);
      const left = (waits.get(edge.to) ?? 0) - 1;
      waits.set(edge.to, left);
      if (left === 0) ready.push(edge.to);
    }
  }
}

/** Ties two nodes together, through a node without a name in each column between them. */
function chain(
  from: Node | undefined,
  to: Node | undefined,
  columns: Node[][],
  [first, last]: readonly [number, number],
): readonly Node[] {
  if (from === undefined || to === undefined) return [];
  const between: Node[] = [];
  for (let column = from.column + 1; column < to.column; column += 1) {
    const room = Math.max(column === from.column + 1 ? first : 0, column === to.column - 1 ? last : 0, LINE_ROOM);
    const node = newNode("", column, room);
    (columns[column] ??= []).push(node);
    between.push(node);
  }
  const all = [from, ...between, to];
  for (const [index, node] of all.entries()) {
    const next = all[index + 1];
    if (next === undefined) continue;
    node.after.push(next);
    next.before.push(node);
  }
  return between;
}

function orderRows(columns: readonly Node[][]): void {
  for (const column of columns) for (const [index, node] of column.entries()) node.row = index;
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forth = sweep % 2 === 0;
    for (const column of forth ? columns : columns.toReversed()) {
      const wanted = new Map(column.map((node) => [node, middle(forth ? node.before : node.after, node.row)]));
      column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0) || a.row - b.row);
      spread(column, wanted);
    }
  }
  const top = Math.min(...columns.flatMap((column) => column.map(({ row, height }) => row - height / 2)));
  for (const column of columns) for (const node of column) node.row = round(node.row - top);
}

function middle(neighbours: readonly Node[], otherwise: number): number {
  if (neighbours.length === 0) return otherwise;
  const rows = neighbours.map(({ row }) => row).sort((a, b) => a - b);
  const at = (rows.length - 1) / 2;
  return ((rows[Math.floor(at)] ?? 0) + (rows[Math.ceil(at)] ?? 0)) / 2;
}

/** Gives rows near those that are wanted, so that nothing lies on anything else. */
function spread(column: readonly Node[], wanted: ReadonlyMap<Node, number>): void {
  // Nodes that are pushed together move as one: to the middle of where its members want to be.
  const groups: { members: Node[]; offsets: number[]; sum: number }[] = [];
  for (const node of column) {
    let group = { members: [node], offsets: [0], sum: wanted.get(node) ?? 0 };
    for (let last = groups.at(-1); last !== undefined; last = groups.at(-1)) {
      const [end, begin] = [last.members.at(-1), group.members[0]];
      const gap = ((end?.height ?? 0) + (begin?.height ?? 0)) / 2;
      const lastRow = last.sum / last.members.length + (last.offsets.at(-1) ?? 0);
      if (lastRow + gap <= group.sum / group.members.length + 1e-9) break;
      const shift = (last.offsets.at(-1) ?? 0) + gap;
      group = {
        members: [...last.members, ...group.members],
        offsets: [...last.offsets, ...group.offsets.map((offset) => offset + shift)],
        sum: last.sum + group.sum - shift * group.members.length,
      };
      groups.pop();
    }
    groups.push(group);
  }
  for (const { members, offsets, sum } of groups)
    for (const [index, node] of members.entries()) node.row = round(sum / members.length + (offsets[index] ?? 0));
}

function round(row: number): number {
  return Math.round(row * 100) / 100;
}
