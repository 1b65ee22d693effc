// Whatever a key is and was, there are records that bring it back, each of which counts.

import PlanetCore
import TestSupport
import Testing

@testable import PlanetWeb

@Suite struct RestorePlanTests {
    private func planet(_ radius: Double, _ rowupdate: Double? = nil, _ flag: Double? = nil) -> Discovery {
        var draft = DiscoveryDraft()
        draft[.pl_name] = "Kepler-22 b"
        draft[.pl_rade] = radius
        draft[.rowupdate] = rowupdate
        draft[.default_flag] = flag
        return draft.discovery
    }

    private func state(_ records: PlanetRecord...) -> PlanetState {
        var state = PlanetState()
        for record in records { _ = state.apply(record) }
        return state
    }

    private func steps(_ state: PlanetState, _ value: PlanetState.Value) throws -> Int {
        try #require(RestorePlan.records(from: state, to: value)).count
    }

    @Test func asFewRecordsAsCanBe() throws {
        let (old, new) = (planet(1, 100), planet(2, 200))
        #expect(try steps(state(.discovery(old)), .planet(old)) == 0)
        #expect(try steps(state(.discovery(old)), .nothing) == 1)
        #expect(try steps(state(.discovery(planet(1)), .discovery(planet(2))), .planet(planet(1))) == 1)
        // An older rowupdate, also after a withdrawal.
        #expect(try steps(state(.discovery(old), .discovery(new)), .planet(old)) == 2)
        #expect(try steps(state(.discovery(old), .discovery(new), .tombstone), .planet(old)) == 2)
        // A solution that is not the default one.
        let (other, usual) = (planet(1, nil, 0), planet(2, nil, 1))
        #expect(try steps(state(.discovery(other), .discovery(usual)), .planet(other)) == 2)
        let (dated, newer) = (planet(1, 100, 0), planet(2, 200, 1))
        #expect(try steps(state(.discovery(dated), .discovery(newer)), .planet(dated)) == 3)
    }

    @Test func anAliasComesBackToo() throws {
        let alias = PlanetAlias(name: "KOI-87.01", canonical: "Kepler-22 b", canonicalKey: "kepler22b", source: nil)
        #expect(try steps(state(.alias(alias), .tombstone), .alias(alias)) == 1)
        #expect(try steps(state(.alias(alias), .tombstone, .discovery(planet(1))), .alias(alias)) == 2)
        #expect(try steps(state(.discovery(planet(1)), .tombstone, .alias(alias)), .planet(planet(1))) == 2)
    }

    @Test func fromAnythingToAnything() throws {
        var random = SplitMix(seed: Seed.ofThisRun)
        func any() -> Discovery {
            planet(
                Double(random.below(3)), [nil, 100, 200, 300][random.below(4)],
                [nil, 0, 1][random.below(3)])
        }
        for _ in 0..<2000 {
            var state = PlanetState()
            for _ in 0..<random.below(6) {
                _ = state.apply(random.below(4) == 0 ? .tombstone : .discovery(any()))
            }
            let value: PlanetState.Value = random.below(5) == 0 ? .nothing : .planet(any())
            let records = try #require(RestorePlan.records(from: state, to: value), "seed \(Seed.ofThisRun)")
            for record in records {
                let before = state.revision
                _ = state.apply(record, from: .revision(state.revision))
                #expect(state.revision == before + 1)
            }
            #expect(state.value == value)
        }
    }

    /// What takes something back counts only where nobody else came in between.
    @Test func whatIsMadeFromAnEarlierRevisionTakesNothingBack() {
        var state = state(.discovery(planet(1)), .discovery(planet(2)))
        #expect(state.apply(.tombstone, from: .revision(1)) == .change(.late))
        #expect(state.discovery == planet(2))
        #expect(state.apply(.tombstone, from: .revision(2)) == .change(.withdrawal))
        let alias = PlanetAlias(name: "KOI-87.01", canonical: "Kepler-22 b", canonicalKey: "kepler22b", source: nil)
        #expect(state.apply(.alias(alias), from: .revision(2)) == .change(.late))
        #expect(state.apply(.alias(alias), from: .revision(3)) == .change(.alias))
        #expect(state.apply(.tombstone, from: .late) == .change(.late))
    }
}
