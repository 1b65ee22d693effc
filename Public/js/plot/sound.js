// A tone for the mark in hand: higher is a higher value, from left to right as in the plot. Off until it is asked for.
// Not here: which mark that is (plot.js).

import { remembered } from '../dom.js';

const lowestHertz = 180;
const octaves = 2.6;
const seconds = 0.18;

/** @type {AudioContext | null} */
let context = null;

export const sound = {
  get isOn() {
    return remembered('sound') === 'on';
  },

  /** @param {boolean} on */
  turn(on) {
    remembered('sound', on ? 'on' : 'off');
    if (on) this.play(0.5, 0.5);
  },

  /** @param {number} height from 0 to 1 @param {number} side from 0 (left) to 1 */
  play(height, side) {
    if (!this.isOn) return;
    context ??= new AudioContext();
    const tone = new OscillatorNode(context, { type: 'triangle', frequency: lowestHertz * 2 ** (octaves * height) });
    const loudness = new GainNode(context, { gain: 0.12 });
    const end = context.currentTime + seconds;
    loudness.gain.setTargetAtTime(0, end - 0.08, 0.03);
    tone.connect(loudness).connect(new StereoPannerNode(context, { pan: Math.max(-1, Math.min(1, side * 2 - 1)) }))
      .connect(context.destination);
    tone.start();
    tone.stop(end + 0.1);
  },
};
