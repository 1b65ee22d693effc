// Joins the web's question for an earlier board and the stream's answer, which know nothing of each other.

import EventLog
import Lake
import PlanetStream
import PlanetWeb

struct LakeBoards: BoardArchive {
    private let history: BoardHistory

    /// Reads the lake while the service runs; `log` says how far the log is.
    init(_ lake: LakeAddress, _ options: StreamOptions, _ log: any EventLog) {
        history = BoardHistory(lake: lake, options: options) { try log.end(of: options) }
        history.start()
    }

    func stop() { history.stop() }

    func ask(_ asOf: String, _ answer: @escaping @Sendable (ArchivedBoard) -> Void) -> Bool {
        guard let question = AsOf(asOf) else {
            answer(.notAPosition)
            return true
        }
        return history.ask(question, text: asOf) { result in
            switch result {
            case .success(let board): answer(.board(json: board.json, digest: board.digest, isExact: board.isExact))
            case .failure(.notStoredYet(let stored)): answer(.notStoredYet(stored: stored.text))
            case .failure(.future): answer(.future)
            case .failure(.failed(let reason)): answer(.failed(reason))
            }
        }
    }
}

extension EventLog {
    /// The next offset of each partition that the lake stores.
    func end(of options: StreamOptions) throws -> Positions {
        var end = Positions()
        for topic in [options.discoveriesTopic, options.rejectedTopic] {
            for bounds in try bounds(of: topic) where bounds.next > bounds.first {
                end[topic, bounds.partition] = bounds.next
            }
        }
        return end
    }
}
