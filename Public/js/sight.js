// Whether an element is so near to the window that its content is worth making. What is far waits: until it comes near,
// or the page is printed. Not here: the panels of a view, which are looked at together (panelHost.js).

import { isOnPaper } from './theme.js';

/** In pixels. */
const near = 200;

export class Sight {
  /** @param {HTMLElement} element @param {() => void} make called when what was put off is due */
  constructor(element, make) {
    this.make = make;
    /** Until the browser says otherwise. */
    this.isNear = true;
    this.isPutOff = false;
    this.end = new AbortController();
    this.observer = new IntersectionObserver((entries) => {
      this.isNear = entries[entries.length - 1].isIntersecting;
      if (this.isNear) this.#catchUp();
    }, { rootMargin: `${near}px` });
    this.observer.observe(element);
    addEventListener('beforeprint', () => this.#catchUp(), { signal: this.end.signal });
  }

  destroy() {
    this.observer.disconnect();
    this.end.abort();
  }

  /** Whether the content is to be made now; if not, that is put off. */
  isDue() {
    this.isPutOff = !this.isNear && !isOnPaper();
    return !this.isPutOff;
  }

  #catchUp() {
    if (this.isPutOff) this.make();
  }
}
