// The way of a change to the viewers: the groups that it touched, as the JSON of a delta.

import JSONText
import PlanetFigures
import PlanetStream

let livePaths = [
    // Ten new planets a delta; the cost is a planet's.
    HotPath(name: "live_delta", records: 1000) {
        let events = Inputs.events(Inputs.values(HotPath.inputs(1000)))
        let feed = Feed()
        return { range in
            var bytes = 0
            for first in stride(from: range.lowerBound, to: range.upperBound, by: 10) {
                feed.aggregates.apply(events[first..<min(range.upperBound, first + 10)])
                bytes += feed.delta()
            }
            return bytes
        }
    }
]

private final class Feed {
    let aggregates: Aggregates
    private var board: Board

    init() {
        aggregates = Aggregates()
        board = Board(aggregates.all)
    }

    func delta() -> Int {
        var groups = GroupWriter()
        for (index, aggregate) in aggregates.all.enumerated() {
            groups.removeAll()
            aggregate.write(.changes, to: &groups)
            board.apply(groups.items, to: index)
        }
        var writer = JSONWriter(capacity: 8192)
        writer.object { board.writeChanges(to: &$0) }
        board.clearChanges()
        return writer.bytes.count
    }
}
