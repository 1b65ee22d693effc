// Starts the page: language, colours and live board at once; what needs the schema as soon as that has come.
// Not here: any of the parts.

import { Access } from './access.js';
import { parameters } from './address.js';
import { onAnswer } from './api.js';
import { AsOf } from './asOf.js';
import { followProvenance } from './behind.js';
import { Board } from './board.js';
import { ClassMember } from './classMember.js';
import { find, h } from './dom.js';
import { keepFocus } from './focus.js';
import { applyTo, currentLanguage, loadLanguage, onLanguage, setLanguage, t } from './i18n.js';
import { Importer } from './import.js';
import { showIncompleteness } from './incomplete.js';
import { LiveFeed } from './live.js';
import { Needs } from './needs.js';
import { offlineBar } from './offline.js';
import { part, tryAgain } from './parts.js';
import { Router } from './router.js';
import { Schema } from './schema.js';
import { breathe } from './slowly.js';
import { connectionLight } from './status.js';
import { SubmitDrawer } from './submit.js';
import { onTheme, relabel as relabelTheme, startTheme } from './theme.js';
import { viewNamed, views } from './views/index.js';

// Both are on their way while the page starts.
const firstView = part(views[viewNamed(parameters().view)]);
const texts = part(() => loadLanguage());

// What can be used before they are there.
startTheme();
const language = find('#language', HTMLSelectElement);
const choose = async () => {
  const chosen = language.value;
  await part(() => loadLanguage(chosen));
  if (language.value === chosen) keepFocus(() => setLanguage(chosen));
};
const chosen = new Promise((done) => {
  language.addEventListener('change', () => choose().then(done));
});
const importer = new Importer();
// A choice that was made while the script was on its way counts.
if (language.value === 'en') language.value = currentLanguage();
else language.dispatchEvent(new Event('change'));

await Promise.race([texts, chosen]);
applyTo(document);
relabelTheme();
importer.build();
await breathe();
showIncompleteness();
const access = new Access();
const member = new ClassMember();

const board = new Board();
const light = connectionLight(board);
const offline = offlineBar(board, () => feed);
/** @type {LiveFeed} */
const feed = new LiveFeed(board, (status) => {
  light.show(status);
  offline.show(status);
  if (status.state === 'live') tryAgain();
});
// Whatever is answered says that the server is there.
onAnswer(() => feed.hurry());
const asOf = new AsOf(board, feed);
const needs = new Needs(feed);

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
firstView.then((view) => {
  needs.set(first, view.reads ?? []);
  board.listeners.add(first);
  asOf.follow();
});
const schema = await Schema.fetch(() => {
  find('#views', HTMLElement).replaceChildren(h('p', { class: 'note', role: 'status' }, t('form.noSchema')));
});
await breathe();
access.start(schema.writing);
// What lies over the view does not wait for it: who is typing has begun.
const drawer = new SubmitDrawer(schema, board, needs);
drawer.follow();
const showProvenance = followProvenance(schema, asOf);

await firstView;
const router = new Router({
  board, schema, needs, asOf,
  importFile: (file) => importer.take(file), revise: (planet) => drawer.revise(planet),
});
onTheme(() => keepFocus(() => router.relabel()));
onLanguage(() => {
  router.relabel();
  drawer.relabel();
  showProvenance();
});

await member.follow();
await breathe();
await router.start();
document.documentElement.dataset.ready = 'true';
