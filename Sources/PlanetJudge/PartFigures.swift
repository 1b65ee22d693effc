// Figures of planets: those of one part of the state, as bytes that only this build reads; and all parts together, as
// the rows of the lake's table `aggregates`. Whoever keeps the state adds up the counts of records (RecordCounts).

import JSONText
import PlanetCore
import PlanetFigures
import StateBytes

package enum PartFigures {
    /// `planets` calls its argument with each key of the part.
    static func saved(_ planets: (_ each: (PackedRow) -> Void) -> Void) -> [UInt8] {
        let aggregates = Aggregates()
        var events: [CatalogueEvent] = []
        planets { planet in
            let isAlias = planet.isAlias
            guard isAlias || planet.discovery != nil else { return }
            events.append(
                CatalogueEvent(
                    .change(isAlias ? .alias : .duplicate), partition: 0, offset: 0, timestamp: 0,
                    after: planet.discovery.map { PlanetFacts($0, key: planet.key, forecast: planet.forecast) }))
            if events.count == 1000 {
                aggregates.apply(events[...])
                events.removeAll(keepingCapacity: true)
            }
        }
        aggregates.apply(events[...])
        var state = StateWriter(isOrdered: true)
        aggregates.save(to: &state)
        return state.bytes
    }

    /// The board from the figures of all parts: [[aggregate, group, value_json, value, n, measured], ...].
    package static func board(_ parts: [[UInt8]]) throws(FrameError) -> [UInt8] {
        let sum = Aggregates()
        for bytes in parts {
            let part = Aggregates()
            var state = StateReader(bytes)
            do throws(StateError) { try part.restore(from: &state) } catch {
                throw FrameError("the figures of a part are not what this program writes")
            }
            sum.merge(part)
        }
        let records = RecordCounts()
        return JSONWriter.array(capacity: 1 << 20) { writer in
            for aggregate in sum.all {
                var groups = GroupWriter()
                aggregate.write(.all, to: &groups)
                for item in groups.items where !records.counts(aggregate.name, item.group) {
                    writer.array { write(aggregate.name, item, to: &$0) }
                }
            }
        }
    }

    private static func write(_ aggregate: String, _ item: GroupWriter.Item, to writer: inout JSONWriter) {
        writer.string(aggregate)
        writer.string(item.group)
        writer.string(String(decoding: item.json ?? [], as: UTF8.self))
        if let value = item.value { writer.real(value) } else { writer.null() }
        if let count = item.count { writer.integer(count) } else { writer.null() }
        if let isMeasured = item.isMeasured { writer.boolean(isMeasured) } else { writer.null() }
    }
}
