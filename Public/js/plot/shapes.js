// The outlines of marks, about 0/0 with radius 1: one description for SVG and canvas.
// Not here: which mark means what.

/** Each is a list of lines; a closed one is filled. All have about the area of the circle.
 * @type {Record<Exclude<Shape, 'circle'>, {closed: boolean, lines: number[][]}>} */
export const outlines = {
  square: { closed: true, lines: [[-0.88, -0.88, 0.88, -0.88, 0.88, 0.88, -0.88, 0.88]] },
  triangle: { closed: true, lines: [[0, -1.2, 1.1, 0.8, -1.1, 0.8]] },
  down: { closed: true, lines: [[0, 1.2, 1.1, -0.8, -1.1, -0.8]] },
  diamond: { closed: true, lines: [[0, -1.25, 1.25, 0, 0, 1.25, -1.25, 0]] },
  cross: { closed: false, lines: [[-1.15, 0, 1.15, 0], [0, -1.15, 0, 1.15]] },
  saltire: { closed: false, lines: [[-0.85, -0.85, 0.85, 0.85], [-0.85, 0.85, 0.85, -0.85]] },
};
