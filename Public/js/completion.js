// Names offered while one types, as the browser offers them: planets and their stars by the catalogue's idea of a name,
// facilities by those the board has. Not here: what is known of the name (knownPlanet.js).

import { request } from './api.js';
import { h } from './dom.js';

const typingPauseMilliseconds = 200;
const most = 8;
const mostFacilities = 100;

/** @param {HTMLElement} control @param {HTMLElement} place for the list */
function listOf(control, place) {
  const list = h('datalist', { id: `${control.id}-names` });
  control.setAttribute('list', list.id);
  place.append(list);
  return list;
}

/** @param {HTMLElement} list @param {string[]} names */
function fill(list, names) {
  list.replaceChildren(...names.map((value) => h('option', { value })));
}

/** @param {HTMLInputElement} control @param {HTMLElement} place @param {'pl_name' | 'hostname'} column */
export function completeName(control, place, column) {
  const list = listOf(control, place);
  let timer = 0;
  control.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const q = control.value.trim();
      if (q.length < 2) {
        fill(list, []);
        return;
      }
      const query = new URLSearchParams({ q, fields: 'pl_name,hostname', sort: 'pl_name', limit: String(most * 3) });
      /** @type {PlanetsAnswer | null} */
      const answer = await request(`api/planets?${query}`).catch(() => null);
      if (!answer || q !== control.value.trim()) return;
      const names = answer.planets.map((planet) => String(planet[column] ?? '')).filter(Boolean);
      fill(list, [...new Set(names)].slice(0, most));
    }, typingPauseMilliseconds);
  });
}

/** @param {HTMLInputElement} control @param {HTMLElement} place @param {Board} board */
export function completeFacility(control, place, board) {
  const list = listOf(control, place);
  control.addEventListener('focus', () => {
    const byCount = [...board.groups('by_facility')].sort((a, b) => b[1] - a[1]);
    fill(list, byCount.slice(0, mostFacilities).map(([name]) => name));
  });
}
