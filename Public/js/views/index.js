// The views; the first is the page's own address. To add one: its file (`View` in ../types.d.ts is the contract), a
// line here, and its link in index.html. Not here: how they are shown (../router.js).

import classes from './class.js';
import explore from './explore.js';
import habitable from './habitable.js';
import live from './live.js';
import planet from './planet.js';
import planets from './planets.js';
import quality from './quality.js';
import system from './system.js';

/** @type {View[]} */
export const views = [live, explore, habitable, planets, quality, classes, planet, system];

/** What the view of an address reads of the board at once.
 * @param {string} [name] */
export const firstReads = (name) => (views.find((view) => view.name === name) ?? views[0]).reads ?? [];
