// Planets: the table of all planets with its search.
// Not here: the table (../table.js).

import { t } from '../i18n.js';
import { PlanetsTable } from '../table.js';

/** @type {View} */
export default {
  reads: ['newest'],
  title: ({ q }) => (q ? t('planets.titleOf', { q }) : t('planets.title')),
  mount(place, context) {
    const table = new PlanetsTable(place, context);
    return {
      show: (params) => table.show(params),
      hide: () => table.hide(),
      relabel: () => table.build(),
    };
  },
};
