// The way in without sockets: a log in memory, the web's services with the catalogue's thread, and one loop whose ticks
// the test ends.

import EventLog
import Foundation
import Glibc
import PlanetCore
import TestSupport
import Testing
import Threads

@testable import PlanetWeb

final class WayIn {
    let log: FaultyLog
    let services: WebServices
    let context: LoopContext
    private let tail: CatalogueTail
    private let mailbox = Mailbox<LoopMessage>()
    private var requests: UInt64 = 0
    private var answers: [UInt64: Response] = [:]

    init(
        _ options: LogOptions = LogOptions(), partitions: Int32 = 4, access: AccessPolicy = AccessPolicy(),
        decoded: DecodedRecords? = nil
    ) throws {
        log = FaultyLog(options)
        let topics = TopicNames()
        for topic in [topics.discoveries, topics.rejected] {
            try log.ensureTopic(topic, TopicOptions(partitions: partitions))
        }
        services = WebServices(
            log: log, writer: try log.writer(), topics: topics, access: access, decoded: decoded,
            today: { 20_500 })
        context = try LoopContext.detached()
        tail = CatalogueTail(services: services)
    }

    deinit {
        services.readers.stop()
        services.history.stop()
        services.searches.stop()
        tail.stop()
        log.close()
    }

    /// Returns once the catalogue is ready.
    func start() throws -> Self {
        try tail.start()
        services.readers.start()
        services.history.start()
        services.searches.start()
        try #require(log.waitUntilIdle())
        return self
    }

    /// A request's number, by which its answer is found, and the answer where it came at once.
    func begin(
        _ body: String, to path: String = "/api/discoveries", type: String? = "application/json",
        _ headers: [(String, String)] = []
    ) throws -> (number: UInt64, answer: Response?) {
        requests += 1
        let parsed = try Request("POST", path, headers: headers + (type.map { [("Content-Type", $0)] } ?? []))
        let request = Request(
            head: parsed.head, body: Array(body.utf8),
            responder: Responder(mailbox: mailbox, connection: 1, request: requests))
        let route = SubmitRoute(services: services, kind: path.hasPrefix("/api/aliases") ? .aliases : .discoveries)
        guard case .reply(let response) = route.handle(request, context) else { return (requests, nil) }
        return (requests, response)
    }

    /// What a handler answers to a request of its own, in a tick of its own.
    func answered(
        by handler: (Request, LoopContext) -> Outcome, of request: () throws -> Request
    ) throws -> Response {
        requests += 1
        let made = try request()
        let own = Request(
            head: made.head, body: made.body, pathParameters: made.pathParameters,
            responder: Responder(mailbox: mailbox, connection: 1, request: requests), caller: made.caller)
        if case .reply(let response) = handler(own, context) { return response }
        endTick()
        return try answer(requests)
    }

    func endTick() { context.ingest(services).flush() }

    /// The answer to a request that was begun. It is posted on the log's thread or the catalogue's.
    func answer(_ number: UInt64) throws -> Response {
        while true {
            if let answer = answers.removeValue(forKey: number) { return answer }
            var ready = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
            try #require(poll(&ready, 1, Int32(longWait / 1_000_000)) == 1, "no answer")
            for case .reply(_, let request, let response) in mailbox.takeAll() { answers[request] = response }
        }
    }

    /// One request in a tick of its own, to its answer.
    func post(
        _ body: String, to path: String = "/api/discoveries", type: String? = "application/json",
        _ headers: [(String, String)] = []
    ) throws -> Response {
        let (number, answer) = try begin(body, to: path, type: type, headers)
        if let answer { return answer }
        endTick()
        return try self.answer(number)
    }

    /// Everything that was ever stored in a topic.
    func stored(_ topic: String) throws -> RecordBatch {
        let reader = try log.memory.reader(topics: [topic], from: .earliest, group: nil)
        defer { reader.close() }
        return try reader.poll(maxRecords: 100_000, maxBytes: 1 << 30, timeout: 0)
    }
}

extension Response {
    /// The body's JSON.
    func object() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(body.array)) as? [String: Any])
    }

    /// The rule of the first error.
    func rule() throws -> String? {
        (try object()["errors"] as? [[String: Any]])?.first?["rule"] as? String
    }
}
