// What every panel has: a heading, a place for controls, a figure, a note, and the table beside the figure.
// Not here: when panels are drawn (panelHost.js) and what is in them (panels/*.js).

import { follow } from './address.js';
import { DataTable } from './dataTable.js';
import { button, h, scroller, setText } from './dom.js';
import { figureMenu, wholeButton } from './figure.js';
import { t } from './i18n.js';
import { mark } from './landing.js';
import { Plot } from './plot/plot.js';

/** What outlives a new mount of a panel: the choices made, and the parts that are open. */
export class PanelState {
  /** @type {Map<string, string>} */
  choices = new Map();
  /** @type {Set<string>} */
  open = new Set();

  /** @param {() => void} onChoice */
  constructor(onChoice) {
    this.onChoice = onChoice;
  }
}

export class PanelFrame {
  /** @param {Panel} panel @param {PanelState} state */
  constructor(panel, state) {
    this.state = state;
    this.id = panel.id;
    this.title = t(`panel.${panel.id}.title`);
    const titleId = `panel-${panel.id}-title`;
    this.controls = h('div', { class: 'controls' });
    this.body = h('div', { class: 'panel-body' });
    this.element = h('section', {
      class: panel.size === 'full' ? 'panel full' : 'panel',
      id: `panel-${panel.id}`,
      'data-panel': panel.id,
      'aria-labelledby': titleId,
    }, h('div', { class: 'panel-head' }, h('h2', { id: titleId }, this.title), this.controls), this.body);
    /** @type {DataTable | null} */
    this.table = null;
    /** @type {Plot | null} */
    this.plotted = null;
    /** What the marks mean, for files.
     * @returns {import('./export.js').Legend} */
    this.legend = () => [];
    /** Further items of the menu.
     * @returns {import('./menu.js').Item[]} */
    this.items = () => [];
    this.redraw = () => {};
    this.destroy = () => {};
  }

  /** While the view shows another time, what cannot follow says so.
   * @param {boolean} isPresent */
  markPresent(isPresent) {
    this.element.classList.toggle('present', isPresent);
    this.element.querySelector('.present-note')?.remove();
    if (isPresent) this.controls.before(h('span', { class: 'badge present-note' }, t('timeline.present')));
  }

  /** A sentence under the figure.
   * @param {string} text */
  note(text) {
    this.element.append(h('p', { class: 'note' }, text));
  }

  /** Goes to an address within the page (links.js).
   * @param {string} address */
  go(address) {
    follow(address);
  }

  /** The panel's plot; `show` keeps its spoken summary up to date.
   * @param {'' | 'tall' | 'square' | 'low'} shape @param {Partial<PlotOptions>} [options] */
  plot(shape, options = {}) {
    const plot = new Plot({ label: this.title, ...options });
    const figure = h('div', { class: `figure ${shape}` }, plot.element);
    this.body.append(figure);
    this.destroy = () => plot.destroy();
    this.plotted = plot;
    if (plot.options.zoom) this.controls.append(wholeButton(plot));
    /** @param {(frame: Frame2D) => (Place | null)[]} places */
    const land = (places) => {
      plot.drawNow();
      mark(figure, places(plot.frame));
    };
    return { plot, land };
  }

  /** What can be taken away of the panel.
   * @param {() => TableData | null} table @param {() => string} count how many planets it is of */
  addMenu(table, count) {
    const rows = () => {
      const made = table();
      if (!made) return shownTables(this.body);
      const cell = (/** @type {Cell} */ { value, text }) => value ?? text ?? null;
      return { columns: made.columns, rows: made.rows.map(({ head, cells }) => [head, ...cells.map(cell)]) };
    };
    const { title, plotted: plot } = this;
    this.controls.append(figureMenu({
      title, plot, legend: () => this.legend(), count, table: rows, more: () => this.items(),
    }));
  }

  /** "Show as table". Filled only while it is open. */
  addTable() {
    this.table = new DataTable();
    const summary = [t('panel.table'), h('span', { class: 'unseen' }, ` – ${this.title}`)];
    const content = scroller(t('table.of', { name: this.title }), this.table.element);
    this.element.append(this.details('table', { class: 'as-table' }, summary, content));
  }

  get tableIsOpen() {
    return this.state.open.has('table');
  }

  /** A part that opens, and stays open over a new mount; the panel is drawn when it opens.
   * @param {string} name @param {Attributes<HTMLDetailsElement>} attributes @param {Child} summary
   * @param {Child} content */
  details(name, attributes, summary, content) {
    const { open } = this.state;
    const details = h('details', { ...attributes, open: open.has(name) }, h('summary', {}, summary), content);
    details.addEventListener('toggle', () => {
      if (!details.open) {
        open.delete(name);
        return;
      }
      open.add(name);
      this.redraw();
    });
    return details;
  }

  /** A button for the rest of a long list. Returns what cuts the list, as often as it is drawn.
   * @param {number} few of the list while it is cut */
  more(few) {
    const { open } = this.state;
    // It says how many there are once it is drawn.
    const more = button('', () => {
      if (!open.delete('more')) open.add('more');
      this.redraw();
    }, { class: 'quiet', 'data-more': '', hidden: true });
    this.body.append(more);
    /** @template T @param {T[]} list */
    return (list) => {
      const isOpen = open.has('more');
      more.hidden = list.length <= few;
      more.setAttribute('aria-expanded', String(isOpen));
      setText(more, isOpen ? t(`panel.${this.id}.less`) : t(`panel.${this.id}.more`, { n: list.length }));
      return isOpen ? list : list.slice(0, few);
    };
  }

  /** A choice of a few: radio buttons that look like a switch. Returns what asks for the value chosen.
   * @param {string} name @param {string[]} values @param {string} [preset] else the first */
  choice(name, values, preset = values[0]) {
    const { chosen, choose } = this.#chosen(name, values, preset);
    const option = (/** @type {string} */ value) => h('label', {},
      h('input', {
        type: 'radio', name: `${this.id}-${name}`, value, checked: value === chosen(),
        on: { change: () => choose(value) },
      }), h('span', {}, t(`choice.${name}.${value}`)));
    this.controls.append(h('fieldset', { class: 'switch', 'data-choice': name },
      h('legend', { class: 'unseen' }, t(`choice.${name}`)), values.map(option)));
    return chosen;
  }

  /** A choice of many; the first until another is made.
   * @param {string} name @param {string[]} values */
  select(name, values) {
    const { chosen, choose } = this.#chosen(name, values, values[0]);
    const option = (/** @type {string} */ value) => (
      h('option', { value, selected: value === chosen() }, t(`choice.${name}.${value}`)));
    const select = h('select', { 'data-choice': name, on: { change: (event) => choose(event.currentTarget.value) } },
      values.map(option));
    this.controls.append(h('label', { class: 'compact' }, h('span', {}, t(`choice.${name}`)), select));
    return chosen;
  }

  /** @param {string} name @param {string[]} values @param {string} preset which is not remembered */
  #chosen(name, values, preset) {
    const { state } = this;
    return {
      // An address may name anything.
      chosen: () => values.find((value) => value === state.choices.get(name)) ?? preset,
      choose: (/** @type {string} */ value) => {
        if (value === preset) state.choices.delete(name);
        else state.choices.set(name, value);
        state.onChoice();
        this.redraw();
      },
    };
  }
}

/** What a panel's own tables show; of several each row says whose it is.
 * @param {HTMLElement} place */
function shownTables(place) {
  const tables = [...place.querySelectorAll('table')].filter((table) => !table.hidden);
  const text = (/** @type {Element} */ cell) => (
    cell instanceof HTMLElement ? cell.dataset.value ?? cell.innerText.trim() : '');
  const several = tables.length > 1;
  return {
    columns: [...(several ? [''] : []), ...[...tables[0]?.querySelectorAll('thead th') ?? []].map(text)],
    rows: tables.flatMap((table) => [...table.querySelectorAll('tbody tr')].map((row) => [
      ...(several ? [table.caption?.innerText ?? ''] : []), ...[...row.children].map(text)])),
  };
}
