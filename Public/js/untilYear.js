// The board as if only planets found up to a year were known, for what the board counts by year.
// Not here: what has no years (the panels that show it say that they show the present).

/** The panels that follow. */
export const followsYears = new Set(['totals', 'methodsByYear', 'cumulative']);
/** What years are read from, whatever follows them.
 * @type {AggregateName[]} */
export const readsYears = ['by_year'];

/** @param {Board} board @param {number} year @returns {Board} */
export function untilYear(board, year) {
  /** @template T @param {Map<string, T>} groups @returns {Map<string, T>} */
  const upTo = (groups) => new Map(
    [...groups].filter(([group]) => Number(group.slice(group.lastIndexOf('/') + 1)) <= year));
  const byYear = upTo(board.groups('by_year'));
  /** @type {Map<string, Groups['cumulative']>} */
  const lines = new Map();
  for (const [name, line] of board.groups('cumulative')) {
    const cut = line.filter(([when]) => when <= year);
    if (cut.length > 0) lines.set(name, cut);
  }
  const planets = [...byYear.values()].reduce((sum, count) => sum + count, 0);
  const aggregates = new Map(board.aggregates);
  aggregates.set('by_year', byYear);
  aggregates.set('by_method_year', upTo(board.groups('by_method_year')));
  aggregates.set('cumulative', lines);
  aggregates.set('totals', new Map([...board.groups('totals'), ['planets', planets]]));
  return Object.assign(Object.create(board), { aggregates });
}

/** First and last year of the board, and the planets of each.
 * @param {Board} board */
export function yearsOf(board) {
  const counts = new Map([...board.groups('by_year')].map(([year, count]) => [Number(year), count]));
  const years = [...counts.keys()].filter(Number.isInteger);
  return { counts, first: Math.min(...years), last: Math.max(...years) };
}
