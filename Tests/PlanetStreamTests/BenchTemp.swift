import EventLog
import Foundation
import PlanetCore
import Testing
import Threads

@testable import PlanetStream

struct BenchTemp {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["BENCH"] != nil)) func speed() throws {
        let path = ProcessInfo.processInfo.environment["BENCH"] ?? ""
        let data = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
        var lines: [Range<Int>] = []
        var start = 0
        for i in data.indices where data[i] == 10 {
            lines.append(start..<i)
            start = i + 1
        }
        let n = lines.count
        func per(_ what: String, _ count: Int, _ t: UInt64) {
            print("\(what): \(Double(cpu() - t) / Double(count)) ns")
        }
        var decoder = DiscoveryDecoder()
        var t = cpu()
        var valid: [Validated] = []
        valid.reserveCapacity(n)
        data.withUnsafeBytes { bytes in
            for line in lines {
                if case .accept(let v) = decoder.decode(UnsafeRawBufferPointer(rebasing: bytes[line])) {
                    valid.append(v)
                }
            }
        }
        per("decode \(valid.count) of \(n)", n, t)
        var catalogue = Catalogue()
        t = cpu()
        var outs: [Catalogue.Outcome] = []
        outs.reserveCapacity(n)
        for (i, v) in valid.enumerated() {
            outs.append(catalogue.apply(key: v.key, v.discovery, partition: 0, offset: Int64(i)))
        }
        per("catalogue", n, t)
        var facts = FactReader()
        t = cpu()
        var all: [CatalogueEvent] = []
        all.reserveCapacity(n)
        for (i, v) in valid.enumerated() {
            let o = outs[i]
            all.append(
                CatalogueEvent(
                    kind: .change(o.change), partition: 0, offset: Int64(i),
                    timestamp: 1_764_000_000_000_000 + Int64(i) * 1000,
                    before: o.before.map { facts.facts(of: $0, key: v.key) },
                    after: o.change == .duplicate ? nil : facts.facts(of: v.discovery, key: v.key), rules: []))
        }
        per("facts", n, t)
        t = cpu()
        for v in valid { _ = IdentityKey.of(v.discovery[.hostname] ?? "") }
        per("  host key", n, t)
        let aggregates = Aggregates()
        var groups = GroupWriter()
        for a in aggregates.all {
            t = cpu()
            var i = 0
            while i < all.count {
                a.apply(all[i..<min(i + 1024, all.count)])
                i += 1024
            }
            per("  " + type(of: a).name, n, t)
        }
        // Whole, as the engine does it
        var judge = RecordJudge()
        let whole = Aggregates()
        t = cpu()
        var index = 0
        while index < n {
            var batch = RecordBatch()
            let h = batch.addHeaders([])
            for i in index..<min(index + 1024, n) {
                batch.append(
                    key: [UInt8](), value: data[lines[i]], headers: h, offset: Int64(i),
                    timestamp: 1_764_000_000_000_000 + Int64(i) * 1000)
            }
            index += 1024
            var events: [CatalogueEvent] = []
            for i in batch.entries.indices { events.append(judge.discovery(batch, i, source: nil).event) }
            whole.apply(events[...])
        }
        per("whole (with batch making)", n, t)
        t = cpu()
        whole.settle { judge.forEachPlanet($0) }
        per("settle", 1, t)
        for a in whole.all {
            groups.removeAll()
            t = cpu()
            a.write(.changes, to: &groups)
            per("  first write \(type(of: a).name) \(groups.items.count)", 1, t)
        }
        for round in 0..<3 {
            whole.apply(all[round..<round + 1])
            for a in whole.all {
                groups.removeAll()
                t = cpu()
                a.write(.changes, to: &groups)
                if round == 2 { per("  write after one record \(type(of: a).name) \(groups.items.count)", 1, t) }
            }
        }
        var board = Board(whole.all)
        for (i, a) in whole.all.enumerated() {
            groups.removeAll()
            a.write(.all, to: &groups)
            board.apply(groups.items, to: i)
        }
        t = cpu()
        _ = board.digest()
        per("digest", 1, t)
        t = cpu()
        _ = board.digest()
        per("digest again", 1, t)
        var sum = ExactSum()
        var sq = ExactSquares()
        var m = Moments()
        t = cpu()
        for v in 0..<1_000_000 { sum.add(Double(v) * 0.37) }
        per("ExactSum.add", 1_000_000, t)
        t = cpu()
        for v in 0..<1_000_000 { sq.add(Double(v) * 0.37, flip: false) }
        per("ExactSquares.add", 1_000_000, t)
        t = cpu()
        for v in 0..<1_000_000 { m.add(Double(v) * 0.37, weight: 1) }
        per("Moments.add", 1_000_000, t)
        print(sum.value, sq.value, m.mean ?? 0)
        // The archive: cost of a tick at 6,061 planets
        let small = Partition()
        small.apply(records(archive))
        _ = small.board()
        for a in small.aggregates.all {
            groups.removeAll()
            a.write(.changes, to: &groups)
        }
        for round in 0..<20 {
            small.apply([(archive[round].key, nil)])
            var line = ""
            let begun = cpu()
            for a in small.aggregates.all {
                groups.removeAll()
                t = cpu()
                a.write(.changes, to: &groups)
                line += " \(type(of: a).name)=\((cpu() - t) / 1000)us"
            }
            if round == 19 { print("tick \((cpu() - begun) / 1000) us:", line) }
        }
    }
}

private func cpu() -> UInt64 {
    var t = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t)
    return UInt64(t.tv_sec) * 1_000_000_000 + UInt64(t.tv_nsec)
}
