// The timeline of the live view: plays, pauses and scrubs through the log's records (as_of) or through the years of
// discovery (until). Not here: the earlier boards (asOf.js), and what a year's board is (untilYear.js).

import { button, form, h, setText, svg } from './dom.js';
import { number, t } from './i18n.js';
import { Moments, pointOf } from './moments.js';
import { readsYears, yearsOf } from './untilYear.js';

/** From the first record to the last, at speed 1. */
const wholeMilliseconds = 30_000;
const yearMilliseconds = 900;
/** The address follows a replay no faster: browsers allow only so many changes of it. */
const namingMilliseconds = 1000;
const speeds = ['0.5', '1', '2', '4'];
/** What arrives in so short a time is a replay, if its years come in order. */
const replayMilliseconds = 3000;
const replayEntries = 5;

export class Timeline {
  /** @param {ViewContext} context @param {(year: number | null) => void} chooseYear */
  constructor({ board, schema, asOf, needs }, chooseYear) {
    this.needs = needs;
    this.board = board;
    this.asOf = asOf;
    this.chooseYear = chooseYear;
    this.moments = new Moments(schema, board, asOf);
    /** What is scrubbed through. @type {'arrival' | 'year'} */
    this.track = 'arrival';
    /** @type {number | null} */
    this.year = null;
    this.isPlaying = false;
    this.isShown = false;
    this.speed = '1';
    this.open = false;
    this.timer = this.calm = 0;
    this.scrubbing = false;
    /** A loop that a later one has taken the place of ends. */
    this.plays = 0;
    /** When each of the newest records came here. @type {Map<string, number>} */
    this.arrivals = new Map();
    this.element = h('section', { class: 'panel timeline', id: 'timeline', 'aria-label': t('timeline.title') });
    board.listeners.add(() => this.#boardChanged());
    asOf.listeners.add(() => this.#momentChanged());
  }

  /** @param {number | null} year that the address names */
  show(year) {
    this.isShown = true;
    this.needs.set(this, [...readsYears, 'newest']);
    if (year !== null) this.track = 'year';
    this.year = year;
    this.build();
    this.#momentChanged();
  }

  hide() {
    this.isShown = false;
    this.needs.drop(this);
    this.pause();
  }

  /** Builds anew, in the current language. */
  build() {
    this.element.setAttribute('aria-label', t('timeline.title'));
    this.play = button('', () => this.#toggle(), { class: 'icon play', 'data-play': '' });
    this.slider = h('input', { type: 'range', min: 0, step: 1, 'aria-label': t(`timeline.slider.${this.track}`) });
    this.slider.addEventListener('input', () => this.#scrub(false));
    this.slider.addEventListener('change', () => this.#scrub(true));
    this.histogram = h('div', { class: 'histogram', 'aria-hidden': 'true' });
    this.large = h('output', { class: 'large', 'data-year': '' });
    this.place = h('span', { class: 'place' });
    this.back = button(t('asOf.now'), () => this.#backToLive(), { class: 'quiet', 'data-now': '' });
    this.status = h('p', { class: 'note', role: 'status', 'data-as-of-status': '' });
    this.element.replaceChildren(
      this.play, this.#tracks(), h('div', { class: 'track' }, this.histogram, this.slider), this.large, this.place,
      this.#speeds(), this.back, this.#exact(), this.status);
    this.#settle();
  }

  #tracks() {
    const option = (/** @type {'arrival' | 'year'} */ track) => h('label', {},
      h('input', {
        type: 'radio', name: 'timeline-track', value: track, checked: track === this.track,
        on: { change: () => this.#choose(track) },
      }), h('span', {}, t(`timeline.track.${track}`)));
    return h('fieldset', { class: 'switch' }, h('legend', { class: 'unseen' }, t('timeline.track')),
      option('arrival'), option('year'));
  }

  /** @param {'arrival' | 'year'} track */
  #choose(track) {
    this.pause();
    this.track = track;
    if (track === 'arrival') this.#setYear(null);
    else if (this.asOf.isEarlier) this.asOf.now();
    this.build();
    const chosen = this.element.querySelector(`[value=${track}]`);
    if (chosen instanceof HTMLElement) chosen.focus();
  }

  #speeds() {
    const option = (/** @type {string} */ speed) => (
      h('option', { value: speed, selected: speed === this.speed }, `${number(Number(speed))} ×`));
    const change = (/** @type {{currentTarget: HTMLSelectElement}} */ event) => {
      this.speed = event.currentTarget.value;
    };
    const select = h('select', { on: { change } }, speeds.map(option));
    return h('label', { class: 'compact' }, h('span', { class: 'unseen' }, t('timeline.speed')), select);
  }

  /** A moment by its time or position, for who knows it. */
  #exact() {
    const field = h('input', {
      type: 'text', name: 'as_of', autocomplete: 'off', spellcheck: 'false', placeholder: '2026-11-24 01:02',
    });
    const time = h('input', { type: 'datetime-local', name: 'as_of_time', step: 1 });
    time.addEventListener('input', () => { field.value = time.value.replace('T', ' '); });
    const show = () => {
      const point = pointOf(field.value);
      if (!point) return;
      this.pause();
      this.asOf.show(point);
    };
    const details = h('details', { class: 'exact', open: this.open }, h('summary', {}, t('asOf.title')),
      form({ 'aria-label': t('asOf.title') }, show,
        h('label', { class: 'stacked' }, h('span', {}, t('asOf.time')), time),
        h('label', { class: 'stacked' }, h('span', {}, t('asOf.point')), field),
        h('button', { type: 'submit' }, t('asOf.show'))));
    details.addEventListener('toggle', () => { this.open = details.open; });
    return details;
  }

  get #years() {
    return yearsOf(this.board);
  }

  /** Where the present is, on the track. */
  get #end() {
    return this.track === 'year' ? this.#years.last : this.moments.last;
  }

  get #now() {
    return this.track === 'year' ? this.year ?? this.#years.last : this.moments.shown;
  }

  /** Shows where the board is. */
  #settle() {
    const { slider, large, place, play, back, status, histogram } = this;
    if (!this.isShown || !slider || !large || !place || !play || !back || !status || !histogram) return;
    const label = t(this.isPlaying ? 'timeline.pause' : 'timeline.play');
    if (play.getAttribute('aria-label') !== label) {
      play.setAttribute('aria-label', label);
      play.title = label;
      play.replaceChildren(icon(this.isPlaying));
    }
    // By arrival the banner has it.
    back.hidden = this.year === null;
    setText(status, this.isPlaying ? '' : this.asOf.message);
    if (this.board.isEmpty) return;
    const isYear = this.track === 'year';
    const years = this.#years;
    const isEmpty = !Number.isFinite(years.last);
    this.element.classList.toggle('nothing', isEmpty);
    if (isEmpty && isYear) return;
    const first = isYear ? years.first : 0;
    slider.min = String(first);
    slider.max = String(Math.max(this.#end, first));
    if (!this.scrubbing) slider.value = String(this.#now);
    slider.setAttribute('aria-valuetext', this.#text(Number(slider.value)));
    setText(place, isYear ? '' : this.#text(Number(slider.value)));
    setText(large, isYear ? String(this.#now) : this.#arrivingYear());
    large.hidden = large.textContent === '' || (isYear && this.year === null);
    this.#drawHistogram(histogram, isYear ? years : null);
  }

  /** @param {number} value of the slider */
  #text(value) {
    if (this.track === 'year') return t('timeline.upTo', { year: String(value) });
    return t('timeline.records', { shown: value, all: this.moments.last });
  }

  /** The planets of each year, behind its slider.
   * @param {HTMLElement} place @param {ReturnType<typeof yearsOf> | null} years */
  #drawHistogram(place, years) {
    const key = years ? JSON.stringify([...years.counts]) : '';
    if (place.dataset.key === key) return;
    place.dataset.key = key;
    place.replaceChildren();
    if (!years) return;
    const span = years.last - years.first + 1;
    const most = Math.max(...years.counts.values());
    const bars = [...years.counts].map(([year, count]) => {
      const height = Math.max(1, (28 * count) / most);
      return svg('rect', { x: year - years.first + 0.1, width: 0.8, y: 28 - height, height });
    });
    place.append(svg('svg', { viewBox: `0 0 ${span} 28`, preserveAspectRatio: 'none' }, ...bars));
  }

  /** The reader moves the slider. While it moves only the label follows, by arrival.
   * @param {boolean} isDone */
  #scrub(isDone) {
    this.pause();
    this.scrubbing = !isDone;
    const value = Number(this.slider?.value);
    if (this.track === 'year') this.#setYear(value >= this.#years.last ? null : value);
    else if (isDone) this.#showRecords(value, 'step');
    this.#settle();
  }

  /** @param {number} records @param {import('./asOf.js').Following} following */
  async #showRecords(records, following) {
    await this.asOf.show(this.moments.point(records), following);
  }

  /** @param {number | null} year */
  #setYear(year) {
    if (year === this.year) return;
    this.year = year;
    this.chooseYear(year);
    this.#settle();
  }

  #backToLive() {
    this.pause();
    this.#setYear(null);
    this.play?.focus();
  }

  #toggle() {
    if (this.isPlaying) this.pause();
    else if (this.track === 'year') this.#playYears();
    else this.#playRecords();
  }

  /** Stops a replay where it is. */
  pause() {
    if (!this.isPlaying) return;
    this.isPlaying = false;
    this.plays += 1;
    clearTimeout(this.timer);
    if (this.track === 'arrival') this.asOf.stay();
    this.#settle();
  }

  #begin() {
    this.isPlaying = true;
    this.plays += 1;
    return this.plays;
  }

  #playYears() {
    this.#begin();
    const { first, last } = this.#years;
    const step = () => {
      const next = (this.year ?? last) + 1;
      if (next >= last) {
        this.isPlaying = false;
        this.#setYear(null);
        this.#settle();
        return;
      }
      this.#setYear(next);
      this.timer = setTimeout(step, yearMilliseconds / Number(this.speed));
    };
    this.#setYear(this.year ?? first);
    this.#settle();
    this.timer = setTimeout(step, yearMilliseconds / Number(this.speed));
  }

  /** One board after the other, as fast as the server makes them: how far each goes follows from the time since. */
  async #playRecords() {
    const play = this.#begin();
    const { last } = this.moments;
    let at = this.asOf.isEarlier ? this.moments.shown : 0;
    let [before, named] = [performance.now(), -Infinity];
    this.#settle();
    while (play === this.plays) {
      const isNaming = performance.now() - named > namingMilliseconds;
      if (isNaming) named = performance.now();
      await this.#showRecords(Math.floor(at), isNaming ? 'rename' : 'still');
      if (play !== this.plays) return;
      if (this.asOf.message !== '') return this.pause();
      await new Promise((done) => { this.timer = setTimeout(done, 60); });
      const now = performance.now();
      at += (last / wholeMilliseconds) * (now - before) * Number(this.speed);
      before = now;
      if (at < last || play !== this.plays) continue;
      this.isPlaying = false;
      this.asOf.now();
      return;
    }
  }

  async #momentChanged() {
    if (!this.isShown) return;
    await this.moments.findEnd();
    this.#settle();
  }

  #boardChanged() {
    if (!this.isShown) return;
    if (!this.asOf.isEarlier) this.moments.findEnd();
    const now = performance.now();
    const known = this.arrivals;
    const newest = this.board.groups('newest').get('list') ?? [];
    this.arrivals = new Map(newest.map(({ key, t: time }) => {
      const name = `${key} ${time}`;
      return [name, known.get(name) ?? (known.size === 0 ? -Infinity : now)];
    }));
    clearTimeout(this.calm);
    this.calm = setTimeout(() => this.#settle(), replayMilliseconds + 100);
    this.#settle();
  }

  /** The year of what arrives, while a catalogue is replayed in the order of its discoveries. */
  #arrivingYear() {
    const soon = performance.now() - replayMilliseconds;
    const newest = this.board.groups('newest').get('list') ?? [];
    const fresh = newest.filter(({ key, t: time }) => (this.arrivals.get(`${key} ${time}`) ?? -Infinity) > soon);
    const years = fresh.map((one) => one.disc_year ?? NaN);
    const isInOrder = years.every((year, i) => i === 0 || year <= years[i - 1]);
    return years.length >= replayEntries && isInOrder ? String(years[0]) : '';
  }
}

/** @param {boolean} isPlaying */
function icon(isPlaying) {
  const d = isPlaying ? 'M6 4h4v16H6zM14 4h4v16h-4z' : 'M7 4l13 8-13 8z';
  return svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d }));
}
