// Live: the counters, what arrives, and the charts that follow it.
// Not here: the panels themselves (../panels).

import { t } from '../i18n.js';
import cumulative from '../panels/cumulative.js';
import facilities from '../panels/facilities.js';
import hosts from '../panels/hosts.js';
import massRadius from '../panels/massRadius.js';
import methodsByYear from '../panels/methodsByYear.js';
import newest from '../panels/newest.js';
import periodRadius from '../panels/periodRadius.js';
import rate from '../panels/rate.js';
import totals from '../panels/totals.js';
import { showPanels } from './panelView.js';

/** @type {View} */
export default {
  name: 'live',
  title: () => t('title'),
  mount: (place, context) => showPanels(place, context, [
    { panels: [totals], layout: 'counters' },
    {
      panels: [newest, methodsByYear, massRadius, cumulative, periodRadius, facilities, hosts, rate],
      layout: 'grid thirds',
    },
  ]),
};
