// The part of Chart.js 3 that the page uses, as types for `make test-page-types`; no browser loads this file.
// Not here: what the settings are set to (charts.js, panels/*.js).

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {string | CanvasGradient | CanvasPattern} Colour
 *
 * @typedef {object} DatasetSettings
 * @property {string} [label]
 * @property {string} [type]
 * @property {number} [order]
 * @property {string} [stack]
 * @property {Colour} [backgroundColor]
 * @property {Colour} [borderColor]
 * @property {number[]} [borderDash]
 * @property {number} [borderRadius]
 * @property {boolean} [borderSkipped]
 * @property {number | {top: number}} [borderWidth]
 * @property {number} [barPercentage]
 * @property {number} [categoryPercentage]
 * @property {number} [maxBarThickness]
 * @property {number} [pointHitRadius]
 * @property {number} [pointHoverRadius]
 * @property {number} [pointRadius]
 * @property {string} [pointStyle]
 * @property {boolean} [stepped]
 * @property {number} [tension]
 */

/**
 * @template D
 * @typedef {DatasetSettings & {data: D[]}} Dataset
 */

/** @typedef {Dataset<any>} AnyDataset `any`: each chart says which data it has, by its own dataset type S. */

/**
 * @template {AnyDataset} S
 * @typedef {{raw: S['data'][number], dataset: S, dataIndex: number}} TooltipItem
 */

/**
 * @typedef {object} AxisOptions
 * @property {'linear' | 'logarithmic'} [type]
 * @property {number} [min]
 * @property {number} [max]
 * @property {boolean} [reverse]
 * @property {boolean} [stacked]
 * @property {boolean} [beginAtZero]
 * @property {{text: string}} [title]
 * @property {{display?: boolean}} [grid]
 * @property {TickOptions} [ticks]
 * @property {(scale: Scale) => void} [afterBuildTicks]
 *
 * @typedef {object} TickOptions
 * @property {boolean} [autoSkip]
 * @property {Colour} [color]
 * @property {number} [maxTicksLimit]
 * @property {number} [precision]
 * @property {(value: number, index: number) => string} [callback]
 *
 * @typedef {object} Scale an axis as it is drawn
 * @property {number} min
 * @property {number} max
 * @property {{value: number}[]} ticks
 * @property {(value: number) => number} getPixelForValue
 */

/**
 * @typedef {{mode: string, axis?: string, intersect: boolean}} Interaction
 * @typedef {{index: number, datasetIndex: number}} Hit
 * @typedef {{native: {target: HTMLElement}}} ChartEvent
 * @typedef {{x: AxisOptions, y: AxisOptions}} Axes
 */

/**
 * @template {AnyDataset} S
 * @typedef {object} Tooltip
 * @property {boolean} [displayColors]
 * @property {(item: TooltipItem<S>) => boolean} [filter]
 * @property {(a: TooltipItem<S>, b: TooltipItem<S>) => number} [itemSort]
 * @property {TooltipTexts<S>} [callbacks]
 */

/**
 * @template {AnyDataset} S
 * @typedef {object} TooltipTexts
 * @property {(items: TooltipItem<S>[]) => string} [title]
 * @property {(item: TooltipItem<S>) => string | string[]} [label]
 * @property {(items: TooltipItem<S>[]) => string} [footer]
 */

/**
 * @template {AnyDataset} S
 * @typedef {object} Options
 * @property {false | {duration: number}} [animation]
 * @property {'x' | 'y'} [indexAxis]
 * @property {Interaction} [interaction]
 * @property {{padding: {right: number}}} [layout]
 * @property {false} [parsing]
 * @property {Axes} scales
 * @property {{legend?: {display: boolean, position: string, align: string}, tooltip?: Tooltip<S>}} [plugins]
 * @property {(event: ChartEvent, hits: Hit[], chart: Chart<S>) => void} [onClick]
 * @property {(event: ChartEvent, hits: Hit[]) => void} [onHover]
 */

/**
 * @template {AnyDataset} S
 * @typedef {object} Config
 * @property {string} type
 * @property {{labels?: (string | number)[], datasets: S[]}} data
 * @property {Options<S>} options
 * @property {{id: string, beforeDatasetsDraw: (chart: Drawn) => void}[]} [plugins]
 */

/**
 * @typedef {object} Drawn what a plugin draws on
 * @property {CanvasRenderingContext2D} ctx
 * @property {{left: number, top: number, right: number, width: number, height: number}} chartArea
 * @property {{x: Scale, y: Scale}} scales
 */

/**
 * @template {AnyDataset} S
 * @typedef {object} Chart
 * @property {{labels: (string | number)[], datasets: S[]}} data
 * @property {{scales: Axes}} options
 * @property {(mode?: 'none') => void} update
 * @property {() => void} destroy
 * @property {(event: ChartEvent, mode: string, options: {intersect: boolean}, useFinalPosition: boolean) => Hit[]
 *   } getElementsAtEventForMode
 */

/**
 * @typedef {object} Defaults
 * @property {{family: string, size: number}} font
 *
 * @typedef {{new <S extends AnyDataset>(canvas: HTMLCanvasElement, config: unknown): Chart<S>}} Constructor
 * @typedef {Constructor & {defaults: Defaults}} Library
 */

export {};
