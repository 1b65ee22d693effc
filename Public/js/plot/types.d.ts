// Types of the plots: what is drawn, what it is drawn on, and how a plot is told of both.
// Not here: anything that runs. No browser loads this file.

type ScaleKind = 'linear' | 'log' | 'time';
type Area = { left: number; top: number; right: number; bottom: number };
/** `alpha` from 0 to 1. */
type Ink = { stroke?: string; fill?: string; width?: number; dash?: readonly number[]; alpha?: number };
type TextInk = {
  fill: string; size?: number; weight?: number; align?: 'start' | 'middle' | 'end'; italic?: boolean;
  baseline?: 'top' | 'middle' | 'bottom';
  /** In degrees. */
  turn?: number;
  /** A rim of this colour keeps the words readable. */
  halo?: string;
};
type Shape = 'circle' | 'square' | 'triangle' | 'down' | 'diamond' | 'cross' | 'saltire';

/** What is drawn on: an SVG or a canvas. Points are x, y, x, y. Sizes in CSS pixels. */
type Surface = {
  readonly element: SVGSVGElement | HTMLCanvasElement;
  clear(width: number, height: number, ground?: string): void;
  clipped(area: Area, draw: () => void): void;
  path(points: ArrayLike<number>, ink: Ink, closed?: boolean): void;
  /** Separate lines: x1, y1, x2, y2. */
  segments(points: ArrayLike<number>, ink: Ink): void;
  rect(x: number, y: number, width: number, height: number, ink: Ink): void;
  /** Marks that `draw` draws, all of one layer. */
  marks(area: Area, draw: () => void): void;
  mark(shape: Shape, x: number, y: number, radius: number, ink: Ink): void;
  text(x: number, y: number, text: string, ink: TextInk): void;
};

/** `text` and `ticks` take the place of what the scale would write. */
type AxisSpec = {
  kind: ScaleKind; min: number; max: number; title?: string; reverse?: boolean; grid?: boolean;
  /** Whole numbers only. */
  whole?: boolean;
  text?(value: number): string;
  ticks?: number[];
};

type Frame2D = { x: import('./scale.js').Scale; y: import('./scale.js').Scale; area: Area; colour: Colours };

/** One set of marks. What has `text` can be pointed at and walked with the arrow keys. */
type Layer = {
  /** Marks to draw. */
  count: number;
  draw(surface: Surface, frame: Frame2D): void;
  /** The mark at a place, or -1. */
  at?(x: number, y: number, frame: Frame2D): number;
  /** Where a mark is, in pixels; null where it isn't in view. */
  place?(index: number, frame: Frame2D): { x: number; y: number; radius?: number } | null;
  text?(index: number): string[];
  /** What a mark is called in every drawing of it, where that isn't its text's first line. */
  name?(index: number): string;
  /** Opens what is behind a mark. */
  go?(index: number): void;
  /** How many can be pointed at. */
  length?: number;
};

type PlotView = { x: [number, number]; y: [number, number] };
type PlotContent = { x: AxisSpec; y: AxisSpec; layers: Layer[]; summary?: string };
type PlotOptions = {
  /** Of the chart, for who can't see it. */
  label: string;
  /** Along which axes it zooms; '' is not at all. */
  zoom?: '' | 'x' | 'xy';
  /** What a drag marks: a range of x, a rectangle, or nothing (a drag moves then). */
  brush?: '' | 'x' | 'xy';
  /** Whether the wheel zooms at once, or only while the plot has the focus. */
  wheel?: 'always' | 'focused';
  /** Without axes: maps. */
  bare?: boolean;
  onView?(view: PlotView | null): void;
  onBrush?(brush: PlotView | null): void;
};
