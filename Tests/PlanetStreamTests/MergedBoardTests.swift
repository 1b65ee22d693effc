// The board that is kept from frame to frame against one merged from scratch: random records, revisions, withdrawals
// and refusals, states published late, damaged or of an earlier log, partitions that move between processes, publishers
// that come and go.
// Not the aggregates by themselves (FollowedAggregatesTests.swift).

import Basics
import EventLog
import JSONText
import PlanetCore
import StateBytes
import TestSupport
import Testing

@testable import PlanetFigures
@testable import PlanetStream

/// Partitions with their records, the states that were published of them, and who owns which.
private struct Cluster {
    let partitions: [OwnedPartition]
    var states: [String: PublishedState] = [:]
    /// What is known of other processes' partitions: the last state that could be read.
    var known: [String: PublishedState] = [:]
    var isOwned: [Bool]
    var random: SplitMix
    private var time: Int64 = 1_700_000_000_000_000

    init(seed: UInt64) {
        random = SplitMix(seed: seed)
        partitions = (0..<4).map {
            OwnedPartition(PartitionKey(topic: .discoveries, partition: Int32($0)), topic: "planets", Tally())
        }
        isOwned = [true, true, false, false]
    }

    var owned: [OwnedPartition] { zip(partitions, isOwned).filter(\.1).map(\.0) }

    mutating func send(_ count: Int) {
        for _ in 0..<count {
            let planet = archive[random.below(500)]
            time += Int64(random.below(90_000_000))
            if random.below(60) == 0 { time += 86_400_000_000 * Int64(1 + random.below(30)) }
            let key = Array(planet.key.utf8)
            let partition = partitions[Int(Partitioner.partition(of: key[...], among: 4))]
            var batch = RecordBatch()
            batch.append(
                key: key, value: value(planet), headers: batch.addHeaders([]), partition: partition.key.partition,
                offset: partition.next, timestamp: time)
            partition.next += 1
            partition.tally.events.append(partition.tally.judge.discovery(batch, 0, source: nil).event)
        }
        for partition in partitions { partition.tally.applyEvents() }
    }

    private mutating func value(_ planet: Validated) -> [UInt8]? {
        switch random.below(10) {
        case 0...2: return nil
        case 3: return Array("{]".utf8)
        case 4...6:
            var other = DiscoveryDraft(archive[random.below(500)].discovery)
            other[.pl_name] = planet.discovery[.pl_name]
            return DiscoveryJSON.bytes(other.discovery)
        default: return DiscoveryJSON.bytes(planet.discovery)
        }
    }

    mutating func publish(_ index: Int) {
        let partition = partitions[index]
        if partition.next > states[partition.name]?.next ?? 0 {
            states[partition.name] = PublishedState(next: partition.next, bytes: partition.tally.saved())
        }
    }

    /// What the board is of, merged from scratch.
    mutating func scratch() -> Board {
        let sum = Aggregates()
        var positions = Positions()
        var taken: Set<String> = []
        for partition in owned {
            if !partition.isCaughtUp, let state = states[partition.name], state.next > partition.next { continue }
            taken.insert(partition.name)
            positions[partition.place] = partition.next
            partition.tally.settle()
            sum.merge(partition.tally.aggregates)
        }
        for (name, state) in states where !taken.contains(name) && Cluster.restored(state) != nil {
            known[name] = state
        }
        known = known.filter { states[$0.key] != nil && !taken.contains($0.key) }
        for (name, state) in known {
            guard let aggregates = Cluster.restored(state) else { continue }
            sum.merge(aggregates)
            if let place = TopicPartition(name) { positions[place] = state.next }
        }
        var board = Board(sum.all)
        board.positions = positions
        var groups = GroupWriter()
        for (index, aggregate) in sum.all.enumerated() {
            groups.removeAll()
            aggregate.write(.all, to: &groups)
            board.replace(groups.items, at: index)
        }
        return board
    }

    private static func restored(_ state: PublishedState) -> Aggregates? {
        let aggregates = Aggregates()
        var reader = StateReader(state.bytes)
        return (try? aggregates.restore(from: &reader)).map { aggregates }
    }
}

private func snapshot(_ board: inout Board) -> String {
    var writer = JSONWriter(capacity: 1 << 16)
    writer.beginObject()
    board.writePositions(to: &writer)
    writer.member("digest", board.digest())
    board.writeAll(to: &writer)
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
}

struct MergedBoardTests {
    @Test(arguments: 0..<3) func theKeptBoardIsTheOneMergedFromScratch(_ seed: UInt64) {
        var cluster = Cluster(seed: seed &+ 700)
        var merged = MergedBoard()
        var board = Board(Aggregates().all)
        var wasSame = 0
        for step in 0..<70 {
            cluster.send(cluster.random.below(step % 15 == 0 ? 90 : 4))
            for index in cluster.partitions.indices where cluster.random.below(5) == 0 { cluster.publish(index) }
            let index = cluster.random.below(4)
            let name = cluster.partitions[index].name
            switch cluster.random.below(30) {
            case 0, 1:
                // To another process, or from it; its state is published first.
                cluster.publish(index)
                cluster.isOwned[index].toggle()
            case 2:
                // Read again from its beginning: what was published stands until it is as far.
                cluster.partitions[index].goal = cluster.partitions[index].next + Int64(cluster.random.below(20))
            case 3:
                merged.forget()
                cluster.known = [:]
                board = Board(Aggregates().all)
            case 4:
                if let state = cluster.states[name] {
                    cluster.states[name] = PublishedState(
                        next: state.next + 1, bytes: Array(state.bytes.prefix(state.bytes.count / 2)))
                }
            case 5: cluster.states[name] = nil
            default: break
            }
            if merged.fill(&board, cluster.owned, cluster.states) == .changes { wasSame += 1 }
            var expected = cluster.scratch()
            #expect(snapshot(&board) == snapshot(&expected), "step \(step)")
        }
        #expect(wasSame > 25)
    }

    /// Operations, not time: what a frame looks at after one record does not grow with the hosts that are held.
    @Test func aFrameLooksAtWhatHasChanged() {
        func looked(_ hosts: Int) -> Int {
            let partitions = (0..<3).map {
                OwnedPartition(PartitionKey(topic: .discoveries, partition: Int32($0)), topic: "planets", Tally())
            }
            var merged = MergedBoard()
            var board = Board(Aggregates().all)
            func send(_ numbers: Range<Int>) {
                for number in numbers {
                    let partition = partitions[number % 3]
                    let record = #"{"pl_name":"World-\#(number) b","hostname":"World-\#(number)","pl_rade":1.5}"#
                    var batch = RecordBatch()
                    batch.append(
                        key: Array("world-\(number)b".utf8), value: Array(record.utf8), headers: batch.addHeaders([]),
                        partition: partition.key.partition, offset: partition.next, timestamp: 1_700_000_000_000_000)
                    partition.next += 1
                    partition.tally.events.append(partition.tally.judge.discovery(batch, 0, source: nil).event)
                }
                for partition in partitions { partition.tally.applyEvents() }
                _ = merged.fill(&board, partitions, [:])
            }
            send(0..<hosts)
            send(hosts..<hosts + 1)
            #expect(board.canonical().count > 1000)
            return merged.looked
        }
        let (small, large) = (looked(100), looked(3000))
        #expect(large <= small + 10, "\(small) \(large)")
    }
}
