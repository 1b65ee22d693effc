// What every panel has: a heading, a place for controls, a figure, a note, and the table beside the figure.
// Not here: when panels are drawn (panelHost.js) and what is in them (panels/*.js).

import { h } from './dom.js';
import { DataTable } from './dataTable.js';
import { t } from './i18n.js';

/**
 * @typedef {object} Page what a panel may ask of the page
 * @property {(key: string) => void} openPlanet
 * @property {(address: string) => void} show goes to an address within the page (links.js)
 *
 * @typedef {object} Drawing what a panel gives back when it is mounted
 * @property {(board: import('./board.js').Board, animate: boolean) => void} update
 * @property {(board: import('./board.js').Board) => import('./dataTable.js').TableData} [table]
 * @property {() => void} [destroy]
 *
 * @typedef {object} Panel
 * @property {string} id also the key of its texts: panel.ID.title, panel.ID.about
 * @property {'overview' | 'charts' | 'predictions' | 'health' | 'rail'} slot
 * @property {'full' | 'half'} [size]
 * @property {string[]} reads names of aggregates; a change of one of them draws the panel anew
 * @property {(frame: PanelFrame, page: Page) => Drawing} mount
 */

export class PanelFrame {
  /** @param {Panel} panel @param {Map<string, any>} state what outlives a new mount: choices, an open table */
  constructor(panel, state) {
    this.state = state;
    this.id = panel.id;
    const titleId = `panel-${panel.id}-title`;
    this.controls = h('div', { class: 'controls' });
    this.body = h('div', { class: 'panel-body' });
    this.element = h('section', { class: `panel ${panel.size === 'full' ? 'full' : ''}`, id: `panel-${panel.id}`, 'data-panel': panel.id, 'aria-labelledby': titleId },
      h('div', { class: 'panel-head' }, h('h3', { id: titleId }, t(`panel.${panel.id}.title`)), this.controls),
      this.body);
    /** @type {DataTable | null} */
    this.table = null;
    this.redraw = () => {};
  }

  /** A sentence under the figure. @param {...any} content */
  note(...content) {
    this.element.append(h('p', { class: 'note' }, ...content));
  }

  /** A canvas with a name; `describe` keeps the spoken summary up to date. @param {string} [shape] @returns {{canvas: HTMLCanvasElement, describe: (text: string) => void}} */
  canvas(shape = '') {
    const canvas = h('canvas', { role: 'img', 'aria-label': t(`panel.${this.id}.title`) });
    this.body.append(h('div', { class: `figure ${shape}` }, canvas));
    return {
      canvas,
      describe: (text) => {
        const label = `${t(`panel.${this.id}.title`)}. ${text}`;
        if (canvas.getAttribute('aria-label') !== label) canvas.setAttribute('aria-label', label);
      },
    };
  }

  /** "Show as table". Filled only while it is open. */
  addTable() {
    const table = new DataTable();
    const details = h('details', { class: 'as-table', open: this.state.get('tableOpen') === true },
      h('summary', {}, t('panel.table'), h('span', { class: 'unseen' }, ` – ${t(`panel.${this.id}.title`)}`)),
      h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': t(`panel.${this.id}.title`) }, table.element));
    details.addEventListener('toggle', () => {
      this.state.set('tableOpen', details.open);
      if (details.open) this.redraw();
    });
    this.element.append(details);
    this.table = table;
  }

  get tableIsOpen() {
    return this.state.get('tableOpen') === true;
  }

  /**
   * A choice of a few: radio buttons that look like a switch.
   * @param {string} name @param {[string, string][]} choices value and text @param {string} preset @param {() => void} onChange
   * @returns {() => string}
   */
  choice(name, choices, preset, onChange) {
    const chosen = this.state.get(name) ?? preset;
    this.state.set(name, chosen);
    this.controls.append(h('fieldset', { class: 'switch', 'data-choice': name }, h('legend', { class: 'unseen' }, t(`choice.${name}`)),
      choices.map(([value, text]) => h('label', {},
        h('input', {
          type: 'radio', name: `${this.id}-${name}`, value, checked: value === chosen,
          on: { change: () => { this.state.set(name, value); onChange(); } },
        }), h('span', {}, text)))));
    return () => this.state.get(name);
  }

  /** A choice of many. @param {string} name @param {[string, string][]} choices @param {string} preset @param {() => void} onChange @returns {() => string} */
  select(name, choices, preset, onChange) {
    const chosen = this.state.get(name) ?? preset;
    this.state.set(name, chosen);
    this.controls.append(h('label', { class: 'compact' }, h('span', {}, t(`choice.${name}`)),
      h('select', { 'data-choice': name, on: { change: (/** @type {any} */ event) => { this.state.set(name, event.target.value); onChange(); } } },
        choices.map(([value, text]) => h('option', { value, selected: value === chosen }, text)))));
    return () => this.state.get(name);
  }
}
