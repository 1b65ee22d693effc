// Quality: where the values come from, and what was rejected or flagged.
// Not here: the panels themselves (../panels).

import { t } from '../i18n.js';
import quality from '../panels/quality.js';
import rules from '../panels/rules.js';
import stats from '../panels/stats.js';
import { showPanels } from './panelView.js';

/** @type {View} */
export default {
  reads: [...quality.reads, ...rules.reads],
  title: () => t('health.title'),
  mount: (place, context) => showPanels(place, context, [{ panels: [quality, rules, stats] }]),
};
