// The period-radius diagram, with the radius valley between rocky and gaseous planets marked.
// Not here: how cells are drawn (../heatmap.js).

import { heatmap } from '../heatmap.js';
import { t } from '../i18n.js';

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'periodRadius', slot: 'charts', size: 'half', reads: ['period_radius'],
  mount(frame, page) {
    const drawing = heatmap(frame, page, {
      aggregate: 'period_radius',
      x: () => ({ column: 'pl_orbper', title: t('axis.period'), from: -1.5, step: 0.25, bins: 28 }),
      y: () => ({ column: 'pl_rade', title: t('axis.radius'), from: -1, step: 0.125, bins: 24 }),
      landmarks: [{ x: 365.25, y: 1, name: t('earth') }],
      band: { from: 1.5, to: 2, name: () => t('radiusValley') },
    });
    frame.note(t('panel.periodRadius.about'));
    return drawing;
  },
};
