// The mass-radius diagram.
// Not here: how cells are drawn (../heatmap.js).

import { heatmap } from '../heatmap.js';
import { t } from '../i18n.js';

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'massRadius', slot: 'charts', size: 'half', reads: ['mass_radius'],
  mount(frame, page) {
    const drawing = heatmap(frame, page, {
      aggregate: 'mass_radius',
      x: () => ({ column: 'pl_bmasse', title: t('axis.mass'), from: -2, step: 0.25, bins: 24 }),
      y: () => ({ column: 'pl_rade', title: t('axis.radius'), from: -1, step: 0.125, bins: 24 }),
      landmarks: [{ x: 1, y: 1, name: t('earth') }, { x: 17.15, y: 3.865, name: t('neptune') }, { x: 317.83, y: 10.97, name: t('jupiter') }],
    });
    frame.note(t('panel.massRadius.about'));
    return drawing;
  },
};
