// Starts the page: language, colours, live board, panels, form, import, table of planets.
// Not here: any of them.

import { Board } from './board.js';
import { AsOf } from './asOf.js';
import { Columns } from './columns.js';
import { byId, h } from './dom.js';
import { DiscoveryForm } from './form.js';
import { applyTo, currentLanguage, onLanguage, setLanguage, t } from './i18n.js';
import { Importer } from './import.js';
import { useLabels } from './labels.js';
import { LiveFeed } from './live.js';
import { PanelHost } from './panelHost.js';
import panels from './panels/index.js';
import { PlanetDialog } from './planet.js';
import { connectionLight } from './status.js';
import { Provenance } from './provenance.js';
import { PlanetsTable } from './table.js';
import { onTheme, relabel as relabelTheme, startTheme } from './theme.js';

applyTo(document);
startTheme();

const board = new Board();
const light = connectionLight(board);
/** The parts that need the schema; null until it has come. @type {{form: DiscoveryForm, table: PlanetsTable, dialog: PlanetDialog} | null} */
let parts = null;

const host = new PanelHost(panels, board, {
  openPlanet: (key) => parts?.dialog.open(key),
  show: (address) => { location.hash = address; },
});
const importer = new Importer();
const feed = new LiveFeed(board, light.show);

const asOf = new AsOf(board, feed);
const provenance = new Provenance(asOf);

host.mount();
asOf.follow();
startParts();

const language = byId('language');
language.value = currentLanguage();
language.addEventListener('change', () => setLanguage(language.value));
onLanguage(() => {
  relabelTheme();
  light.relabel();
  host.mount();
  importer.build();
  parts?.form.relabel();
  parts?.table.build();
  parts?.dialog.relabel();
  asOf.build();
  provenance.follow();
});
onTheme(() => host.mount());

/** The server may start after the page: the schema is asked for until it comes. */
async function startParts() {
  let columns;
  for (let seconds = 0.5; ; seconds = Math.min(10, seconds * 2)) {
    try {
      columns = await Columns.fetch();
      break;
    } catch {
      byId('discovery-form').replaceChildren(h('p', { class: 'note', role: 'status' }, t('form.noSchema')));
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  }
  useLabels(columns);
  const methods = columns.byName.get('discoverymethod')?.choices ?? [];
  const dialog = new PlanetDialog(columns, (planet) => parts?.form.revise(planet));
  const form = new DiscoveryForm(columns, (key) => dialog.open(key));
  const table = new PlanetsTable(board, methods, (key) => dialog.open(key));
  parts = { form, table, dialog };
  // Panels that name columns can now name them in words.
  host.mount();
  dialog.follow();
  provenance.follow();
  document.documentElement.dataset.ready = 'true';
}
