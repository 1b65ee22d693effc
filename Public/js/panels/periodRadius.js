// The period-radius diagram, with the radius valley between rocky and gaseous planets marked.
// Not here: how cells are drawn (../heatmap.js).

import { heatmap } from '../heatmap.js';
import { t } from '../i18n.js';

/** @type {Panel} */
export default {
  id: 'periodRadius', size: 'half', reads: ['period_radius'],
  mount(frame, schema) {
    const drawing = heatmap(frame, schema, {
      aggregate: 'period_radius',
      xTitle: t('axis.period'),
      yTitle: t('axis.radius'),
      landmarks: [{ x: 365.25, y: 1, name: t('earth') }],
      band: { from: 1.5, to: 2, name: t('radiusValley') },
    });
    frame.note(t('panel.periodRadius.about'));
    return drawing;
  },
};
