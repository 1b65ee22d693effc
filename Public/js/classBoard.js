// One class as its teacher sees it: the code large, who sent how much, the newest records, undo and reset. It asks
// again when the live board has changed, once a second at most. Not here: which classes there are (views/class.js).

import { Problem, request } from './api.js';
import { button, h, scroller, setText, tableHead } from './dom.js';
import { clock, dateTime, known, number, t } from './i18n.js';
import { planet as planetAddress, receipt as receiptAddress } from './links.js';

const pauseMilliseconds = 1000;
const json = { 'Content-Type': 'application/json' };

export class ClassBoard {
  /** @param {string} code @param {Board} board @param {(text: string) => void} entitle */
  constructor(code, board, entitle) {
    this.path = `api/classes/${encodeURIComponent(code)}`;
    this.board = board;
    this.entitle = entitle;
    this.timer = 0;
    this.stopped = false;
    /** @type {ClassAnswer | null} */
    this.answer = null;
    this.head = h('div', { class: 'class-head' });
    this.actions = h('div', { class: 'actions' });
    this.confirmation = h('div', { class: 'banner', hidden: true, 'data-reset': '' });
    this.status = h('p', { class: 'note', role: 'status', 'data-class-status': '' });
    this.pupils = h('div', {});
    this.records = h('div', {});
    this.element = h('section', { class: 'panel', 'aria-label': t('class.view') },
      this.head, this.actions, this.confirmation, this.status, this.pupils, this.records);
    this.listener = () => this.#soon();
    board.listeners.add(this.listener);
    this.load();
  }

  stop() {
    this.stopped = true;
    this.board.listeners.delete(this.listener);
    clearTimeout(this.timer);
  }

  #soon() {
    if (this.timer !== 0 || this.stopped) return;
    this.timer = setTimeout(() => {
      this.timer = 0;
      // A tab that nobody sees is asked for when the next change finds it in view.
      if (!document.hidden) this.load();
    }, pauseMilliseconds);
  }

  async load() {
    try {
      /** @type {ClassAnswer} */
      const answer = await request(`${this.path}?limit=200`);
      if (this.stopped) return;
      const isOther = JSON.stringify(answer) !== JSON.stringify(this.answer);
      this.answer = answer;
      if (isOther) this.#build(answer);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @param {ClassAnswer} answer */
  #build(answer) {
    this.entitle(answer.title);
    const join = new URL(`?class=${answer.code}`, document.baseURI).href;
    const isOpen = answer.state === 'open';
    this.head.replaceChildren(
      h('p', { class: 'class-code', 'data-class-code': answer.code, 'aria-label': answer.code.split('').join(' ') },
        `${answer.code.slice(0, 3)} ${answer.code.slice(3)}`),
      h('p', {}, t('class.joinAt'), ' ', h('a', { href: join, 'data-class-join': '' }, join)),
      h('p', { class: 'note', 'data-class-state': answer.state },
        `${known('class.state', answer.state)}. ${t(isOpen ? 'class.endsAt' : 'class.endedAt',
          { time: dateTime(answer.ends) })}`));
    const changed = answer.planets?.changed ?? 0;
    this.actions.replaceChildren(
      button(t(isOpen ? 'class.close' : 'class.reopen'), () => this.#set({ open: !isOpen }),
        { class: 'quiet', 'data-class-toggle': '' }),
      button(t('class.reset'), () => this.#confirm(),
        { class: 'quiet', disabled: changed === 0, 'data-reset-ask': '' }));
    this.#showPupils(answer);
    this.#showRecords(answer);
  }

  /** @param {ClassAnswer} answer */
  #showPupils({ pupils, counts }) {
    if (!pupils || !counts || pupils.length === 0) {
      this.pupils.replaceChildren(h('p', { class: 'note' }, t(pupils ? 'class.nobody' : 'class.needsToken')));
      return;
    }
    const names = /** @type {const} */ (['records', 'new', 'revisions', 'withdrawals', 'unchanged', 'refused']);
    const row = (/** @type {string} */ name, /** @type {ClassCounts} */ of) => h('tr', { 'data-pupil': name },
      h('th', { scope: 'row' }, h('bdi', {}, name)), names.map((one) => h('td', {}, number(of[one]))));
    this.pupils.replaceChildren(h('h2', {}, t('class.whoSent')), scroller(t('class.whoSent'),
      h('table', { class: 'data' }, tableHead([t('class.pupil'), ...names.map((one) => t(`class.count.${one}`))]),
        h('tbody', {}, pupils.map((one) => row(one.name, one))),
        h('tfoot', {}, row(t('class.everybody'), counts)))));
  }

  /** @param {ClassAnswer} answer */
  #showRecords({ records, kept, counts }) {
    if (!records || records.length === 0) {
      this.records.replaceChildren();
      return;
    }
    const more = (counts?.records ?? 0) > records.length || (kept ?? 0) > records.length;
    this.records.replaceChildren(h('h2', {}, t('class.newest')), scroller(t('class.newest'),
      h('table', { class: 'data planets' },
        tableHead([t('receipt.timestamp'), t('class.pupil'), t('class.planet'), t('class.did'), t('class.what'), '']),
        h('tbody', {}, records.map((record) => this.#row(record))))),
    ...(more ? [h('p', { class: 'note' }, t('class.more', { n: records.length }))] : []));
  }

  /** @param {ClassRecordAnswer} record */
  #row(record) {
    const { partition, offset, topic, change, key } = record;
    const name = record.pl_name ?? key ?? '';
    const isUndoable = change && change !== 'duplicate' && change !== 'late' && !record.undo && !record.undone;
    const did = record.undo ? t('class.undoRecord') : change ? known('change', change) : t('class.refused');
    return h('tr', { class: record.undone ? 'undone' : null, 'data-record': `${partition}/${offset}` },
      h('td', {}, h('a', { href: receiptAddress(partition, offset, topic) }, clock(record.timestamp))),
      h('td', {}, h('bdi', {}, record.pupil ?? t('class.teacher'))),
      h('th', { scope: 'row' },
        key && record.pl_name ? h('a', { href: planetAddress(key) }, record.pl_name) : record.pl_name ?? key ?? '–'),
      h('td', {}, record.undone ? `${did} (${t('class.undone')})` : did),
      h('td', {}, [...record.columns, ...(change ? [] : record.rules)].join(', ')),
      h('td', {}, isUndoable && button(t('class.undo'), () => this.#undo(record),
        { class: 'quiet', 'data-undo-record': '', 'aria-label': t('class.undoOf', { name }) })));
  }

  /** @param {{open: boolean}} change */
  #set(change) {
    return this.#try(async () => {
      await request(this.path, { method: 'PATCH', body: JSON.stringify(change), headers: json });
      await this.load();
    });
  }

  /** @param {ClassRecordAnswer} record */
  #undo({ partition, offset }) {
    return this.#try(async () => {
      const body = JSON.stringify({ partition, offset });
      /** @type {RestoredAnswer} */
      const done = await request(`${this.path}/undo`, { method: 'POST', body, headers: json });
      setText(this.status, t(`class.outcome.${done.outcome}`, { name: done.pl_name ?? done.key ?? '' }));
      await this.load();
    });
  }

  /** Says what would come back before anything does. */
  #confirm() {
    const { changed = 0, changed_by_others: others = 0 } = this.answer?.planets ?? {};
    const sentences = [t('class.resetAsk', { n: changed }), others > 0 ? t('class.resetStay', { n: others }) : ''];
    const yes = button(t('class.resetYes', { n: changed }), () => this.#reset(),
      { class: 'primary', 'data-reset-yes': '' });
    const no = button(t('class.cancel'), () => { this.confirmation.hidden = true; }, { class: 'quiet' });
    this.confirmation.replaceChildren(h('p', {}, sentences.join(' ')), h('div', { class: 'actions' }, yes, no));
    this.confirmation.hidden = false;
    yes.focus();
  }

  #reset() {
    this.confirmation.hidden = true;
    return this.#try(async () => {
      const sum = { restored: 0, withdrawn: 0, unchanged: 0, stays: 0, unsettled: 0 };
      let others = 0;
      /** @type {string | null} */
      let next = null;
      do {
        setText(this.status, t('class.resetting', { n: sum.restored + sum.withdrawn }));
        const body = JSON.stringify(next === null ? {} : { after: next });
        /** @type {ResetAnswer} */
        const part = await request(`${this.path}/reset`, { method: 'POST', body, headers: json });
        for (const name of /** @type {(keyof typeof sum)[]} */ (Object.keys(sum))) sum[name] += part[name];
        ({ next, changed_by_others: others } = part);
      } while (next !== null);
      const back = t('class.resetDone', { n: sum.restored + sum.withdrawn });
      const stay = sum.stays + others > 0 ? t('class.resetStay', { n: sum.stays + others }) : '';
      const open = sum.unsettled > 0 ? t('class.resetOpen', { n: sum.unsettled }) : '';
      setText(this.status, [back, stay, open].filter(Boolean).join(' '));
      await this.load();
    });
  }

  /** @param {() => Promise<void>} act */
  async #try(act) {
    try {
      await act();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    if (!(error instanceof Problem)) throw error;
    const texts = { 401: t('class.needsToken'), 403: t('class.needsToken'), 409: t('class.othersChanged') };
    setText(this.status, texts[/** @type {keyof typeof texts} */ (error.status)] ?? error.text);
  }
}
