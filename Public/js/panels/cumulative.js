// Planets found up to each year, all and by method.
// Not here: planets of one year (methodsByYear.js).

import { countCell } from '../dataTable.js';
import { number, t } from '../i18n.js';
import { behind } from '../links.js';
import { lineStyle, methodKey, methodName as nameOf } from '../methodKey.js';
import { line as path } from '../plot/layers.js';

/** @typedef {Groups['cumulative']} Line */

/** The busiest lines only; the rest is in the table. */
const mostLines = 7;

/** @type {Panel} */
export default {
  id: 'cumulative', size: 'half', reads: ['cumulative'],
  mount(frame) {
    const scale = frame.choice('scale', ['log', 'linear']);
    /** @type {[name: string, line: Line][]} */
    let shown = [];
    const { plot, land } = frame.plot('');
    let key = methodKey([]);
    frame.body.prepend(key);
    frame.legend = () => shown.map(([name]) => ({
      text: nameOf(name),
      draw: (surface, x, y) => {
        const { colour, dash, width } = lineStyle(name);
        surface.path([x - 10, y, x + 10, y], { stroke: colour, width, dash });
      },
    }));

    /** @param {string} names */
    function showKey(names) {
      if (key.dataset.names === names) return;
      const made = methodKey(shown.map(([name]) => name), true);
      made.dataset.names = names;
      key.replaceWith(made);
      key = made;
    }

    return {
      update(board) {
        const lines = ordered(board);
        const last = Math.max(...lines.map(([, line]) => line[line.length - 1]?.[0] ?? 0));
        const first = Math.min(...lines.map(([, line]) => line[0]?.[0] ?? last));
        shown = lines.slice(0, mostLines).map(([name, line]) => [name, drawnTo(line, last)]);
        showKey(shown.map(([name]) => name).join());
        const all = lines.find(([name]) => name === 'all')?.[1] ?? [];
        const [year, n] = all[all.length - 1] ?? [];
        const most = Math.max(1, ...shown.map(([, line]) => line[line.length - 1]?.[1] ?? 0));
        const years = { kind: /** @type {const} */ ('linear'), whole: true, text: String, grid: false };
        plot.show({
          x: lines.length > 0 ? { ...years, min: first - 0.5, max: last + 0.5 } : { ...years, min: 1990, max: 2020 },
          y: scale() === 'log' ? { kind: 'log', min: 0.9, max: most * 1.4 }
            : { kind: 'linear', min: 0, max: most * 1.05, whole: true },
          layers: shown.map(([name, line]) => lineLayer(name, line, frame)).reverse(),
          summary: n === undefined ? '' : t('panel.cumulative.summary', { n, year: String(year) }),
        });
      },
      land(groups) {
        land((drawn) => groups.map((place) => {
          const cut = place.lastIndexOf('/');
          const year = Number(place.slice(cut + 1));
          const found = shown.find(([name]) => name === place.slice(0, cut))?.[1].find(([of]) => of === year);
          return found ? { x: drawn.x.pixel(found[0]), y: drawn.y.pixel(found[1]) } : null;
        }));
      },
      table(board) {
        const lines = ordered(board);
        const years = [...new Set(lines.flatMap(([, line]) => line.map(([year]) => year)))].sort((a, b) => a - b);
        const columns = lines.map(([name, line]) => ({ name, totals: running(line, years) }));
        return {
          columns: [t('year'), ...lines.map(([name]) => nameOf(name))],
          rows: years.map((year, i) => ({
            key: String(year),
            head: String(year),
            cells: columns.map(({ name, totals }) => countCell('cumulative', `${name}/${year}`, totals[i])),
          })),
        };
      },
    };
  },
};

/** The total of each year; a year without a find of the method keeps the one before.
 * @param {Line} line @param {number[]} years */
function running(line, years) {
  const given = new Map(line);
  let total = 0;
  return years.map((year) => total = given.get(year) ?? total);
}

/** A line that ends before the others goes on level.
 * @param {Line} line @param {number} last the last year of all lines @returns {Line} */
function drawnTo(line, last) {
  const end = line[line.length - 1];
  return end && end[0] < last ? [...line, [last, end[1]]] : line;
}

/** @param {string} name @param {Line} line @param {PanelFrame} frame @returns {Layer} */
function lineLayer(name, line, frame) {
  const { colour, dash, width } = lineStyle(name);
  return path(line, { stroke: colour, dash, width }, {
    text: (i) => [String(line[i][0]), `${nameOf(name)}: ${number(line[i][1])}`],
    go: (i) => frame.go(behind('cumulative', `${name}/${line[i][0]}`)),
  });
}

/** All first, then by size.
 * @param {Board} board */
function ordered(board) {
  const end = (/** @type {Line} */ line) => line[line.length - 1]?.[1] ?? 0;
  return [...board.groups('cumulative')].sort(([nameA, a], [nameB, b]) => (
    Number(nameB === 'all') - Number(nameA === 'all') || end(b) - end(a)));
}
