// What every panel has: a heading, a place for controls, a figure, a note, and the table beside the figure.
// Not here: when panels are drawn (panelHost.js) and what is in them (panels/*.js).

import { DataTable } from './dataTable.js';
import { h, scroller } from './dom.js';
import { t } from './i18n.js';

/**
 * @typedef {import('./board.js').Board} Board
 *
 * @typedef {object} Page what a panel may ask of the page
 * @property {import('./schema.js').Schema} schema
 * @property {(address: string) => void} show goes to an address within the page (links.js)
 *
 * @typedef {object} Drawing what a panel returns when it is mounted
 * @property {(board: Board, animate: boolean) => void} update
 * @property {(board: Board) => import('./dataTable.js').TableData} [table]
 * @property {() => void} [destroy]
 *
 * @typedef {object} Panel
 * @property {string} id also the key of its texts: panel.ID.title, panel.ID.about
 * @property {'overview' | 'charts' | 'predictions' | 'health' | 'rail'} slot
 * @property {'full' | 'half'} [size]
 * @property {import('./board.js').AggregateName[]} reads a change of one of these aggregates draws the panel anew
 * @property {(frame: PanelFrame, page: Page) => Drawing} mount
 */

/** What outlives a new mount of a panel: the choices made, and the parts that are open. */
export class PanelState {
  /** @type {Map<string, string>} */
  choices = new Map();
  /** @type {Set<string>} */
  open = new Set();
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
    }, h('div', { class: 'panel-head' }, h('h3', { id: titleId }, this.title), this.controls), this.body);
    /** @type {DataTable | null} */
    this.table = null;
    this.redraw = () => {};
  }

  /** A sentence under the figure.
   * @param {string} text */
  note(text) {
    this.element.append(h('p', { class: 'note' }, text));
  }

  /**
   * A canvas with a name; `describe` keeps the spoken summary up to date.
   * @param {'' | 'tall' | 'square' | 'low'} [shape]
   */
  canvas(shape = '') {
    const canvas = h('canvas', { role: 'img', 'aria-label': this.title });
    this.body.append(h('div', { class: `figure ${shape}` }, canvas));
    /** @param {string} text */
    const describe = (text) => {
      const label = `${this.title}. ${text}`;
      if (canvas.getAttribute('aria-label') !== label) canvas.setAttribute('aria-label', label);
    };
    return { canvas, describe };
  }

  /** "Show as table". Filled only while it is open. */
  addTable() {
    this.table = new DataTable();
    const summary = [t('panel.table'), h('span', { class: 'unseen' }, ` – ${this.title}`)];
    const content = scroller(this.title, this.table.element);
    this.element.append(this.details('table', { class: 'as-table' }, summary, content));
  }

  get tableIsOpen() {
    return this.state.open.has('table');
  }

  /**
   * A part that opens, and stays open over a new mount; the panel is drawn when it opens.
   * @param {string} name
   * @param {import('./dom.js').Attributes<HTMLDetailsElement>} attributes
   * @param {import('./dom.js').Child} summary
   * @param {import('./dom.js').Child} content
   */
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

  /** Opens or closes a part of the panel that is drawn anew.
   * @param {string} name */
  toggle(name) {
    if (!this.state.open.delete(name)) this.state.open.add(name);
    this.redraw();
  }

  /**
   * A choice of a few: radio buttons that look like a switch.
   * @param {string} name
   * @param {string[]} values
   * @param {string} preset
   * @param {(value: string) => string} text
   * @returns {() => string} the value chosen
   */
  choice(name, values, preset, text) {
    const { chosen, choose } = this.#chosen(name, preset);
    const option = (/** @type {string} */ value) => h('label', {},
      h('input', {
        type: 'radio', name: `${this.id}-${name}`, value, checked: value === chosen(),
        on: { change: () => choose(value) },
      }), h('span', {}, text(value)));
    this.controls.append(h('fieldset', { class: 'switch', 'data-choice': name },
      h('legend', { class: 'unseen' }, t(`choice.${name}`)), values.map(option)));
    return chosen;
  }

  /**
   * A choice of many.
   * @param {string} name
   * @param {string[]} values
   * @param {string} preset
   * @param {(value: string) => string} text
   * @returns {() => string} the value chosen
   */
  select(name, values, preset, text) {
    const { chosen, choose } = this.#chosen(name, preset);
    this.controls.append(h('label', { class: 'compact' }, h('span', {}, t(`choice.${name}`)),
      h('select', { 'data-choice': name, on: { change: (event) => choose(event.currentTarget.value) } },
        values.map((value) => h('option', { value, selected: value === chosen() }, text(value))))));
    return chosen;
  }

  /** @param {string} name @param {string} preset */
  #chosen(name, preset) {
    const { choices } = this.state;
    return {
      chosen: () => choices.get(name) ?? preset,
      choose: (/** @type {string} */ value) => {
        choices.set(name, value);
        this.redraw();
      },
    };
  }
}
