// The facilities with the most planets.
// Not here: the rest of them, which the table beside the chart lists in full.

import { bars } from '../bars.js';
import { t } from '../i18n.js';

/** @type {Panel} */
export default {
  id: 'facilities', size: 'half', reads: ['by_facility'],
  mount: (frame) => bars(frame, {
    aggregate: 'by_facility',
    columns: () => [t('facility'), t('totals.planets')],
    horizontal: true,
    most: 15,
    width: 0.7,
    summary: (all) => t('panel.facilities.summary', { n: all.length, first: all[0].label, count: all[0].count }),
  }),
};
