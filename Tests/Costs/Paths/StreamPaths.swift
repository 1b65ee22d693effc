// A record on its way through the stream: judged, applied to its planet's row, counted.

import EventLog
import PlanetCore
import PlanetFigures
import PlanetStream

private final class Judge { var each = RecordJudge() }

let streamPaths = [
    HotPath(name: "keyed_rows", records: 3000) {
        let records = Inputs.valid(Inputs.revised(HotPath.inputs(3000)))
        let rows = Rows()
        return { range in
            range.reduce(0) { sum, index in
                sum + rows.each.apply(key: records[index].key, .discovery(records[index].discovery)).revision
            }
        }
    },
    HotPath(name: "record_judge", records: 1500) {
        let batch = Inputs.batch(HotPath.inputs(1500))
        let judge = Judge()
        return { range in
            range.reduce(0) { $0 + (judge.each.discovery(batch, $1, source: "api").event.after == nil ? 0 : 1) }
        }
    },
    HotPath(name: "aggregates", records: 2000) {
        let events = Inputs.events(Inputs.revised(HotPath.inputs(2000)))
        let aggregates = Aggregates()
        return { range in
            // As many at a time as one poll of the log may bring.
            for first in stride(from: range.lowerBound, to: range.upperBound, by: 256) {
                aggregates.apply(events[first..<min(range.upperBound, first + 256)])
            }
            return aggregates.present
        }
    },
]

private final class Rows { var each = KeyedRows() }
