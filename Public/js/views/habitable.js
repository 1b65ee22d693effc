// Habitable: candidates of the right size on the right orbit, the zone, and how good the forecasts are.
// Not here: the panels themselves (../panels).

import { t } from '../i18n.js';
import candidates from '../panels/candidates.js';
import predictedCounts from '../panels/predictedCounts.js';
import scoreboard from '../panels/scoreboard.js';
import zoneDiagram from '../panels/zoneDiagram.js';
import { showPanels } from './panelView.js';

/** @type {View} */
export default {
  reads: [...candidates.reads, ...zoneDiagram.reads],
  title: () => t('habitable.title'),
  mount: (place, context) => showPanels(place, context, [
    { about: 'predictions.about', panels: [candidates, zoneDiagram, predictedCounts, scoreboard] },
  ]),
};
