// The aggregates of every partition, merged: those this process owns as they are now, the others as they were last published.
// Exact: merging is addition. Not who publishes the result (Publisher.swift).

import EventLog
import Telemetry

struct MergedBoard {
    private struct Decoded {
        let next: Int64
        let aggregates: Aggregates
    }
    /// Of partitions that others own, by name.
    private var decoded: [String: Decoded] = [:]

    /// `owned` are this process's partitions; `states` what planet-state says.
    mutating func merge(_ owned: some Collection<OwnedPartition>, _ states: [String: PublishedState]) -> Aggregates {
        let sum = Aggregates()
        var taken: Set<String> = []
        for partition in owned {
            // While a partition is read again from its beginning, what was published of it is further.
            if !partition.isCaughtUp, let state = states[partition.name], state.next > partition.next { continue }
            taken.insert(partition.name)
            partition.tally.settle()
            sum.merge(partition.tally.aggregates)
        }
        for (name, state) in states where !taken.contains(name) {
            guard let aggregates = aggregates(name, state) else { continue }
            sum.merge(aggregates)
        }
        for name in Array(decoded.keys) where taken.contains(name) || states[name] == nil { decoded[name] = nil }
        return sum
    }

    private mutating func aggregates(_ name: String, _ state: PublishedState) -> Aggregates? {
        if let known = decoded[name], known.next == state.next { return known.aggregates }
        let aggregates = Aggregates()
        var reader = StateReader(state.bytes)
        do throws(StateError) {
            try aggregates.restore(from: &reader)
        } catch {
            Log.error("a published state is damaged", ["partition": name, "next": state.next])
            return decoded[name]?.aggregates
        }
        decoded[name] = Decoded(next: state.next, aggregates: aggregates)
        return aggregates
    }
}
