// Much to do in short tasks: what the reader does and what the browser draws come between them.
// Not here: what is done (panelHost.js, main.js).

/** The browser does what else is due. */
export function breathe() {
  const { scheduler } = /** @type {{scheduler?: {yield?(): Promise<void>}}} */ (globalThis);
  return scheduler?.yield?.() ?? new Promise((done) => { setTimeout(done); });
}
