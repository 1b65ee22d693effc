// The panels, in the order of the page. To add one: its file, and a line here.
// Not here: how they are drawn (../panelHost.js).

import totals from './totals.js';
import methodsByYear from './methodsByYear.js';
import cumulative from './cumulative.js';
import facilities from './facilities.js';
import massRadius from './massRadius.js';
import periodRadius from './periodRadius.js';
import candidates from './candidates.js';
import zoneDiagram from './zoneDiagram.js';
import predictedCounts from './predictedCounts.js';
import scoreboard from './scoreboard.js';
import stats from './stats.js';
import rate from './rate.js';
import hosts from './hosts.js';
import quality from './quality.js';
import rules from './rules.js';
import newest from './newest.js';

export default [
  totals, methodsByYear, cumulative, facilities, massRadius, periodRadius, stats, hosts, candidates, zoneDiagram,
  predictedCounts, scoreboard, rate, rules, quality, newest,
];
