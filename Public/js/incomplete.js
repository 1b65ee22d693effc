// The notice that the catalogue lacks records: the server says so in the head of its answers (docs/API.md).
// Not here: the requests (api.js).

import { onAnswer } from './api.js';
import { find } from './dom.js';

export function showIncompleteness() {
  const notice = find('#incomplete', HTMLElement);
  onAnswer((response) => {
    notice.hidden = response.headers.get('X-Planetarium-Catalogue') !== 'incomplete';
  });
}
