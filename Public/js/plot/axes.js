// Axes: where the plot's area is, ticks with their texts, the grid, titles.
// Not here: which ticks (ticks.js) and how they read (text.js).

import { textWidth } from '../charts.js';
import { Scale } from './scale.js';
import { linearText, logText, timeText } from './text.js';

const fontSize = 12;
const tickLength = 5;
const gap = 6;
const pixelsPerTickX = 84;
const pixelsPerTickY = 46;

/** @typedef {{pixel: number, text: string}} Tick */
/** @typedef {{scale: Scale, spec: AxisSpec, ticks: Tick[], minor: number[]}} Axis */

/** @param {AxisSpec} spec @param {[number, number] | undefined} view in place of the axis's own range
 * @param {number} from @param {number} to pixels @param {number} perTick @returns {Axis} */
function makeAxis(spec, view, from, to, perTick) {
  const [min, max] = view ?? [spec.min, spec.max];
  const scale = spec.reverse ? new Scale(spec.kind, min, max, to, from) : new Scale(spec.kind, min, max, from, to);
  const made = scale.ticks(Math.max(3, Math.abs(to - from) / perTick), spec.whole);
  const values = spec.ticks ?? made.values;
  const text = spec.text ?? (
    spec.kind === 'time' ? timeText(made.step)
      : spec.kind === 'log' && made.step === 0 ? logText : linearText(made.step, values));
  const inside = (/** @type {number} */ pixel) => scale.holds(pixel);
  return {
    scale, spec,
    ticks: values.map((value) => ({ pixel: scale.pixel(value), text: text(value) })).filter((one) => inside(one.pixel)),
    minor: spec.ticks ? [] : made.minor.map((value) => scale.pixel(value)).filter(inside),
  };
}

/** @param {number} width @param {number} height @param {PlotContent} content @param {PlotView | null} view
 * @param {boolean} bare */
export function layOut(width, height, content, view, bare) {
  if (bare) {
    const area = { left: 0, top: 0, right: width, bottom: height };
    return { area, x: makeAxis(content.x, view?.x, 0, width, 1e9), y: makeAxis(content.y, view?.y, height, 0, 1e9) };
  }
  const top = 10;
  const bottom = height - tickLength - gap - fontSize - (content.x.title ? fontSize + 8 : 2);
  const y = makeAxis(content.y, view?.y, bottom, top, pixelsPerTickY);
  const widest = Math.max(0, ...y.ticks.map((tick) => textWidth(tick.text)));
  const left = Math.min(width / 2, Math.ceil(widest) + tickLength + gap + (content.y.title ? fontSize + 8 : 2));
  let right = width - 12;
  let x = makeAxis(content.x, view?.x, left, right, pixelsPerTickX);
  // Room for the half of the last tick's text that stands out.
  const last = x.ticks.reduce((most, tick) => Math.max(most, tick.pixel + textWidth(tick.text) / 2), 0);
  if (last > width - 2) {
    right -= Math.min(40, last - width + 4);
    x = makeAxis(content.x, view?.x, left, right, pixelsPerTickX);
  }
  return { area: { left, top, right, bottom }, x, y };
}

/** The grid, under the marks.
 * @param {Surface} surface @param {Area} area @param {Axis} x @param {Axis} y @param {Colours} colour */
export function drawGrid(surface, area, x, y, colour) {
  const lines = [];
  if (x.spec.grid !== false) {
    for (const { pixel } of x.ticks) lines.push(crisp(pixel), area.top, crisp(pixel), area.bottom);
  }
  if (y.spec.grid !== false) {
    for (const { pixel } of y.ticks) lines.push(area.left, crisp(pixel), area.right, crisp(pixel));
  }
  surface.segments(lines, { stroke: colour.line, width: 1 });
}

/** Lines, ticks, texts and titles.
 * @param {Surface} surface @param {Area} area @param {Axis} x @param {Axis} y @param {Colours} colour */
export function drawAxes(surface, area, x, y, colour) {
  const { left, right, bottom, top } = area;
  const lines = [left, crisp(bottom), right, crisp(bottom), crisp(left), top, crisp(left), bottom];
  for (const { pixel } of x.ticks) lines.push(crisp(pixel), bottom, crisp(pixel), bottom + tickLength);
  for (const pixel of x.minor) lines.push(crisp(pixel), bottom, crisp(pixel), bottom + tickLength / 2);
  for (const { pixel } of y.ticks) lines.push(left - tickLength, crisp(pixel), left, crisp(pixel));
  for (const pixel of y.minor) lines.push(left - tickLength / 2, crisp(pixel), left, crisp(pixel));
  surface.segments(lines, { stroke: colour.edge, width: 1 });
  /** @type {TextInk} */
  const ink = { fill: colour.muted, size: fontSize };
  for (const tick of apart(x.ticks)) {
    surface.text(tick.pixel, bottom + tickLength + gap / 2, tick.text, { ...ink, align: 'middle', baseline: 'top' });
  }
  for (const tick of y.ticks) {
    surface.text(left - tickLength - gap / 2, tick.pixel, tick.text, { ...ink, align: 'end' });
  }
  const title = { ...ink, fill: colour.ink, size: fontSize + 1, align: /** @type {const} */ ('middle') };
  if (x.spec.title) {
    surface.text((left + right) / 2, bottom + tickLength + gap + fontSize + 7, x.spec.title,
      { ...title, baseline: 'top' });
  }
  if (y.spec.title) surface.text(fontSize / 2 + 2, (top + bottom) / 2, y.spec.title, { ...title, turn: -90 });
}

/** Texts that do not touch each other.
 * @param {Tick[]} ticks */
function apart(ticks) {
  let end = -Infinity;
  return [...ticks].sort((a, b) => a.pixel - b.pixel).filter(({ pixel, text }) => {
    const half = textWidth(text) / 2;
    if (pixel - half < end + 8) return false;
    end = pixel + half;
    return true;
  });
}

/** A line of one pixel lies on one row of pixels.
 * @param {number} pixel */
const crisp = (pixel) => Math.round(pixel - 0.5) + 0.5;
