// Which planets pass the brushes of the other panels, and which pass all. Pure.
// Not here: the brushes themselves (../plot/gestures.js).

/** A brush on a panel: whether planet i lies in it. Null: nothing is brushed there.
 * @typedef {((i: number) => boolean) | null} Brush */

/** For each planet of how many brushes it is outside, and, where that is one, of which.
 * @param {number} length @param {Brush[]} brushes */
export function judge(length, brushes) {
  const outside = new Uint8Array(length);
  const which = new Uint8Array(length);
  brushes.forEach((inside, panel) => {
    if (!inside) return;
    for (let i = 0; i < length; i += 1) {
      if (inside(i)) continue;
      outside[i] += 1;
      which[i] = panel;
    }
  });
  let selected = 0;
  for (let i = 0; i < length; i += 1) if (outside[i] === 0) selected += 1;
  return {
    selected,
    /** Passes all.
     * @param {number} i */
    passes: (i) => outside[i] === 0,
    /** Passes the brushes of the other panels.
     * @param {number} i @param {number} panel */
    passesOthers: (i, panel) => outside[i] === 0 || (outside[i] === 1 && which[i] === panel),
  };
}

/** @param {ArrayLike<number>} x @param {ArrayLike<number>} y @param {PlotView | null} box @returns {Brush} */
export function within(x, y, box) {
  if (!box) return null;
  const [[x0, x1], [y0, y1]] = [box.x, box.y];
  // NaN fails each comparison.
  return (i) => x[i] >= x0 && x[i] <= x1 && y[i] >= y0 && y[i] <= y1;
}

/** @param {ArrayLike<number>} values @param {[number, number] | null} range @returns {Brush} */
export function inRange(values, range) {
  if (!range) return null;
  return (i) => values[i] >= range[0] && values[i] <= range[1];
}
