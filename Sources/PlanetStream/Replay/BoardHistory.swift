// Earlier boards, made from the lake's files on demand: on a thread of its own, with a bounded queue, keeping a few
// answers and tallies. The web speaks HTTP about them.

import EventLog
import JSONText
import Lake
import PlanetCore
import Provenance
import Telemetry
import Threads

package final class BoardHistory: BoardArchive {
    private let worker: Worker<HistoryDesk>
    private let seconds = Metrics.shared.histogram(
        "planetarium_earlier_board_seconds", "Time to make an earlier board from the lake.")

    /// Reads the lake while the service runs; `log` says how far the log is, to tell whether the lake lacks something.
    package init(_ lake: LakeAddress, _ options: StreamOptions, _ log: any EventLog) {
        worker = Worker("board-history", capacity: 16) {
            HistoryDesk(lake, options.topics) { try log.end(of: options) }
        }
    }

    package func start() { worker.start() }

    /// Answers what waits.
    package func stop() { worker.stop() }

    package func ask(_ asOf: String, _ answer: @escaping Answer) -> Bool {
        guard let question = AsOf(asOf) else {
            answer(.failure(.notAPosition))
            return true
        }
        return worker.offer { [seconds] desk in
            let begun = Clock.monotonic
            let result = desk.board(question, asOf)
            seconds.record(seconds: Double(Clock.monotonic - begun) / 1e9)
            answer(result)
        }
    }
}

/// What the history's thread works with.
private struct HistoryDesk {
    private static let keptAnswers = 16
    /// A replay of more records than this keeps tallies on its way.
    private static let longReplay: Int64 = 20_000

    private let lake: LakeAddress
    private let topics: TopicNames
    private let logEnd: () throws -> Positions
    private var store: (any FileStore)?
    private var tallies = KeptTallies()
    /// Aggregates and so on for exact positions, the most recently used last.
    private var answers: [(positions: Positions, digest: String, newest: Int64, aggregates: [UInt8])] = []

    init(_ lake: LakeAddress, _ topics: TopicNames, _ logEnd: @escaping () throws -> Positions) {
        self.lake = lake
        self.topics = topics
        self.logEnd = logEnd
    }

    mutating func board(_ asOf: AsOf, _ text: String) -> Result<EarlierBoard, EarlierBoardError> {
        // Between listing and reading, files may be merged, or removed because of their age: then everything is listed
        // again, once.
        do throws(EarlierBoardError) {
            return .success(try attempt(asOf, text))
        } catch .failed(let first) {
            tallies.removeAll()
            do throws(EarlierBoardError) {
                return .success(try attempt(asOf, text))
            } catch {
                Log.warning("an earlier board cannot be made", ["as_of": text, "error": first])
                return .failure(error)
            }
        } catch {
            return .failure(error)
        }
    }

    private mutating func attempt(_ asOf: AsOf, _ text: String) throws(EarlierBoardError) -> EarlierBoard {
        if case .time(let time) = asOf, time > Int64(Clock.wall / 1000) { throw .future }
        do throws(ReplayError) {
            let (store, files) = try listing()
            let found = try AsOfSearch(store: store, files: files, topics: topics).find(asOf)
            try checkAllIsStored(found, files)
            let answer = try answer(found.positions, store, files)
            var isExact = found.positions.isEmpty
            if case .positions = asOf { isExact = true }
            return EarlierBoard(
                json: json(text, found.positions, answer), digest: answer.digest, isExact: isExact)
        } catch .notStored(_, let stored) {
            throw .notStoredYet(stored: stored.text)
        } catch {
            throw .failed("\(error)")
        }
    }

    private mutating func listing() throws(ReplayError) -> (any FileStore, LakeFiles) {
        do throws(LakeError) {
            let open: any FileStore
            if let store { open = store } else { open = try lake.open() }
            store = open
            return (open, try LakeFiles(open, topics))
        } catch {
            throw .lake(error)
        }
    }

    /// Of partitions whose stored records all belong to the board, and of those missing in the lake, the log must have
    /// no more records.
    private func checkAllIsStored(_ found: AsOfSearch.Found, _ files: LakeFiles) throws(ReplayError) {
        if found.isExact { return }
        let stored = files.stored(topics)
        let end: Positions
        do { end = try logEnd().inLake(files.numbering) } catch { throw .lake(.unavailable("the log's end: \(error)")) }
        for (place, next) in end.all where next > stored[place] {
            guard found.open.contains(place) || stored[place] == 0 else { continue }
            throw .notStored(wanted: end, stored: stored)
        }
    }

    private mutating func answer(
        _ positions: Positions, _ store: any FileStore, _ files: LakeFiles
    ) throws(ReplayError) -> (positions: Positions, digest: String, newest: Int64, aggregates: [UInt8]) {
        if let index = answers.firstIndex(where: { $0.positions == positions }) {
            let answer = answers.remove(at: index)
            answers.append(answer)
            return answer
        }
        let begin = tallies.begin(positions)
        let replay = try LakeReplay(store, topics, files: files, from: begin.positions) { _ in begin.tally }
        if positions.sum - begin.positions.sum > HistoryDesk.longReplay {
            for quarter in Int64(1)...3 {
                var way = begin.positions
                for (place, next) in positions.all { way[place] += (next - way[place]) / 4 * quarter }
                try replay.advance(to: way)
                tallies.keep(
                    .init(
                        positions: way, tally: begin.tally.fork(), newest: max(begin.newest, replay.newestOfAll ?? 0)))
            }
        }
        try replay.advance(to: positions)
        let newest = max(begin.newest, replay.newestOfAll ?? 0)
        var board = begin.tally.board()
        var writer = JSONWriter(capacity: 1 << 18)
        writer.beginObject()
        board.writeAll(to: &writer)
        writer.endObject()
        tallies.keep(.init(positions: positions, tally: begin.tally, newest: newest))
        let answer = (
            positions: positions, digest: board.digest(), newest: newest, aggregates: writer.bytes
        )
        answers.append(answer)
        if answers.count > HistoryDesk.keptAnswers { answers.removeFirst() }
        return answer
    }

    /// In the form of a snapshot frame of the live feed, but without that feed's seq, epoch and resume.
    private func json(
        _ text: String, _ positions: Positions,
        _ answer: (positions: Positions, digest: String, newest: Int64, aggregates: [UInt8])
    ) -> [UInt8] {
        var writer = JSONWriter(capacity: answer.aggregates.count + 512)
        writer.beginObject()
        writer.member("seq", 0)
        writer.member("t_ns", Int(answer.newest) * 1000)
        writer.member("type", "snapshot")
        writer.member("epoch", "")
        writer.member("resume", "")
        writer.member("as_of", text)
        writer.key("positions")
        positions.write(to: &writer)
        writer.member("url", "/api/board?as_of=" + (positions.isEmpty ? "0" : positions.text))
        writer.member("digest", answer.digest)
        // Without the braces around the only member.
        var bytes = writer.bytes
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: answer.aggregates.dropFirst())
        return bytes
    }
}

extension EventLog {
    /// The next offset of each partition that the lake stores.
    func end(of options: StreamOptions) throws -> Positions {
        var end = Positions()
        for topic in options.topics.stored {
            for bounds in try bounds(of: topic) where bounds.next > bounds.first {
                end[topic, bounds.partition] = bounds.next
            }
        }
        return end
    }
}
