// Errors of the planets in the habitable-zone diagram, asked for once the reader wants them: the board has none.
// Not here: how they are drawn (plot/layers.js).

import { Columns } from './explore/columns.js';

const names = ['st_tefferr1', 'st_tefferr2', 'pl_insol', 'pl_insolerr1', 'pl_insolerr2', 'radius_provenance'];

export class ZoneErrors {
  /** @param {() => void} onChange they came, or changed */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {Columns | null} */
    this.columns = null;
  }

  /** @param {Board} board */
  want(board) {
    if (this.columns) return;
    const columns = this.columns = new Columns(board, this.onChange);
    columns.need(names).then(() => {
      if (this.columns !== columns) return;
      columns.follow(true);
      this.onChange();
    }).catch(() => {
      // The next change of the board asks again.
      if (this.columns === columns) this.columns = null;
    });
  }

  destroy() {
    this.columns?.follow(false);
    this.columns = null;
  }

  /** Lengths to each side; NaN: not known. The flux has the share of error that the record's own flux has.
   * @param {{key: string, flux_thermal: number}[]} planets */
  of(planets) {
    const { columns } = this;
    /** @param {string} name @param {string} key */
    const value = (name, key) => {
      const row = columns?.rows.get(key);
      return row === undefined ? NaN : columns?.number(name)[row] ?? NaN;
    };
    const star = (/** @type {string} */ name) => planets.map(({ key }) => Math.abs(value(name, key)));
    const flux = (/** @type {string} */ name) => planets.map(({ key, flux_thermal: thermal }) => (
      thermal * Math.abs(value(name, key) / value('pl_insol', key))));
    return {
      up: star('st_tefferr1'), down: star('st_tefferr2'), right: flux('pl_insolerr1'), left: flux('pl_insolerr2'),
    };
  }

  /** Whether the radius was measured, where that is known.
   * @param {string} key */
  origin(key) {
    const row = this.columns?.rows.get(key);
    return row === undefined ? '' : this.columns?.text('radius_provenance')[row] ?? '';
  }
}
