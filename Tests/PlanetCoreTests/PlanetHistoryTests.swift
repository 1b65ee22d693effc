// The state of a planet, record by record.
import Testing

@testable import PlanetCore

@Suite struct PlanetHistoryTests {
    private func discovery(_ radius: Double) -> Discovery {
        var draft = DiscoveryDraft()
        draft[.pl_name] = "X b"
        draft[.pl_rade] = radius
        return draft.packed()
    }

    @Test func `From first to last`() {
        var state = PlanetState()
        var current: Discovery?
        func apply(_ radius: Double?) -> Change {
            let next = radius.map { discovery($0) }
            let change = state.apply(PlanetState.Record(next, after: current))
            if change != .duplicate { current = next }
            return change
        }
        #expect(apply(nil) == .duplicate)
        #expect(state.revision == 0)
        #expect(apply(1) == .new)
        #expect(state.revision == 1)
        #expect(apply(1) == .duplicate)
        #expect(state.revision == 1)
        #expect(apply(2) == .revision)
        #expect(apply(1) == .revision)
        #expect(state.revision == 3)
        #expect(apply(nil) == .withdrawal)
        #expect(state.isWithdrawn)
        #expect(state.revision == 4)
        #expect(apply(nil) == .duplicate)
        #expect(state.revision == 4)
        #expect(apply(1) == .reinstatement)
        #expect(state.revision == 5)
        #expect(!state.isWithdrawn)
        #expect(apply(1) == .duplicate)
        #expect(MemoryLayout<PlanetState>.size <= 8)
    }
}
