// The marks of a plot: points, error bars, lines, areas, bars, cells, words. Each knows how it is drawn, and those that
// stand for something which of them lies under the pointer.
// Not here: axes (axes.js), pointing, zooming and brushing (plot.js).

/** How far from a mark the pointer may be, in pixels. */
const reach = 9;

/**
 * @typedef {object} Points
 * @property {ArrayLike<number>} x NaN where there is none
 * @property {ArrayLike<number>} y
 * @property {number | ArrayLike<number>} radius
 * @property {ArrayLike<number>} [codes] of each point, into `palette`; left out: all have its first
 * @property {Ink[]} palette
 * @property {Shape[]} [shapes] of each code
 * @property {ArrayLike<number>} [shown] 0: not at all; 1: faint, and can't be pointed at; 2: as it is
 * @property {Ink} [faint]
 * @property {(i: number) => string[]} [text]
 * @property {(i: number) => string} [name]
 * @property {(i: number) => void} [go]
 */

/** @param {Points} of @returns {Layer} */
export function points(of) {
  const { x, y, codes, palette, shapes = [], shown, faint } = of;
  const radiusOf = (/** @type {number} */ i) => (typeof of.radius === 'number' ? of.radius : of.radius[i]);
  const stateOf = (/** @type {number} */ i) => (shown ? shown[i] : 2);
  let count = 0;
  for (let i = 0; i < x.length; i += 1) if (stateOf(i) > 0) count += 1;

  /** @param {Surface} surface @param {Frame2D} frame @param {number} state */
  function drawAll(surface, frame, state) {
    const { left, right, top, bottom } = frame.area;
    for (let i = 0; i < x.length; i += 1) {
      if (stateOf(i) !== state) continue;
      const [px, py] = [frame.x.pixel(x[i]), frame.y.pixel(y[i])];
      const radius = radiusOf(i);
      // NaN fails each of these.
      if (!(px > left - radius && px < right + radius && py > top - radius && py < bottom + radius)) continue;
      const code = codes ? codes[i] : 0;
      if (state === 1 && faint) surface.mark('circle', px, py, Math.min(radius, 2), faint);
      else surface.mark(shapes[code] ?? 'circle', px, py, radius, palette[code]);
    }
  }
  return {
    count,
    draw(surface, frame) {
      surface.marks(frame.area, () => {
        if (shown && faint) drawAll(surface, frame, 1);
        drawAll(surface, frame, 2);
      });
    },
    at(px, py, frame) {
      let [best, nearest] = [-1, Infinity];
      for (let i = 0; i < x.length; i += 1) {
        if (stateOf(i) !== 2) continue;
        const [dx, dy] = [frame.x.pixel(x[i]) - px, frame.y.pixel(y[i]) - py];
        const off = dx * dx + dy * dy;
        const limit = Math.max(reach, radiusOf(i) + 2);
        // Of two at one place the one that is drawn last.
        if (off <= nearest && off <= limit * limit) [best, nearest] = [i, off];
      }
      return best;
    },
    place(i, frame) {
      if (stateOf(i) !== 2) return null;
      return inView({ x: frame.x.pixel(x[i]), y: frame.y.pixel(y[i]), radius: radiusOf(i) }, frame);
    },
    ...pointed(of, x.length),
  };
}

/** What stands for something, as `Layer` has it.
 * @typedef {{text?: (i: number) => string[], name?: (i: number) => string, go?: (i: number) => void}} Pointed
 * @param {Pointed} of @param {number} length */
function pointed({ text, name, go }, length) {
  return { ...(text && { text }), ...(name && { name }), ...(go && { go }), length };
}

/** @template {{x: number, y: number}} P @param {P} place @param {Frame2D} frame */
function inView(place, { area }) {
  const inside = place.x >= area.left - 1 && place.x <= area.right + 1 && place.y >= area.top - 1
    && place.y <= area.bottom + 1;
  return inside ? place : null;
}

/** Error bars of points; an error that isn't known is NaN or 0. On a logarithmic axis one that reaches 0 goes to the
 * edge.
 * @param {{x: ArrayLike<number>, y: ArrayLike<number>, up?: ArrayLike<number>, down?: ArrayLike<number>,
 *   right?: ArrayLike<number>, left?: ArrayLike<number>, codes?: ArrayLike<number>, palette: Ink[],
 *   shown?: ArrayLike<number>}} of @returns {Layer} */
export function errorBars(of) {
  const { x, y, up, down, right, left, codes, palette, shown } = of;
  return {
    count: 0,
    draw(surface, frame) {
      const lines = palette.map(() => /** @type {number[]} */ ([]));
      const { area } = frame;
      /** @param {import('./scale.js').Scale} scale @param {number} value @param {number} edge */
      const end = (scale, value, edge) => {
        const pixel = scale.pixel(value);
        return Number.isNaN(pixel) ? edge : pixel;
      };
      for (let i = 0; i < x.length; i += 1) {
        if (shown && shown[i] !== 2) continue;
        const [px, py] = [frame.x.pixel(x[i]), frame.y.pixel(y[i])];
        if (!(px > area.left && px < area.right && py > area.top && py < area.bottom)) continue;
        const into = lines[codes ? codes[i] : 0];
        if (up && down && (up[i] > 0 || down[i] > 0)) {
          const high = end(frame.y, y[i] + (up[i] || 0), area.top);
          const low = end(frame.y, y[i] - (down[i] || 0), area.bottom);
          if (Math.abs(high - low) > 1) into.push(px, high, px, low);
        }
        if (right && left && (right[i] > 0 || left[i] > 0)) {
          const far = end(frame.x, x[i] + (right[i] || 0), area.right);
          const near = end(frame.x, x[i] - (left[i] || 0), area.left);
          if (Math.abs(far - near) > 1) into.push(near, py, far, py);
        }
      }
      palette.forEach((ink, code) => {
        if (lines[code].length > 0) surface.segments(lines[code], ink);
      });
    },
  };
}

/** A line through values; gaps where a value is NaN.
 * @param {[x: number, y: number][]} values @param {Ink} ink @param {Pointed & {halo?: Ink}} [more]
 * @returns {Layer} */
export function line(values, ink, more = {}) {
  /** @type {Layer} */
  const layer = {
    count: 1,
    draw(surface, { x, y }) {
      /** @type {number[]} */
      let run = [];
      const flush = () => {
        if (more.halo && run.length > 2) surface.path(run, more.halo);
        if (run.length > 2) surface.path(run, ink);
        run = [];
      };
      for (const [vx, vy] of values) {
        const [px, py] = [x.pixel(vx), y.pixel(vy)];
        if (Number.isNaN(px + py)) flush();
        else run.push(px, py);
      }
      flush();
    },
  };
  if (!more.text) return layer;
  const marks = points({
    x: values.map(([vx]) => vx), y: values.map(([, vy]) => vy), radius: 3, palette: [{}], text: more.text, go: more.go,
  });
  return { ...marks, ...layer };
}

/** The ground between two lines, or within one.
 * @param {[x: number, y: number][]} outline @param {Ink} ink @returns {Layer} */
export function ground(outline, ink) {
  return {
    count: 1,
    draw(surface, { x, y }) {
      const run = outline.flatMap(([vx, vy]) => [x.pixel(vx), y.pixel(vy)]);
      if (run.length > 5 && !run.some(Number.isNaN)) surface.path(run, ink, true);
    },
  };
}

/** A range of one axis, over the whole plot.
 * @param {'x' | 'y'} axis @param {number} from @param {number} to @param {Ink} ink @returns {Layer} */
export function strip(axis, from, to, ink) {
  return {
    count: 1,
    draw(surface, frame) {
      const [a, b] = [frame[axis].pixel(from), frame[axis].pixel(to)];
      const { left, top, right, bottom } = frame.area;
      if (ink.fill) {
        const { fill, alpha } = ink;
        if (axis === 'x') surface.rect(Math.min(a, b), top, Math.abs(b - a), bottom - top, { fill, alpha });
        else surface.rect(left, Math.min(a, b), right - left, Math.abs(b - a), { fill, alpha });
      }
      if (ink.stroke) {
        surface.segments(axis === 'x' ? [a, top, a, bottom, b, top, b, bottom]
          : [left, a, right, a, left, b, right, b], { ...ink, fill: undefined, alpha: 1 });
      }
    },
  };
}

/** Rectangles from value to value: bars, stacks, cells of a grid.
 * @typedef {{x0: number, x1: number, y0: number, y1: number, ink: Ink}} Box
 * @param {Box[]} boxes @param {Pointed & {inset?: number, gap?: number, whole?: '' | 'x' | 'y'}} [more]
 *   `inset` in pixels; `whole`: the row or column of a box counts as the box
 * @returns {Layer} */
export function boxes(boxes, more = {}) {
  const { inset = 0.5, whole = '' } = more;
  /** @param {Box} box @param {Frame2D} frame */
  const place = (box, { x, y, area }) => {
    // A bar from 0 begins at the axis where that is logarithmic.
    const at = (/** @type {number} */ pixel, /** @type {number} */ edge) => (Number.isNaN(pixel) ? edge : pixel);
    const xs = [at(x.pixel(box.x0), area.left), at(x.pixel(box.x1), area.left)];
    const ys = [at(y.pixel(box.y0), area.bottom), at(y.pixel(box.y1), area.bottom)];
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  };
  return {
    count: boxes.length,
    draw(surface, frame) {
      for (const box of boxes) {
        const { left, right, top, bottom } = place(box, frame);
        const [wide, high] = [right - left, bottom - top];
        if (!(wide > 0 && high > 0)) continue;
        const by = Math.min(inset, wide / 3, high / 3);
        surface.rect(left + by, top + by, Math.max(0.5, wide - 2 * by), Math.max(0.5, high - 2 * by), box.ink);
      }
    },
    at(px, py, frame) {
      return boxes.findIndex((box) => {
        const { left, right, top, bottom } = place(box, frame);
        return (whole === 'y' || (px >= left && px < right)) && (whole === 'x' || (py >= top && py < bottom));
      });
    },
    place(i, frame) {
      const { left, right, top } = place(boxes[i], frame);
      const { area } = frame;
      return inView({ x: (left + right) / 2, y: Math.max(area.top, top), radius: 4 }, frame);
    },
    ...pointed(more, boxes.length),
  };
}

/** Words beside places.
 * @param {{x: number, y: number, text: string, mark?: boolean, align?: 'start' | 'middle' | 'end', dx?: number,
 *   dy?: number}[]} places @returns {Layer} */
export function words(places) {
  return {
    count: places.length,
    draw(surface, { x, y, area, colour }) {
      for (const { x: vx, y: vy, text, mark = false, align = 'end', dx = -9, dy = -9 } of places) {
        // Infinity: at the plot's right edge.
        const px = vx === Infinity ? area.right : x.pixel(vx);
        const py = y.pixel(vy);
        if (Number.isNaN(px + py)) continue;
        if (mark) surface.mark('circle', px, py, 4.5, { fill: colour.surface, stroke: colour.ink, width: 1.5 });
        surface.text(px + dx, py + dy, text, { fill: colour.ink, size: 11, weight: 600, align, halo: colour.surface });
      }
    },
  };
}
