// Shapes of what the server sends: the board's groups (docs/LIVE.md) and the API's answers (docs/API.md).
// Types only, for `make test-page-types`; no browser loads this file.
// Not here: those of the schema (schema.js) and of Chart.js (chartTypes.js).

/**
 * @typedef {string | number | boolean | null | undefined} Value
 * @typedef {Record<string, Value>} PlanetValues by column
 * @typedef {'measured' | 'minimum' | 'forecast' | 'bound'} Provenance
 * @typedef {{field: string, value: string, rule: string, detail: string}} Issue an error or a warning
 */

/**
 * @typedef {object} Groups aggregate -> the type of its groups' values
 * @property {number} totals
 * @property {number} by_method
 * @property {number} by_year
 * @property {number} by_method_year
 * @property {number} by_facility
 * @property {number} by_zone_type
 * @property {number} by_zone
 * @property {number} by_type
 * @property {number} by_nasa_type
 * @property {number} by_temperature
 * @property {number} by_habitability
 * @property {number} hosts
 * @property {number} rate
 * @property {number} rejects
 * @property {number} warnings
 * @property {number} mass_radius
 * @property {number} period_radius
 * @property {[year: number, total: number][]} cumulative
 * @property {number[][]} mass_radius_relation lines; a point is a mass and one or more radii
 * @property {Stats | null} stats
 * @property {Record<Provenance | 'missing', number>} quality
 * @property {Newest[]} newest
 * @property {Candidate} candidates
 * @property {number | [temperature: number, flux: number][]} hz_diagram counts of cells; lines of limits
 * @property {ZonePoint} hz_points
 * @property {Score | number} scoreboard scores; numbers of forecasts that wait
 *
 * @typedef {object} Stats
 * @property {number} n
 * @property {number} mean
 * @property {number | null} sd
 * @property {number} q05
 * @property {number} q25
 * @property {number} median
 * @property {number} q75
 * @property {number} q95
 * @property {number} min
 * @property {number} max
 * @property {'exact' | 'sketch'} quantiles
 *
 * @typedef {object} Newest
 * @property {string} key
 * @property {string | null} pl_name
 * @property {string | null} discoverymethod
 * @property {number | null} disc_year
 * @property {number | null} pl_rade
 * @property {number | null} pl_bmasse
 * @property {number | null} pl_orbper
 * @property {string} change
 * @property {number} t ms since 1970
 *
 * @typedef {object} Candidate
 * @property {string} pl_name
 * @property {number} habitable
 * @property {number | null} probability
 * @property {string | null} pl_type
 * @property {string | null} hz_class
 * @property {number | null} esi2
 * @property {number | null} esi4
 * @property {number | null} sy_dist parsecs
 * @property {number | null} pl_rade
 * @property {string | null} radius_provenance
 * @property {number | null} pl_bmasse
 * @property {string | null} mass_provenance
 *
 * @typedef {object} ZonePoint
 * @property {string} pl_name
 * @property {number} st_teff
 * @property {number} flux_thermal
 * @property {number | null} pl_rade
 * @property {string | null} pl_type
 * @property {string | null} hz_class
 * @property {number | null} habitable
 *
 * @typedef {{n: number, median_error_dex: number | null, coverage_68: number | null, coverage_95: number | null}} Score
 */

/**
 * @typedef {object} PlanetAnswer GET /api/planets/KEY
 * @property {string} key
 * @property {number} revision
 * @property {boolean} withdrawn
 * @property {string[]} [aliases]
 * @property {PlanetValues | null} planet
 * @property {Record<string, Provenance>} [provenance] of radius and mass, by column
 * @property {HistoryEntry[]} history oldest first
 *
 * @typedef {object} HistoryEntry
 * @property {number} revision
 * @property {string} change
 * @property {number} partition
 * @property {number} offset
 * @property {string} timestamp
 * @property {PlanetValues | null} planet
 *
 * @typedef {{total: number, offset: number, planets: (PlanetValues & {key: string})[]}} PlanetsAnswer GET /api/planets
 *
 * @typedef {object} Receipt the answer to one submission
 * @property {string} key
 * @property {number} partition
 * @property {number} offset
 * @property {number} revision
 * @property {string} change
 * @property {string} timestamp
 * @property {Issue[]} warnings
 *
 * @typedef {{line: number, status: number, errors?: Issue[], warnings?: Issue[]}} Result of one record of many
 * @typedef {{accepted: number, rejected: number, results: Result[]}} BatchAnswer
 */

/**
 * @typedef {string | number | boolean | null} PredictedValue
 *
 * @typedef {object} PredictionAnswer GET /api/planets/KEY/prediction
 * @property {string} key
 * @property {string} predictor_version
 * @property {Record<string, PredictedValue>} prediction
 * @property {Step[]} steps
 * @property {Input[]} inputs
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {PredictedValue} value
 * @property {string} [unit]
 * @property {string} provenance
 * @property {string} formula
 * @property {string} source
 * @property {Record<string, number>} inputs
 *
 * @typedef {object} Input
 * @property {string} name
 * @property {number} value
 * @property {number | null} [upper_error]
 * @property {number | null} [lower_error]
 * @property {string} [unit]
 * @property {string} provenance
 * @property {boolean} used
 */

/**
 * @typedef {object} RecordsAnswer GET /api/aggregates/NAME/GROUP/records
 * @property {string} aggregate
 * @property {string} group
 * @property {string} counts
 * @property {number | null} value
 * @property {number | null} total
 * @property {number} listed
 * @property {number} offset
 * @property {string[]} columns
 * @property {CountedRecord[]} records
 *
 * @typedef {object} CountedRecord
 * @property {string} [key]
 * @property {string | null} [pl_name]
 * @property {PlanetValues} [planet]
 * @property {string[]} [rules]
 * @property {string | null} [change]
 * @property {string | null} [timestamp]
 * @property {string} [topic]
 * @property {number} partition
 * @property {number} offset
 * @property {{planet?: string | null, receipt?: string | null}} links
 *
 * @typedef {object} ReceiptAnswer GET /api/receipts/PARTITION/OFFSET
 * @property {string | null} key
 * @property {string | null} [pl_name]
 * @property {string} topic
 * @property {number} partition
 * @property {number} offset
 * @property {string} timestamp
 * @property {string} verdict
 * @property {string | null} [change]
 * @property {number | null} [revision]
 * @property {string | null} [source]
 * @property {string | null} [idempotency_key]
 * @property {Issue[]} errors
 * @property {Issue[]} warnings
 * @property {boolean} in_log
 * @property {string | null} [raw]
 * @property {{includes: boolean, seq: number} | null} [board]
 * @property {string | null} [board_url]
 * @property {{table: string, path: string, row: number, bytes: number, sha256: string | null} | null} [file]
 * @property {string | null} [reason] why there is no file
 * @property {{planet?: string | null}} links
 */

export {};
