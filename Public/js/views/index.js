// The views, by the name that the address has; the first is the page's own address. Each is loaded when it is first
// shown. To add one: its file (`View` in ../types.d.ts is the contract), a line here, and its link in index.html.
// Not here: how they are shown (../router.js).

/** @type {Record<string, () => Promise<View>>} */
export const views = {
  live: async () => (await import('./live.js')).default,
  explore: async () => (await import('./explore.js')).default,
  habitable: async () => (await import('./habitable.js')).default,
  planets: async () => (await import('./planets.js')).default,
  quality: async () => (await import('./quality.js')).default,
  class: async () => (await import('./class.js')).default,
  planet: async () => (await import('./planet.js')).default,
  system: async () => (await import('./system.js')).default,
};

export const firstView = 'live';

/** The name of the view that an address means.
 * @param {string} [wanted] */
export const viewNamed = (wanted = firstView) => (Object.hasOwn(views, wanted) ? wanted : firstView);
