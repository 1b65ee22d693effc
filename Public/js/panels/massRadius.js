// The mass-radius diagram, with the relation that forecasts are made with.
// Not here: how cells (../heatmap.js) and relations (../relation.js) are drawn.

import { heatmap } from '../heatmap.js';
import { t } from '../i18n.js';
import { relation } from '../relation.js';

/** @type {Panel} */
export default {
  id: 'massRadius', size: 'half', reads: ['mass_radius', 'mass_radius_relation'],
  mount(frame, schema) {
    const forecast = relation(frame);
    const drawing = heatmap(frame, schema, {
      aggregate: 'mass_radius',
      xTitle: t('axis.mass'),
      yTitle: t('axis.radius'),
      landmarks: [
        { x: 1, y: 1, name: t('earth') },
        { x: 17.15, y: 3.865, name: t('neptune') },
        { x: 317.83, y: 10.97, name: t('jupiter') },
      ],
      over: forecast.layers,
    });
    frame.body.append(forecast.key);
    frame.note(`${t('panel.massRadius.about')} ${t('relation.about')}`);
    frame.element.append(forecast.details);
    return {
      ...drawing,
      update(board) {
        // The lines first: the diagram draws them.
        forecast.update(board);
        drawing.update(board);
      },
    };
  },
};
