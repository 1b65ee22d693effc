// Types for `make test-page-types`: what the server sends (docs/LIVE.md, docs/API.md), what the page's modules hand to
// each other. No browser loads this file.
// Not here: a type that one module alone uses.

type AsOf = import('./asOf.js').AsOf;
type Board = import('./board.js').Board;
type Colours = ReturnType<typeof import('./charts.js').colours>;
type LiveFeed = import('./live.js').LiveFeed;
type Needs = import('./needs.js').Needs;
type PanelFrame = import('./panelFrame.js').PanelFrame;
type Schema = import('./schema.js').Schema;

// The schema: GET /api/schema.

type Localised = { en: string; fr: string };
type Column = {
  name: string; type: 'text' | 'real' | 'integer' | 'flag' | 'date' | 'boolean'; unit?: string; group: string;
  label: Localised; help: Localised; required: boolean; form: boolean; choices?: string[]; max_length?: number;
  min?: number; max?: number; min_exclusive?: boolean; max_exclusive?: boolean;
};
/** Bins of equal width, of log10 where `logarithmic`. */
type GridAxis = { quantity: string; logarithmic: boolean; lowest: number; step: number; bins: number };
type Grid = { aggregate: string; x: GridAxis; y: GridAxis };
type SchemaAnswer = {
  columns: Column[]; groups: { name: string; label: Localised }[]; essentials: string[]; diagrams: Grid[];
  predictions: Record<'pl_type' | 'nasa_type' | 'hz_class' | 'temp_class', string[]> & { habitable: number[] };
  rules: { rule: string; warning: boolean; sentence: string }[]; units: { parsec_in_light_years: number };
  topics: { discoveries: string; rejected: string };
  routes: { method: string; path: string }[];
  /** Who may write: everybody, who has a token, nobody. */
  writing: 'open' | 'token' | 'none';
  /** Whether classes can be opened. */
  classes: boolean;
};

// The board: aggregate -> group -> value.

type Counted =
  | 'totals' | 'hosts' | 'rate' | 'rejects' | 'warnings' | 'mass_radius' | 'period_radius'
  | 'by_method' | 'by_year' | 'by_method_year' | 'by_facility'
  | 'by_zone_type' | 'by_zone' | 'by_type' | 'by_nasa_type' | 'by_temperature' | 'by_habitability';
/** The type of each aggregate's values. */
type Groups = Record<Counted, number> & {
  cumulative: [year: number, total: number][];
  /** Lines; a point is a mass and one or more radii. */
  mass_radius_relation: number[][];
  stats: Stats | null;
  quality: Record<Origin | 'missing', number>;
  newest: Newest[];
  candidates: Candidate;
  /** Counts of cells; lines of limits. */
  hz_diagram: number | [temperature: number, flux: number][];
  hz_points: ZonePoint;
  /** Scores; numbers of forecasts that wait. */
  scoreboard: Score | number;
};
type AggregateName = keyof Groups;
type Origin = 'measured' | 'minimum' | 'forecast' | 'bound';
type Stats = Record<'n' | 'mean' | 'q05' | 'q25' | 'median' | 'q75' | 'q95' | 'min' | 'max', number> & {
  sd: number | null; quantiles: 'exact' | 'sketch';
};
type Newest = {
  key: string; pl_name: string | null; discoverymethod: string | null; disc_year: number | null; change: string;
  pl_rade: number | null; pl_bmasse: number | null; pl_orbper: number | null;
  /** Milliseconds since 1970. */
  t: number;
};
type Candidate = {
  pl_name: string; habitable: number; probability: number | null; pl_type: string | null; hz_class: string | null;
  esi2: number | null; esi4: number | null; sy_dist: number | null; pl_rade: number | null;
  radius_provenance: string | null; pl_bmasse: number | null; mass_provenance: string | null;
  /** There if the planet's existence is disputed. */
  pl_controv_flag?: 1;
};
type ZonePoint = {
  pl_name: string; st_teff: number; flux_thermal: number; pl_rade: number | null; pl_type: string | null;
  hz_class: string | null; habitable: number | null;
};
type Score = {
  n: number; median_error_dex: number | null; coverage_68: number | null; coverage_95: number | null;
};

/** One message of the live connection, or the answer of GET /api/board. */
type Frame = {
  type: string; seq: number; t_ns: number; epoch?: string; resume?: string; positions?: Record<string, number>;
  aggregates?: Record<string, Record<string, unknown>>;
  patches?: Record<string, Record<string, object | unknown[]>>;
  /** Of a snapshot: the aggregates that were chosen. */
  selected?: string[];
};
/** The answer of GET /api/board. */
type BoardAnswer = Frame & { url: string; positions: Record<string, number>; digest: string };

// The API's other answers.

type Value = string | number | boolean | null | undefined;
type PlanetValues = Record<string, Value>;
/** An error or a warning. */
type Issue = { field: string; value: string; rule: string; detail: string };
type ProblemBody = { title?: string; detail?: string; errors?: Issue[]; results?: Result[] };

/** GET /api/planets/KEY */
type PlanetAnswer = {
  key: string; revision: number; withdrawn: boolean; aliases?: string[]; planet: PlanetValues | null;
  /** Of several publications, the planet's own first. */
  solutions?: Solution[];
  /** Of radius and mass, by column. */
  provenance?: Record<string, Origin>;
  /** Oldest first. */
  history: HistoryEntry[];
};
type Solution = {
  current: boolean; revision: number; partition: number; offset: number; timestamp: string;
  references: { column: string; text: string; link?: string | null }[]; planet: PlanetValues;
};
type HistoryEntry = {
  revision: number; change: string; partition: number; offset: number; timestamp: string; planet: PlanetValues | null;
};
/** GET /api/resolve */
type ResolveAnswer = {
  planet: { key: string; withdrawn: boolean } | null; alias?: { alias: string }; nearest: { name: string }[];
};
/** GET /api/planets */
type PlanetsAnswer = { total: number; offset: number; planets: (PlanetValues & { key: string })[] };

/** The answer to one submission. */
type Receipt = {
  key: string; partition: number; offset: number; revision: number; change: string; timestamp: string;
  warnings: Issue[];
};
/** Of one record of many. */
type Result = { line: number; status: number; errors?: Issue[]; warnings?: Issue[] };
/** Of the Compression Streams standard, which the compiler's own library does not know yet. */
declare class DecompressionStream {
  constructor(format: 'gzip');
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** What a body would do: the answer to ?dry_run=true. */
type Preview = {
  changes: Record<string, number>; loses: Record<string, number>; doubts: string[]; values_lost: number;
};

/** What became of a body's columns. */
type BodyColumn = { name: string; column?: string; unit?: string; unit_assumed?: boolean; values?: number };
type BodyColumns = { used: BodyColumn[]; kept_aside: BodyColumn[]; ignored?: BodyColumn[] };
type BatchAnswer = { accepted: number; rejected: number; results: Result[]; columns?: BodyColumns };

type PredictedValue = string | number | boolean | null;
/** GET /api/planets/KEY/prediction */
type PredictionAnswer = {
  key: string; pl_name?: string | null; predictor_version: string; prediction: Record<string, PredictedValue>;
  steps: Step[]; inputs: Input[];
};
type Step = {
  name: string; value: PredictedValue; unit?: string; provenance: string; formula: string; source: string;
  inputs: Record<string, number>;
};
type Input = {
  name: string; value: number; upper_error?: number | null; lower_error?: number | null; unit?: string;
  provenance: string; used: boolean;
};

/** GET /api/aggregates/NAME/GROUP/records */
type RecordsAnswer = {
  aggregate: string; group: string; counts: string; value: number | null; total: number | null; listed: number;
  offset: number; columns: string[]; records: CountedRecord[];
};
type CountedRecord = {
  key?: string; pl_name?: string | null; planet?: PlanetValues; rules?: string[]; change?: string | null;
  timestamp?: string | null; topic?: string; partition: number; offset: number;
  links: { planet?: string | null; receipt?: string | null };
};
/** GET /api/receipts/PARTITION/OFFSET */
type ReceiptAnswer = {
  key: string | null; pl_name?: string | null; topic: string; partition: number; offset: number; timestamp: string;
  verdict: string; change?: string | null; revision?: number | null; source?: string | null;
  idempotency_key?: string | null; errors: Issue[]; warnings: Issue[]; in_log: boolean; raw?: string | null;
  board?: { includes: boolean; seq: number } | null; board_url?: string | null;
  file?: { table: string; path: string; row: number; bytes: number; sha256: string | null } | null;
  /** Why there is no file. */
  reason?: string | null;
  links: { planet?: string | null };
};

// Elements (dom.js).

/** True is an empty attribute; null and false leave it out. */
type Attribute = string | number | boolean | null | undefined;
type Leaf = string | number | Node | null | undefined | false;
type Child = Leaf | readonly (Leaf | readonly Leaf[])[];
type Listeners<T> = {
  [E in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[E] & { currentTarget: T }) => void;
};
/** `on` holds listeners. */
type Attributes<T> = { [name: string]: Attribute | Listeners<T>; on?: Listeners<T> };

// Views.

/** Of the page's address; what has no value is left out. */
type ViewParameters = Record<string, string | undefined>;
/** What all views are given. */
type Revisable = { key: string; planet: PlanetValues };
type ViewParts = {
  board: Board; schema: Schema; needs: Needs; asOf: AsOf;
  importFile(file: File): void;
  /** Opens the form with a planet's values. */
  revise(planet: Revisable): void;
};
type ViewContext = ViewParts & {
  /** Goes to a view, as a step that the browser's "back" takes back; the moment that is shown stays. */
  navigate(view: string, params?: ViewParameters): void;
  /** Names in the address what the view shows now, without a step: all of its parameters. */
  remember(params: ViewParameters): void;
  /** A better title, where that has to be asked for. */
  entitle(text: string): void;
};
/** A part of the page with an address: ?view=NAME and its own parameters (`view` and `as_of` are the page's). */
type View = {
  /** Of the board, on its first screen. */
  reads?: AggregateName[];
  /** Stands above the view and in the window's title. */
  title(params: ViewParameters): string;
  /** Once, when the view is first shown; `place` is the view's own. `show` follows at once. */
  mount(place: HTMLElement, context: ViewContext): ShownView;
};
type ShownView = {
  /** What the address says: when the view comes, and when its own parameters change. Nothing where it shows that. */
  show(params: ViewParameters): void | Promise<void>;
  /** Another view comes: from here on this one draws nothing and asks for nothing, until `show`. */
  hide(): void;
  /** Language or colours changed. Called while the view is shown only: `show` has to follow them as well. */
  relabel(): void;
};

// Classes.

/** Who submits, for which class. */
type Member = { code: string; title: string; pupil: string };
type ClassCounts = Record<'records' | 'new' | 'revisions' | 'withdrawals' | 'unchanged' | 'refused', number>;
type ClassRecordAnswer = {
  topic?: string; partition: number; offset: number; timestamp: string; pupil: string | null; key: string | null;
  pl_name: string | null; change: string | null; columns: string[]; rules: string[]; undo: boolean; undone: boolean;
};
type ClassAbout = { code: string; title: string; state: 'open' | 'closed' | 'ended'; opened: string; ends: string };
type ClassListed = ClassAbout & { pupils: number; records: number };
/** What is not there is not for whoever asked. */
type ClassAnswer = ClassAbout & {
  counts?: ClassCounts; planets?: { changed: number; changed_by_others: number };
  pupils?: ({ name: string } & ClassCounts)[]; kept?: number; records?: ClassRecordAnswer[];
};
type RestoredAnswer = { outcome: string; key?: string; pl_name?: string | null };
type ResetAnswer = Record<'restored' | 'withdrawn' | 'unchanged' | 'stays' | 'unsettled' | 'changed_by_others', number>
  & { next: string | null };

// Panels.

type Panel = {
  /** Also the key of its texts: panel.ID.title, panel.ID.about. */
  id: string; size?: 'full' | 'half';
  /** A change of one of these aggregates draws the panel anew. */
  reads: AggregateName[];
  /** Its rows are the same on each board: drawn without figures, it has its height. */
  knowsRows?: boolean;
  mount(frame: PanelFrame, schema: Schema): Drawing;
};
/** What a panel returns when it is mounted. */
type Drawing = {
  update(board: Board): void; table?(board: Board): TableData; destroy?(): void;
  /** Marks where arrivals landed: groups of what the panel reads, which grew. Called after `update`. */
  land?(groups: string[]): void;
};
/** Of a figure, in its pixels: the middle of what is there. */
type Place = { x: number; y: number; width?: number; height?: number };
/** `href` makes the head a link. */
type Row = { key: string; head: string; href?: string; cells: Cell[] };
/** Without a caption it has its panel's title. */
type TableData = { caption?: string; columns: string[]; rows: Row[] };
type Cell = {
  /** Left out: the value as a number. */
  text?: string; value?: number | null;
  /** In place of the text. */
  node?: Node;
  /** Of the board. */
  group?: string;
  /** To what is behind the value. */
  href?: string;
};
