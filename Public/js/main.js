// Starts the page: language, colours and live board at once; what needs the schema as soon as that has come.
// Not here: any of the parts.

import { Access } from './access.js';
import { parameters } from './address.js';
import { onAnswer } from './api.js';
import { AsOf } from './asOf.js';
import { Board } from './board.js';
import { ClassMember } from './classMember.js';
import { find, h } from './dom.js';
import { applyTo, currentLanguage, onLanguage, setLanguage, t } from './i18n.js';
import { Importer } from './import.js';
import { showIncompleteness } from './incomplete.js';
import { LiveFeed } from './live.js';
import { Needs } from './needs.js';
import { offlineBar } from './offline.js';
import { Provenance } from './provenance.js';
import { Router } from './router.js';
import { Schema } from './schema.js';
import { connectionLight } from './status.js';
import { SubmitDrawer } from './submit.js';
import { onTheme, relabel as relabelTheme, startTheme } from './theme.js';
import { firstReads, views } from './views/index.js';

applyTo(document);
startTheme();
showIncompleteness();
const access = new Access();
const member = new ClassMember();

const board = new Board();
const light = connectionLight(board);
const importer = new Importer();
const offline = offlineBar(board, () => feed);
/** @type {LiveFeed} */
const feed = new LiveFeed(board, (status) => {
  light.show(status);
  offline.show(status);
});
// Whatever is answered says that the server is there.
onAnswer(() => feed.hurry());
const asOf = new AsOf(board, feed);
const needs = new Needs(feed);

const language = find('#language', HTMLSelectElement);
language.value = currentLanguage();
language.addEventListener('change', () => setLanguage(language.value));
onLanguage(() => {
  relabelTheme();
  access.build();
  member.build();
  light.relabel();
  importer.build();
  asOf.build();
});

// What is fixed below the bar stands below it, however many rows it has.
const bar = find('.bar', HTMLElement);
new ResizeObserver(() => {
  document.documentElement.style.setProperty('--bar', `${bar.offsetHeight}px`);
}).observe(bar);

// What the first view begins with, so that one snapshot is enough.
const first = () => {
  board.listeners.delete(first);
  needs.drop(first);
};
needs.set(first, firstReads(parameters().view));
board.listeners.add(first);
asOf.follow();
const schema = await Schema.fetch(() => {
  find('#views', HTMLElement).replaceChildren(h('p', { class: 'note', role: 'status' }, t('form.noSchema')));
});

access.start(schema.writing);
const drawer = new SubmitDrawer(schema, board, needs);
const router = new Router(views, {
  board, schema, needs, asOf,
  importFile: (file) => importer.take(file), revise: (planet) => drawer.revise(planet),
});
const provenance = new Provenance(schema, asOf);

await member.follow();
router.start();
drawer.follow();
provenance.follow();
onTheme(() => router.relabel());
onLanguage(() => {
  router.relabel();
  drawer.relabel();
  provenance.follow();
});
document.documentElement.dataset.ready = 'true';
