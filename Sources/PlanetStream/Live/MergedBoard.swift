// The aggregates of every partition, merged exactly: this process's own as they are now, the others as last published.
// SharedPublisher.swift decides who publishes.

import Basics
import PlanetFigures
import StateBytes
import Telemetry

struct MergedBoard {
    private struct Decoded {
        let next: Int64
        let aggregates: Aggregates
    }
    /// Of partitions that others own, by name.
    private var decoded: [String: Decoded] = [:]
    /// The positions of the last merge.
    private(set) var positions = Positions()

    /// `owned`: this process's partitions; `states`: from planet-state.
    mutating func merge(_ owned: some Collection<OwnedPartition>, _ states: [String: PublishedState]) -> Aggregates {
        let sum = Aggregates()
        var taken: Set<String> = []
        positions = Positions()
        for partition in owned {
            // While a partition is read again from its beginning, its published state is further.
            if !partition.isCaughtUp, let state = states[partition.name], state.next > partition.next { continue }
            taken.insert(partition.name)
            positions[partition.place] = partition.next
            partition.tally.settle()
            sum.merge(partition.tally.aggregates)
        }
        for (name, state) in states where !taken.contains(name) {
            guard let known = decode(name, state) else { continue }
            if let place = TopicPartition(name) { positions[place] = known.next }
            sum.merge(known.aggregates)
        }
        for name in Array(decoded.keys) where taken.contains(name) || states[name] == nil { decoded[name] = nil }
        return sum
    }

    /// Ignores a damaged state and keeps the previous one.
    private mutating func decode(_ name: String, _ state: PublishedState) -> Decoded? {
        if let known = decoded[name], known.next == state.next { return known }
        let aggregates = Aggregates()
        var reader = StateReader(state.bytes)
        do throws(StateError) {
            try aggregates.restore(from: &reader)
        } catch {
            Log.error("a published state is damaged", ["partition": name, "next": state.next])
            return decoded[name]
        }
        let known = Decoded(next: state.next, aggregates: aggregates)
        decoded[name] = known
        return known
    }
}
