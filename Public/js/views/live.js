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
import { Timeline } from '../timeline.js';
import { followsYears, readsYears, untilYear } from '../untilYear.js';
import { showPanels } from './panelView.js';

/** @type {View} */
export default {
  reads: [...readsYears, ...[
    totals, newest, methodsByYear, massRadius, cumulative, periodRadius, facilities,
  ].flatMap((panel) => panel.reads)],
  title: ({ until }) => (yearOf(until) === null ? t('title') : t('timeline.upTo', { year: String(until) })),
  mount(place, context) {
    /** @type {number | null} */
    let year = null;
    /** @type {ViewParameters} */
    let choices = {};
    const remember = () => context.remember({ ...choices, until: year === null ? undefined : String(year) });
    const timeline = new Timeline(context, (chosen) => {
      look(chosen);
      remember();
    });
    const panels = showPanels(place, {
      ...context,
      remember(chosen) {
        choices = chosen;
        remember();
      },
    }, [
      { panels: [totals], layout: 'counters' },
      {
        lead: timeline.element,
        panels: [newest, methodsByYear, massRadius, cumulative, periodRadius, facilities, hosts, rate],
        layout: 'grid thirds',
      },
    ]);

    /** @param {number | null} chosen */
    function look(chosen) {
      year = chosen;
      place.classList.toggle('until', chosen !== null);
      panels.host.look(chosen === null ? null
        : { of: (board) => untilYear(board, chosen), followers: followsYears, reads: readsYears });
    }
    return {
      show(params) {
        const { until, ...others } = params;
        choices = others;
        const done = panels.show(others);
        if (yearOf(until) !== year) look(yearOf(until));
        timeline.show(year);
        return done;
      },
      hide() {
        timeline.hide();
        panels.hide();
      },
      relabel() {
        timeline.build();
        panels.relabel();
      },
    };
  },
};

/** @param {string | undefined} text */
const yearOf = (text) => (/^\d{4}$/.test(text ?? '') ? Number(text) : null);
