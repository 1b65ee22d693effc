// POST /api/discoveries and /api/aliases: decode, validate, hand to the log; answer after its ack (docs/API.md).

import EventLog
import HTTPWire
import PlanetCore
import Threads

struct SubmitRoute: Sendable {
    let services: WebServices
    var kind = RecordKind.discoveries
    /// The largest body in bytes, also after unpacking.
    var bodyLimit = 16 << 20
    /// The most records in one request; more is a 413.
    static let maxRecords = 100_000
    /// Header of a record: whose token sent it.
    static let submitterHeader = "submitter"
    /// A larger body is read on a thread of its own: an event loop has others to serve.
    static let bytesOnLoop = 32 << 10

    /// Ends a request before anything of it is stored.
    private struct Refused: Error {
        let response: Response
        init(_ response: Response) { self.response = response }
        init(_ status: Int, _ detail: String, _ fault: Problem.Fault? = nil) {
            response = .problem(status, detail, errors: fault.map { [$0] } ?? [])
        }
    }

    /// What the request's Idempotency-Key stands for.
    private struct Repetition {
        /// For the request's records; none without a key.
        var headers: [RecordHeader] = []
        /// The key is this request's; freed if the request ends without a stored record.
        var claim: IdempotencyClaim?
        /// Where the records of the earlier, equal request lie.
        var earlier: [StoredRun]?
    }

    /// What the head alone decides.
    @Sendable func early(_ request: Request) -> Response? {
        do throws(Refused) {
            guard services.isCatalogueReady else { throw Refused(services.notReady) }
            do { try SubmittedBody.check(request) } catch { throw Refused(error.response) }
            _ = try SubmitRoute.key(request)
            return nil
        } catch {
            return error.response
        }
    }

    /// Puts records on their way into the log.
    private typealias Submit = (_ accepted: RecordBatch, _ refused: RecordBatch, PendingReply) -> Void

    @Sendable func handle(_ request: Request, _ context: LoopContext) -> Outcome {
        guard request.body.count > SubmitRoute.bytesOnLoop || SubmittedBody.mayGrow(request) else {
            let ingest = context.ingest(services)
            return take(request, ingest.reader, nil, ingest.submit)
        }
        let work = Work()
        let isOffered = services.readers.offer { [self] reader in
            if work.isCancelled { return }
            let outcome = take(request, reader, work) { LoopIngest.append($0, $1, $2, services) }
            if case .reply(let response) = outcome { request.responder.complete(response) }
        }
        return isOffered ? .working(work) : .reply(.unavailable("Too many large bodies are being read. Try again."))
    }

    private func take(
        _ request: Request, _ reader: SubmissionReader, _ work: Work?, _ append: Submit
    ) -> Outcome {
        do throws(Refused) {
            guard services.isCatalogueReady else { throw Refused(services.notReady) }
            let body: SubmittedBody
            do { body = try SubmittedBody(request, limit: bodyLimit) } catch { throw Refused(error.response) }
            if kind == .discoveries, try asksForPreview(request) {
                return .reply(try preview(request, body, reader, work))
            }
            let repetition = try repetition(request)
            let draft = try decode(request, body, repetition.headers, reader, work)
            // Nobody waits for it, and nothing was promised.
            if work?.isCancelled == true { return .pending }
            if let earlier = repetition.earlier { return repeated(draft.answer, earlier, request.responder) }
            switch try permission(request, draft.answer) {
            case .change(let change): try submit(draft, repetition.claim, change, request, append)
            case .refusal(let response): throw Refused(response)
            case .later: break
            }
            return .pending
        } catch {
            return .reply(error.response)
        }
    }

    private func asksForPreview(_ request: Request) throws(Refused) -> Bool {
        guard let item = request.query.first(where: { $0.name == "dry_run" }) else { return false }
        guard item.value == "true" || item.value == "false" else {
            throw Refused(
                400, "The query has 1 fault(s).",
                Problem.Fault(
                    field: "dry_run", value: item.value, rule: .not_a_boolean, detail: "Either true or false."))
        }
        return item.value == "true"
    }

    /// Stores nothing.
    private func preview(
        _ request: Request, _ body: SubmittedBody, _ reader: SubmissionReader, _ work: Work?
    ) throws(Refused) -> Response {
        let draft = try decode(request, body, [], reader, work, SubmissionPreview(services.catalogue))
        guard let preview = draft.preview else { throw Refused(services.notReady) }
        return draft.answer.response(preview)
    }

    private static func key(_ request: Request) throws(Refused) -> String? {
        guard let key = request.header("idempotency-key") else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Refused(
                400, "The Idempotency-Key is not usable.",
                Problem.Fault(
                    field: "Idempotency-Key", value: key, rule: .not_printable,
                    detail: "1 to 255 printable ASCII characters."))
        }
        return key
    }

    private func repetition(_ request: Request) throws(Refused) -> Repetition {
        guard let key = try SubmitRoute.key(request) else { return Repetition() }
        let fingerprint = request.body.withUnsafeBytes { IdempotencyIndex.fingerprint(path: request.path, body: $0) }
        let scoped = request.caller.scoped(key)
        let headers = [
            RecordHeader(IdempotencyIndex.keyHeader, scoped),
            RecordHeader(IdempotencyIndex.fingerprintHeader, fingerprint),
        ]
        switch services.idempotency.begin(scoped, fingerprint: fingerprint) {
        case .fresh(let claim): return Repetition(headers: headers, claim: claim)
        case .repeated(let runs): return Repetition(headers: headers, earlier: runs)
        case .conflict: throw Refused(422, "This Idempotency-Key was used with another body.")
        case .inFlight:
            throw Refused(
                Response.problem(409, "A request with this Idempotency-Key is under way.").with("Retry-After", "1"))
        }
    }

    private func decode(
        _ request: Request, _ body: SubmittedBody, _ headers: [RecordHeader], _ reader: SubmissionReader,
        _ work: Work?, _ preview: SubmissionPreview? = nil
    ) throws(Refused) -> SubmissionDraft {
        let source = SubmitRoute.source(request)
        let common = [RecordHeader("content-type", "application/json")] + SubmitRoute.headers(request)
        var draft = SubmissionDraft(
            headers: common + headers, names: SubmittedNames(catalogue: services.catalogue, source: source),
            onlyRejected: request.query.contains { $0.name == "results" && $0.value == "rejected" },
            prefix: request.caller.prefix, preview: preview)
        do throws(BodyError) {
            try draft.decode(
                body, of: kind, with: reader, unless: work, maxRecords: SubmitRoute.maxRecords)
        } catch {
            _ = charge(request, draft)
            throw Refused(
                error.code == .too_many_records ? 413 : 400, error.detail,
                Problem.Fault(field: "", rule: error.code.rawValue, detail: error.detail))
        }
        if let refusal = charge(request, draft) { throw Refused(refusal) }
        return draft
    }

    /// Each record that was read counts, whatever becomes of it. The first has been counted with the request.
    private func charge(_ request: Request, _ draft: SubmissionDraft) -> Response? {
        request.caller.rates?.charge(draft.answer.records.count - 1, at: Clock.monotonic)
    }

    private func repeated(_ given: SubmissionAnswer, _ runs: [StoredRun], _ responder: Responder) -> Outcome {
        services.metrics.repeated.add()
        let home = services.keys.map { keys in { keys.home(of: $0) } }
        var answer = given.withoutDropped
        answer.unasked = []
        let receipts = EarlierReceipts(runs: runs, catalogue: services.catalogue, home: home).of(answer)
        guard let replaced = answer.replaced(receipts, services.catalogue) else {
            return .reply(answer.response(receipts))
        }
        let work = Work()
        let asked = services.history.ask(replaced, unless: work) { [answer] values in
            let dropped = (try? values.get()).flatMap { DroppedValues.issue(of: replaced.map(\.position.offset), $0) }
            responder.complete(answer.with(dropped).response(receipts))
        }
        return asked ? .working(work) : .reply(.unavailable("Too many histories are being read. Try again."))
    }

    /// If-Match and If-None-Match concern what the one record names.
    private func permission(
        _ request: Request, _ answer: SubmissionAnswer
    ) throws(Refused) -> WebServices.Permission {
        guard case .accepted(_, let key, _, _)? = answer.records.first else { return .change(nil) }
        let conditions = Preconditions(request.head)
        guard answer.shape == .one || conditions.isEmpty else {
            let fault = Problem.Fault(
                field: conditions.field, value: request.header(conditions.field), rule: .condition_on_many,
                detail: "Send the record as a JSON object by itself.")
            throw Refused(400, "A condition goes with one record.", fault)
        }
        return services.permission(request, toChange: key)
    }

    private func submit(
        _ draft: SubmissionDraft, _ claim: IdempotencyClaim?, _ change: ConditionalChange?, _ request: Request,
        _ submit: Submit
    ) throws(Refused) {
        services.metrics.accepted.add(draft.answer.acceptedCount)
        services.metrics.refused.add(draft.refused.count)
        let topics = (draft.accepted.isEmpty ? 0 : 1) + (draft.refused.isEmpty ? 0 : 1)
        guard topics > 0 else { throw Refused(400, "The body holds no record.") }
        let reply = PendingReply(
            services: services, responder: request.responder, claim: claim, change: change, topics: topics,
            audit: AuditEntry(kind == .aliases ? .submit_aliases : .submit, request)
        ) { [answer = draft.answer] in answer.response($0) }
        if let decoded = services.decoded { draft.share(with: decoded) }
        submit(draft.accepted, draft.refused, reply)
    }

    /// For every record of a request.
    static func headers(_ request: Request) -> [RecordHeader] {
        var headers = [RecordHeader("schema-version", "1"), RecordHeader("source", source(request))]
        if let holder = request.caller.holder { headers.append(RecordHeader(submitterHeader, holder.name)) }
        if let member = request.caller.member { headers += ClassMark(member).headers }
        return headers
    }

    /// The client's name for itself in X-Planetarium-Source, if it is a plain word; else "api".
    static func source(_ request: Request) -> String {
        guard let name = request.header("x-planetarium-source"), (1...32).contains(name.utf8.count),
            name.utf8.allSatisfy({
                ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x5F
            })
        else { return "api" }
        return name
    }
}

extension LoopContext {
    /// This loop's way into the log.
    func ingest(_ services: WebServices) -> LoopIngest { local { LoopIngest(services: services, context: $0) } }
}
