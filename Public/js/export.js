// Figures and tables to take away: SVG and PNG with title, date, number and the board's digest in the foot, CSV, and
// the page's address. Not here: the tables that the server makes (docs/API.md, "Tables to take away").

import { request } from './api.js';
import { colours, textWidth } from './charts.js';
import { find, setText } from './dom.js';
import { dateTime, t } from './i18n.js';
import { CanvasSurface } from './plot/canvasSurface.js';
import { SvgSurface } from './plot/svgSurface.js';

const width = 960;
const height = 640;
const head = 52;
const footLine = 15;
const scale = 2;

/** What a figure says of itself.
 * @typedef {{title: string, summary?: string, count?: string}} About */

/** The board that the figures are of: the earlier one that is shown, else the newest.
 * @returns {Promise<{digest: string, time: number, records: number} | null>} */
async function cited() {
  try {
    const point = new URLSearchParams(location.search).get('as_of');
    /** @type {BoardAnswer} */
    const board = await request(`api/board${point ? `?as_of=${encodeURIComponent(point)}` : ''}`);
    const records = Object.values(board.positions).reduce((sum, next) => sum + next, 0);
    return { digest: board.digest, time: board.t_ns / 1e6, records };
  } catch {
    return null;
  }
}

/** The lines of the foot.
 * @param {About} about */
async function foot({ count }) {
  const board = await cited();
  return [
    [count, dateTime(Date.now()), 'Planetarium'].filter(Boolean).join(' · '),
    board ? t('export.digest', { digest: board.digest, records: board.records }) : t('export.noDigest'),
    location.href,
  ];
}

/** @param {import('./plot/plot.js').Plot} plot @param {Surface} surface @param {About} about @param {string[]} lines
 * @param {{legend: Legend}} more */
function paintFigure(plot, surface, about, lines, { legend }) {
  const colour = colours();
  const under = lines.length * footLine + 14;
  const keys = legend.length > 0 ? 22 : 0;
  surface.clear(width, height, colour.surface);
  surface.rect(0, 0, width, height, { fill: colour.surface });
  surface.text(16, 26, about.title, { fill: colour.ink, size: 18, weight: 700 });
  let x = 16;
  for (const { text, draw } of legend) {
    draw(surface, x + 6, head - 2);
    surface.text(x + 16, head - 2, text, { fill: colour.ink, size: 12 });
    x += 16 + textWidth(text) + 18;
  }
  const [top, bottom] = [head + keys - 8, height - under];
  // A map or a drawing keeps its shape.
  const ratio = plot.options.bare ? plot.frame.width / plot.frame.height : (width - 16) / (bottom - top);
  const wide = Math.min(width - 16, (bottom - top) * ratio);
  const high = wide / ratio;
  plot.paintSized(shift(surface, (width - wide) / 2, top + (bottom - top - high) / 2), wide, high);
  lines.forEach((line, i) => {
    surface.text(16, bottom + 16 + i * footLine, line, { fill: colour.muted, size: 11 });
  });
}

/** What the marks mean, each with how it is drawn.
 * @typedef {{text: string, draw: (surface: Surface, x: number, y: number) => void}[]} Legend */

/** The same surface, with its origin elsewhere.
 * @param {Surface} surface @param {number} dx @param {number} dy @returns {Surface} */
function shift(surface, dx, dy) {
  const by = (/** @type {ArrayLike<number>} */ points) => (
    Array.from(points, (value, i) => value + (i % 2 === 0 ? dx : dy)));
  const moved = (/** @type {Area} */ { left, right, top, bottom }) => (
    { left: left + dx, right: right + dx, top: top + dy, bottom: bottom + dy });
  return {
    element: surface.element,
    clear: () => {},
    clipped: (area, draw) => surface.clipped(moved(area), draw),
    path: (points, ink, closed) => surface.path(by(points), ink, closed),
    segments: (points, ink) => surface.segments(by(points), ink),
    rect: (x, y, wide, high, ink) => surface.rect(x + dx, y + dy, wide, high, ink),
    marks: (area, draw) => surface.marks(moved(area), draw),
    mark: (shape, x, y, radius, ink) => surface.mark(shape, x + dx, y + dy, radius, ink),
    text: (x, y, text, ink) => surface.text(x + dx, y + dy, text, ink),
  };
}

/** @param {import('./plot/plot.js').Plot} plot @param {About} about @param {Legend} legend */
export async function saveSvg(plot, about, legend) {
  const surface = new SvgSurface();
  paintFigure(plot, surface, about, await foot(about), { legend });
  surface.element.setAttribute('aria-label', about.title);
  const text = new XMLSerializer().serializeToString(surface.element);
  save(fileName(about.title, 'svg'), new Blob([text], { type: 'image/svg+xml' }));
}

/** @param {import('./plot/plot.js').Plot} plot @param {About} about @param {Legend} legend */
export async function savePng(plot, about, legend) {
  const canvas = document.createElement('canvas');
  paintFigure(plot, new CanvasSurface(canvas, scale), about, await foot(about), { legend });
  canvas.toBlob((blob) => {
    if (blob) save(fileName(about.title, 'png'), blob);
  }, 'image/png');
}

/** A table with comments that say what it is and which board it is of.
 * @param {About} about @param {string[]} columns @param {(string | number | null | undefined)[][]} rows */
export async function saveCsv(about, columns, rows) {
  const notes = [about.title, ...await foot(about)].map((line) => `# ${line.replace(/\s+/g, ' ')}`);
  const lines = [columns, ...rows].map((cells) => cells.map(field).join(','));
  save(fileName(about.title, 'csv'), new Blob([[...notes, ...lines, ''].join('\n')], { type: 'text/csv' }));
}

/** @param {string | number | null | undefined} value */
function field(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '';
  const text = String(value);
  return /[",\n\r]/.test(text) || text.startsWith('#') ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The address of what is shown, exactly. */
export async function copyAddress() {
  const address = location.href;
  // While a dialog is open the page beside it can neither be copied from nor be heard.
  const dialog = document.querySelector('dialog[open]');
  let copied = false;
  try {
    await navigator.clipboard.writeText(address);
    copied = true;
  } catch {
    // The clipboard is for secure contexts; elsewhere a field is copied the old way.
    const focused = document.activeElement;
    const box = document.createElement('textarea');
    box.value = address;
    (dialog ?? document.body).append(box);
    box.select();
    copied = document.execCommand('copy');
    box.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
  const status = dialog?.querySelector('[data-dialog-status]') ?? find('#announcer', HTMLElement);
  setText(status, t(copied ? 'export.copied' : 'export.notCopied', { address }));
}

/** @param {string} title @param {string} ending */
function fileName(title, ending) {
  const plain = title.normalize('NFD').replace(/[^\w]+/g, '-').replace(/^-|-$/g, '').toLowerCase();
  return `planetarium-${plain || 'figure'}-${new Date().toISOString().slice(0, 10)}.${ending}`;
}

/** @param {string} name @param {Blob} blob */
function save(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
