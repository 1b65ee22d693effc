// Explore: every planet as a point, by two columns of the reader's choice, beside the sky and a histogram. A brush on
// one of the three filters the others and the list below. Everything that is shown stands in the address.
// Not here: columns (../explore/columns.js), marks (../explore/scatter.js), brushing and zooming (../plot).

import { colours } from '../charts.js';
import { h, setText } from '../dom.js';
import { number, t } from '../i18n.js';
import { planet as planetAddress } from '../links.js';
import { figureMenu, wholeButton } from '../figure.js';
import { axisTitle, isCategory, isLogarithmic, isNumber, numericGroups, originOf } from '../explore/choices.js';
import { Columns } from '../explore/columns.js';
import { colouring, legend, legendMarks } from '../explore/colouring.js';
import { check, columnSelect, controls } from '../explore/controls.js';
import { inRange, judge, within } from '../explore/crossfilter.js';
import { bars, binsOf, countIn } from '../explore/histogram.js';
import { columnsFor, marking, plotted, radii, scatter } from '../explore/scatter.js';
import { Selection } from '../explore/selection.js';
import { skyGround, skyWords, skyX, skyY } from '../explore/sky.js';
import { read, write } from '../explore/state.js';
import { follow } from '../address.js';
import { points } from '../plot/layers.js';
import { Plot } from '../plot/plot.js';
import { aitoff } from '../plot/project.js';
import { extent } from '../plot/scale.js';
import { breathe } from '../slowly.js';

/** The brushes, as crossfilter.js numbers them. */
const [onHistogram, onWords] = [1, 3];
const renamePause = 250;
const listPause = 120;

/** @type {View} */
export default {
  title: () => t('explore.title'),
  mount: (place, context) => new Explore(place, context),
};

class Explore {
  /** @param {HTMLElement} place @param {ViewContext} context */
  constructor(place, { board, schema, remember }) {
    this.place = place;
    this.schema = schema;
    this.remember = remember;
    this.columns = new Columns(board, () => this.#prepare());
    this.state = read({}, (name) => isNumber(schema, name), isCategory);
    this.written = '';
    this.timer = 0;
    /** What takes several tasks ends where the same has begun anew. */
    this.rounds = 0;
    /** What follows from columns and choices, not from brushes.
     * @type {ReturnType<Explore['derive']> | null} */
    this.made = null;
    /** @type {ReturnType<Explore['build']> | null} */
    this.parts = null;
  }

  /** @param {ViewParameters} params */
  show(params) {
    this.columns.follow(true);
    const text = JSON.stringify(params);
    if (this.parts && text === this.written) return;
    this.written = text;
    this.state = read(params, (name) => isNumber(this.schema, name), isCategory);
    this.relabel();
  }

  hide() {
    this.columns.follow(false);
    clearTimeout(this.timer);
    clearTimeout(this.listTimer);
  }

  relabel() {
    this.parts?.destroy();
    this.parts = this.build();
    this.#load();
  }

  /** @param {Partial<Explore['state']>} change */
  #choose(change) {
    const before = columnsFor(this.state, this.schema).join();
    Object.assign(this.state, change);
    this.#tell();
    const { parts } = this;
    if (!parts) return;
    parts.label();
    parts.plot.brush = this.state.box;
    parts.plot.view = this.state.zoom;
    parts.histogram.brush = this.state.range && { x: this.state.range, y: [0, 1] };
    if (columnsFor(this.state, this.schema).join() === before && this.made) this.#prepare();
    else this.#load();
  }

  /** Names in the address what is shown, when the hand rests. */
  #tell() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const params = write(this.state);
      this.written = JSON.stringify(params);
      this.remember(params);
    }, renamePause);
  }

  async #load() {
    const { parts } = this;
    if (!parts) return;
    setText(parts.note, this.columns.length === 0 ? t('explore.loading') : parts.note.textContent ?? '');
    try {
      const { columns, state } = this;
      await columns.need(columnsFor(state, this.schema));
      // All at once would keep a phone from scrolling for half a second.
      for (const name of [state.x, state.y, state.hist, 'ra', 'dec']) {
        await breathe();
        columns.number(name);
      }
      await breathe();
      colouring(columns, this.schema, state.colour); // which keeps the codes of words
      await breathe();
      if (parts === this.parts) this.#prepare(true);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      setText(parts.note, t('explore.failed', { text: error instanceof Error ? error.message : String(error) }));
    }
  }

  /** New columns or choices: everything is worked out and drawn anew.
   * @param {boolean} [slowly] each plot in a task of its own */
  #prepare(slowly = false) {
    this.made = this.derive();
    this.#filter(slowly);
  }

  derive() {
    const { columns, state, schema } = this;
    const x = plotted(columns, state.x, state.forecasts);
    const y = plotted(columns, state.y, state.forecasts);
    const both = x.map((value, i) => (place(value, state.xlog) && place(y[i], state.ylog) ? value : NaN));
    const [ra, dec] = [columns.number('ra'), columns.number('dec')];
    const [skyAcross, skyUp] = [new Float64Array(columns.length), new Float64Array(columns.length)];
    for (let i = 0; i < columns.length; i += 1) {
      const at = aitoff(ra[i], dec[i]);
      skyAcross[i] = at[0];
      skyUp[i] = at[1];
    }
    const hist = plotted(columns, state.hist, state.forecasts);
    const colours = colouring(columns, schema, state.colour);
    return {
      x, y, both, skyAcross, skyUp, hist, colouring: colours, marking: marking(columns, state, colours),
      bins: binsOf(hist, state.hlog, schema.byName.get(state.hist)?.type === 'integer'),
      radius: radii(columns, state.size),
      shown: both.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0),
      forecasts: this.#leftOut(),
    };
  }

  /** How many forecasts are not drawn. */
  #leftOut() {
    const { columns, state } = this;
    if (state.forecasts) return 0;
    const origins = [state.x, state.y].map((name) => columns.text(originOf(name) ?? ''));
    return columns.keys.reduce((sum, _, i) => sum + (origins.some((one) => one[i] === 'forecast') ? 1 : 0), 0);
  }

  /** A brush changed: which planets pass, and all panels with them.
   * @param {boolean} [slowly] */
  async #filter(slowly = false) {
    const { columns, state, made, parts } = this;
    if (!made || !parts) return;
    const words = made.colouring.words;
    const wanted = state.only.map((word) => words.indexOf(word));
    const { codes } = made.colouring;
    const judged = judge(columns.length, [
      within(made.both, made.y, state.box), inRange(made.hist, state.range),
      within(made.skyAcross, made.skyUp, state.sky), wanted.length > 0 ? (i) => wanted.includes(codes[i]) : null,
    ]);
    this.rounds += 1;
    const { rounds } = this;
    clearTimeout(this.listTimer);
    for (const [plot, draw] of /** @type {const} */ ([
      [parts.plot, () => this.#drawPlot(judged)], [parts.histogram, () => this.#drawHistogram(judged)],
      [parts.sky, () => this.#drawSky(judged)],
    ])) {
      if (slowly) await breathe();
      if (rounds !== this.rounds || parts !== this.parts) return;
      draw();
      if (!slowly) continue;
      await breathe();
      if (plot.due !== 0) plot.drawNow();
    }
    this.listTimer = setTimeout(() => this.#list(judged), listPause);
  }

  /** What is written about the planets that pass: when the hand rests.
   * @param {ReturnType<typeof judge>} judged */
  #list(judged) {
    const { columns, state, made, parts } = this;
    if (!made || !parts) return;
    const { codes } = made.colouring;
    const isDrawn = (/** @type {number} */ i) => judged.passes(i) && !Number.isNaN(made.both[i]);
    const chosen = columns.keys.flatMap((_, i) => (isDrawn(i) ? [i] : []));
    parts.selection.show(columns, state, chosen, made.y);
    parts.clear.hidden = !(state.box || state.range || state.sky || state.only.length > 0);
    const key = legend(made.colouring, state.colour, state.only,
      (code) => made.both.reduce((sum, value, i) => (
        sum + (codes[i] === code && !Number.isNaN(value) && judged.passesOthers(i, onWords) ? 1 : 0)), 0),
      (only) => this.#choose({ only }));
    parts.key.replaceChildren(...(key ? [key] : []));
    setText(parts.note, [
      t('explore.shown', { n: made.shown, all: columns.length }),
      made.forecasts > 0 && t('explore.leftOut', { n: made.forecasts }),
    ].filter(Boolean).join(' '));
    this.place.dataset.planets = String(columns.length);
  }

  /** @param {ReturnType<typeof judge>} judged */
  #drawPlot(judged) {
    const { columns, state, schema, made, parts } = this;
    if (!made || !parts) return;
    const shown = Uint8Array.from(made.both, (value, i) => (Number.isNaN(value) ? 0 : judged.passes(i) ? 2 : 1));
    const axis = (/** @type {string} */ name, /** @type {boolean} */ log, /** @type {ArrayLike<number>} */ values) => {
      const kind = /** @type {ScaleKind} */ (log ? 'log' : 'linear');
      const [min, max] = extent(values, kind) ?? [1, 10];
      const isCount = schema.byName.get(name)?.type === 'integer';
      return { kind, min, max, title: axisTitle(schema, name), ...(isCount && { whole: true }),
        ...(name === 'disc_year' && { text: String }) };
    };
    parts.plot.show({
      x: axis(state.x, state.xlog, made.both),
      y: axis(state.y, state.ylog, made.y.map((value, i) => (Number.isNaN(made.both[i]) ? NaN : value))),
      layers: scatter({
        columns, schema, state, x: made.both, y: made.y, radius: made.radius, colouring: made.colouring,
        marking: made.marking, shown, go: (i) => this.#open(i),
      }),
      summary: t('explore.summary', {
        n: judged.selected, x: axisTitle(schema, state.x), y: axisTitle(schema, state.y),
      }),
    });
  }

  /** @param {ReturnType<typeof judge>} judged */
  #drawHistogram(judged) {
    const { state, schema, made, parts } = this;
    if (!made || !parts) return;
    const title = axisTitle(schema, state.hist);
    if (!made.bins) {
      parts.histogram.show({ layers: [], x: { kind: 'linear', min: 0, max: 1, title } });
      return;
    }
    const { edges, log } = made.bins;
    const all = countIn(made.bins, made.hist, (i) => judged.passesOthers(i, onHistogram));
    const selected = countIn(made.bins, made.hist, judged.passes);
    const text = (/** @type {number} */ value) => (
      state.hist === 'disc_year' ? String(value) : number(Number(value.toPrecision(4))));
    this.counts = { edges, all, selected };
    parts.histogram.show({
      x: { kind: log ? 'log' : 'linear', min: edges[0], max: edges[edges.length - 1], title, grid: false,
        ...(state.hist === 'disc_year' && { text: String, whole: true }) },
      y: { kind: 'linear', min: 0, max: Math.max(1, ...all) * 1.06, whole: true, title: t('totals.planets') },
      layers: bars(made.bins, all, selected, colours(), text),
      summary: t('explore.histogram.summary', { n: judged.selected, x: title }),
    });
  }

  /** @param {ReturnType<typeof judge>} judged */
  #drawSky(judged) {
    const { columns, made, parts } = this;
    if (!made || !parts) return;
    const shown = Uint8Array.from(made.skyUp, (value, i) => (
      Number.isNaN(value) ? 0 : judged.passes(i) ? 2 : 1));
    const { codes, palette } = made.colouring;
    const text = (/** @type {number} */ i) => [
      columns.text('pl_name')[i], `${t('explore.ra')} ${number(columns.number('ra')[i])}°`,
      `${t('explore.dec')} ${number(columns.number('dec')[i])}°`,
    ];
    parts.sky.show({
      layers: [...skyGround(colours()), points({
        x: made.skyAcross, y: made.skyUp, radius: columns.length > 20_000 ? 1 : 1.6, codes, shown, text,
        name: (i) => columns.keys[i],
        palette: palette.map(({ fill, stroke }) => ({ fill: fill ?? stroke, alpha: 0.7 })),
        faint: { fill: colours().muted, alpha: 0.12 }, go: (i) => this.#open(i),
      }), skyWords()],
      summary: t('explore.sky.summary', { n: judged.selected }),
    });
  }

  /** @param {number} i */
  #open(i) {
    follow(planetAddress(this.columns.keys[i]));
  }

  build() {
    const { schema, state } = this;
    const plot = new Plot({
      label: t('explore.title'), brush: 'xy', wheel: 'always',
      onView: (zoom) => this.#remember({ zoom }),
      onBrush: (box) => this.#brush({ box }),
    });
    const histogram = new Plot({
      label: t('explore.histogram'), zoom: '', brush: 'x', onBrush: (box) => this.#brush({ range: box && box.x }),
    });
    const sky = new Plot({
      label: t('explore.sky'), zoom: '', brush: 'xy', bare: true, onBrush: (box) => this.#brush({ sky: box }),
    });
    sky.content.x = skyX;
    sky.content.y = skyY;
    plot.view = state.zoom;
    plot.brush = state.box;
    histogram.brush = state.range && { x: state.range, y: [0, 1] };
    sky.brush = state.sky;
    const key = h('div', { class: 'explore-key' });
    const note = h('p', { class: 'note', role: 'status', 'data-explore-note': '' });
    const clear = h('button', { type: 'button', class: 'quiet', hidden: true, 'data-clear': '', on: {
      click: () => {
        for (const one of [plot, histogram, sky]) one.mark(null, false);
        this.#choose({ box: null, range: null, sky: null, only: [] });
      },
    } }, t('explore.clear'));
    const selection = new Selection(schema);
    const form = h('div', { class: 'panel full' });
    const histChoice = h('div', { class: 'controls' });
    const label = (/** @type {((fill: () => void) => void) | undefined} */ later = undefined) => {
      form.replaceChildren(controls(schema, this.state, (change) => this.#choose(change), later));
      histChoice.replaceChildren(
        h('label', {}, h('span', { class: 'unseen' }, t('explore.histogram')),
          columnSelect(schema, 'hist', numericGroups(schema), this.state.hist, false, (hist) => (
            this.#choose({ hist, hlog: isLogarithmic(hist), range: null })))),
        check('hlog', this.state.hlog, t('explore.log'), (hlog) => this.#choose({ hlog })));
    };
    /** @type {(() => void)[]} */
    const fills = [];
    label((fill) => fills.push(fill));
    inTurn(fills);
    this.#arrange({ plot, histogram, sky, key, note, clear, selection, form, histChoice });
    return {
      plot, histogram, sky, key, note, clear, selection, label,
      destroy: () => [plot, histogram, sky, selection].forEach((one) => one.destroy()),
    };
  }

  /** @param {{plot: Plot, histogram: Plot, sky: Plot, key: HTMLElement, note: HTMLElement, clear: HTMLElement,
   *   selection: Selection, form: HTMLElement, histChoice: HTMLElement}} parts */
  #arrange({ plot, histogram, sky, key, note, clear, selection, form, histChoice }) {
    const titles = [t('explore.plot'), t('explore.histogram'), t('explore.sky')];
    const marks = () => (this.made ? legendMarks(this.made.colouring, this.state.colour) : []);
    const count = () => t('planets.count', { n: this.made?.shown ?? 0 });
    const menus = [
      figureMenu({
        title: titles[0], plot, legend: marks, count, table: () => selection.table(),
        heading: () => [this.state.y, this.state.x].map((name) => axisTitle(this.schema, name)).join(' – '),
      }),
      figureMenu({ title: titles[1], plot: histogram, count, table: () => this.#histogramTable() }),
      figureMenu({ title: titles[2], plot: sky, count, legend: marks }),
    ];
    const part = (/** @type {string} */ id, /** @type {string} */ title, /** @type {Child} */ tools,
      /** @type {Child} */ body) => h('section', { class: 'panel', id, 'aria-labelledby': `${id}-title` },
      h('div', { class: 'panel-head' }, h('h2', { id: `${id}-title` }, title), h('div', { class: 'controls' }, tools)),
      body);
    this.place.replaceChildren(h('div', { class: 'explore' }, form,
      part('explore-plot', titles[0], [wholeButton(plot), clear, menus[0]],
        [h('div', { class: 'figure explore-figure' }, plot.element), key, note,
          h('details', { class: 'keys' },
            h('summary', {}, t('explore.how')), h('p', { class: 'note' }, t('explore.keys')))]),
      h('div', { class: 'explore-side' },
        part('explore-histogram', titles[1], [histChoice, menus[1]],
          h('div', { class: 'figure low' }, histogram.element)),
        part('explore-sky', titles[2], menus[2], h('div', { class: 'figure sky-figure' }, sky.element))),
      selection.element));
  }

  #histogramTable() {
    const { edges, all, selected } = this.counts;
    return {
      columns: [`${this.state.hist}_from`, `${this.state.hist}_to`, 'planets', 'selected'],
      rows: all.map((count, i) => [edges[i], edges[i + 1], count, selected[i]]),
    };
  }

  /** @param {Partial<Explore['state']>} change */
  #remember(change) {
    Object.assign(this.state, change);
    this.#tell();
  }

  /** @param {Partial<Explore['state']>} change */
  #brush(change) {
    this.#remember(change);
    this.due ??= requestAnimationFrame(() => {
      this.due = undefined;
      this.#filter();
    });
  }

  /** @type {number | undefined} */
  due;
  listTimer = 0;
  /** What the histogram shows.
   * @type {{edges: number[], all: number[], selected: number[]}} */
  counts = { edges: [], all: [], selected: [] };
}

/** Each in a task of its own.
 * @param {(() => void)[]} tasks */
async function inTurn(tasks) {
  for (const task of tasks) {
    await breathe();
    task();
  }
}

/** Whether a value has a place on an axis.
 * @param {number} value @param {boolean} log */
const place = (value, log) => Number.isFinite(value) && (!log || value > 0);
