/** A line of a graph, by the names of its ends. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

/** A place in a drawing that runs from left to right: which column, and which row of it. */
export interface GraphPlace {
  readonly column: number;
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

interface Node {
  readonly name: string;
  column: number;
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
 */
export function layerGraph(names: readonly string[], edges: readonly GraphEdge[]): GraphLayout {
  const nodes = new Map(names.map((name) => [name, newNode(name)]));
  const unique = [...new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()].filter(
    ({ from, to }) => from !== to && nodes.has(from) && nodes.has(to),
  );
  const isBack = findBackEdges(names, unique);
  const forward = unique.map((edge) => (isBack.has(edge) ? { from: edge.to, to: edge.from } : edge));
  placeInColumns(nodes, forward);

  const columns: Node[][] = [];
  for (const node of nodes.values()) (columns[node.column] ??= []).push(node);
  const chains = forward.map(({ from, to }) => chain(nodes.get(from), nodes.get(to), columns));
  orderRows(columns);

  const laid = unique.map((edge, index) => {
    const back = isBack.has(edge);
    const via = (chains[index] ?? []).map(({ column, row }) => ({ column, row }));
    return { ...edge, back, via: back ? via.reverse() : via };
  });
  const rows = Math.max(1, ...[...columns].flatMap((column) => (column ?? []).map(({ row }) => row + 1)));
  const places = new Map([...nodes].map(([name, { column, row }]) => [name, { column, row }]));
  return { places, edges: laid, columns: columns.length, rows };
}

function newNode(name: string, column = 0): Node {
  return { name, column, row: 0, before: [], after: [] };
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
function chain(from: Node | undefined, to: Node | undefined, columns: Node[][]): readonly Node[] {
  if (from === undefined || to === undefined) return [];
  const between: Node[] = [];
  for (let column = from.column + 1; column < to.column; column += 1) {
    const node = newNode("", column);
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
  const first = Math.min(...columns.flatMap((column) => column.map(({ row }) => row)));
  for (const column of columns) for (const node of column) node.row -= first;
}

function middle(neighbours: readonly Node[], otherwise: number): number {
  if (neighbours.length === 0) return otherwise;
  const rows = neighbours.map(({ row }) => row).sort((a, b) => a - b);
  const at = (rows.length - 1) / 2;
  return ((rows[Math.floor(at)] ?? 0) + (rows[Math.ceil(at)] ?? 0)) / 2;
}

/** Gives rows near those that are wanted, at least one apart. */
function spread(column: readonly Node[], wanted: ReadonlyMap<Node, number>): void {
  const centre = column.reduce((sum, node) => sum + (wanted.get(node) ?? 0), 0) / Math.max(1, column.length);
  let last = -Infinity;
  for (const node of column) {
    const room = roomOf(node);
    node.row = Math.max(Math.round((wanted.get(node) ?? 0) * 2) / 2, last + room);
    last = node.row;
  }
  const shift =
    Math.round((column.reduce((sum, { row }) => sum + row, 0) / Math.max(1, column.length) - centre) * 2) / 2;
  for (const node of column) node.row -= shift;
}

/** A line needs less room than a node. */
function roomOf({ name }: Node): number {
  return name === "" ? 0.5 : 1;
}
