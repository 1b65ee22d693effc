// The state of a key, record by record: planet, withdrawn, alias; source time.
import StateBytes
import Testing

@testable import PlanetCore

@Suite struct PlanetHistoryTests {
    private func discovery(_ radius: Double, updated: Int? = nil) -> PlanetRecord {
        var draft = DiscoveryDraft()
        draft[.pl_name] = "X b"
        draft[.pl_rade] = radius
        draft[.rowupdate] = updated.map { Double($0) }
        return .discovery(draft.discovery)
    }

    private func alias(of canonical: String, source: String? = nil) -> PlanetRecord {
        .alias(
            PlanetAlias(
                name: "X b", canonical: canonical, canonicalKey: IdentityKey.of(canonical) ?? "", source: source))
    }

    private func id(_ key: String, _ copy: String, _ value: String) -> SubmissionID {
        SubmissionID(key: Array(key.utf8), copy: Array(copy.utf8), value: Array(value.utf8)[...])
    }

    @Test func `From first to last`() {
        var state = PlanetState()
        #expect(state.apply(.tombstone) == .change(.duplicate))
        #expect(state.revision == 0)
        #expect(state.apply(discovery(1)) == .change(.new))
        #expect(state.revision == 1)
        #expect(state.apply(discovery(1)) == .change(.duplicate))
        #expect(state.revision == 1)
        #expect(state.apply(discovery(2)) == .change(.revision))
        #expect(state.apply(discovery(1)) == .change(.revision))
        #expect(state.revision == 3)
        #expect(state.apply(.tombstone) == .change(.withdrawal))
        #expect(state.discovery == nil)
        #expect(state.revision == 4)
        #expect(state.apply(.tombstone) == .change(.duplicate))
        #expect(state.revision == 4)
        #expect(state.apply(discovery(1)) == .change(.reinstatement))
        #expect(state.revision == 5)
        #expect(state.discovery?[.pl_rade] == 1)
        #expect(state.apply(discovery(1)) == .change(.duplicate))
        #expect(MemoryLayout<PlanetState>.size <= 72)
    }

    @Test func `A copy of an earlier sending changes nothing, whatever came between`() {
        func sent(_ key: String) -> SubmissionID { id(key, "", "{}") }
        var state = PlanetState()
        #expect(state.apply(discovery(1), sent("a")) == .change(.new))
        #expect(state.apply(discovery(2), sent("b")) == .change(.revision))
        #expect(state.apply(discovery(1), sent("a")) == .change(.duplicate))
        #expect(state.discovery?[.pl_rade] == 2)
        #expect(state.apply(.tombstone, sent("c")) == .change(.withdrawal))
        #expect(state.apply(discovery(2), sent("b")) == .change(.duplicate))
        #expect(state.discovery == nil)
        // Without a key nobody can tell a copy from a new sending.
        #expect(state.apply(discovery(2)) == .change(.reinstatement))
        // Bounded: the oldest are forgotten.
        for index in 0..<PlanetState.submissionsKept {
            _ = state.apply(discovery(10 + Double(index)), sent("\(index)"))
        }
        #expect(state.submissions.count == PlanetState.submissionsKept)
        #expect(state.apply(discovery(1), sent("a")) == .change(.revision))
    }

    /// A stream that died sends again from the last record that it was sure of, however many came since.
    @Test func `What was sent on takes effect once, however often and late it comes again`() throws {
        func sent(_ offset: Int64, from partition: Int32 = 3, log: String = "a") -> SentFrom {
            SentFrom(.init("t", partition), offset: offset, log: log)
        }
        var state = PlanetState()
        for offset in 0..<200 as Range<Int64> {
            let change: Change = offset == 0 ? .new : .revision
            #expect(state.apply(discovery(Double(offset)), nil, sent(offset)) == .change(change))
        }
        for offset in [0, 7, 199] as [Int64] {
            #expect(state.apply(discovery(Double(offset)), nil, sent(offset)) == .change(.duplicate))
        }
        #expect(state.discovery?[.pl_rade] == 199 && state.revision == 200)
        // Of another partition, or of another log under the name, it is another record.
        #expect(state.apply(discovery(1), nil, sent(0, from: 4)) == .change(.revision))
        #expect(state.apply(discovery(2), nil, sent(0, log: "b")) == .change(.revision))
        #expect(state.apply(.tombstone, nil, sent(200)) == .change(.withdrawal))
        var saved = StateWriter()
        PackedRow(key: "x", state, nil).save(to: &saved)
        var reader = StateReader(saved.bytes)
        let again = try PackedRow(from: &reader, \.isEmpty).state
        #expect(again == state && reader.isAtEnd)
        // Refused, it has not taken effect.
        var alias = PlanetState()
        #expect(alias.apply(self.alias(of: "Y b")) == .change(.alias))
        #expect(alias.apply(discovery(1), nil, sent(5)) == .refused(.known_alias))
        #expect(alias.apply(.tombstone) == .change(.alias_removal))
        #expect(alias.apply(discovery(1), nil, sent(5)) == .change(.new))
        // Bounded.
        for partition in 0..<100 as Range<Int32> { _ = state.apply(discovery(1), nil, sent(1, from: partition)) }
        #expect(state.sentMarks.count == PlanetState.sentMarksKept)
    }

    @Test func `An identifier tells key, copy and value apart`() {
        let parts = [("k", "", "v"), ("k", "1", "v"), ("kv", "", ""), ("k", "", ""), ("k", "v", ""), ("l", "", "v")]
        let made = Set(parts.map { id($0.0, $0.1, $0.2) })
        #expect(made.count == parts.count)
        // As it lies in lakes.
        #expect(id("sample", "1", #"{"pl_name":"X b"}"#).bits == 7_649_368_807_555_046_244)
    }

    @Test func `An older row that comes late changes nothing`() {
        var state = PlanetState()
        #expect(state.apply(discovery(1, updated: 100)) == .change(.new))
        let before = state
        #expect(state.apply(discovery(2, updated: 99)) == .change(.late))
        #expect(state == before)
        // The same day: the log's order decides. Another day alone is a revision, so that the day shown is the one
        // known.
        #expect(state.apply(discovery(2, updated: 100)) == .change(.revision))
        #expect(state.apply(discovery(2, updated: 101)) == .change(.revision))
        #expect(state.apply(discovery(2, updated: 101)) == .change(.duplicate))
        #expect(state.apply(discovery(2, updated: 100)) == .change(.late))
        // Where either has no time, the log's order decides.
        #expect(state.apply(discovery(3)) == .change(.revision))
        #expect(state.rowupdate == nil)
        #expect(state.apply(discovery(4, updated: 1)) == .change(.revision))
        #expect(state.revision == 5)
    }

    @Test func `A late row does not bring a withdrawn planet back`() {
        var state = PlanetState()
        _ = state.apply(discovery(1, updated: 100))
        _ = state.apply(.tombstone)
        #expect(state.apply(discovery(2, updated: 99)) == .change(.late))
        #expect(state.discovery == nil)
        #expect(state.apply(discovery(1, updated: 100)) == .change(.reinstatement))
        _ = state.apply(.tombstone)
        #expect(state.apply(discovery(5)) == .change(.reinstatement))
    }

    @Test func `A name is a planet or an alias`() {
        var state = PlanetState()
        #expect(state.apply(alias(of: "Y c")) == .change(.alias))
        #expect(state.apply(alias(of: "Y-c", source: "elsewhere")) == .change(.duplicate))
        #expect(state.apply(alias(of: "Z d")) == .refused(.alias_conflict))
        #expect(state.apply(discovery(1)) == .refused(.known_alias))
        #expect(state.issue(.known_alias, discovery(1)).detail.contains("Y c"))
        #expect(state.revision == 1)
        #expect(state.apply(.tombstone) == .change(.alias_removal))
        #expect(state.apply(.tombstone) == .change(.duplicate))
        // Never a planet before: new.
        #expect(state.apply(discovery(1, updated: 50)) == .change(.new))
        #expect(state.apply(alias(of: "Y c")) == .refused(.alias_joins_planets))
        // A candidate that was confirmed under another name: withdrawn, then an alias.
        #expect(state.apply(.tombstone) == .change(.withdrawal))
        #expect(state.apply(alias(of: "Y c")) == .change(.alias))
        #expect(state.apply(.tombstone) == .change(.alias_removal))
        #expect(state.apply(discovery(2, updated: 49)) == .change(.late))
        #expect(state.apply(discovery(2, updated: 50)) == .change(.reinstatement))
        #expect(state.revision == 7)
    }
}
