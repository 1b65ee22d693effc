// POST /api/discoveries and /api/aliases: decode, validate, hand to the log; answer after its ack (docs/API.md).

import EventLog
import HTTPWire
import PlanetCore

struct SubmitRoute: Sendable {
    let services: WebServices
    var kind = RecordKind.discoveries
    /// Records one request may carry; more is a 413.
    static let maxRecords = 100_000
    /// Header of a record: whose token sent it.
    static let submitterHeader = "submitter"

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
        /// The key is this request's; given back if the request ends without a stored record.
        var claim: IdempotencyClaim?
        /// Where the records of the same, earlier request lie.
        var earlier: [StoredRun]?
    }

    @Sendable func handle(_ request: Request, _ context: LoopContext) -> Outcome {
        do throws(Refused) {
            guard services.isCatalogueReady else { throw Refused(services.notReady) }
            let format = try SubmitRoute.format(request)
            try SubmitRoute.checkCoding(request)
            let repetition = try repetition(request)
            let ingest = context.ingest(services)
            let draft = try decode(request, as: format, repetition.headers, ingest)
            if let earlier = repetition.earlier { return .reply(repeated(draft.answer, earlier)) }
            switch try permission(request, draft.answer) {
            case .change(let change): try submit(draft, repetition.claim, change, request, ingest)
            case .refusal(let response): throw Refused(response)
            case .later: break
            }
            return .pending
        } catch {
            return .reply(error.response)
        }
    }

    private static func format(_ request: Request) throws(Refused) -> SubmissionFormat {
        let refused = Refused(415, "Send application/json, application/x-ndjson or text/csv, in UTF-8.")
        guard let type = request.contentType else { throw refused }
        if let charset = type["charset"]?.lowercased(), charset != "utf-8", charset != "us-ascii" { throw refused }
        switch type.essence {
        case "application/json": return .json
        case "application/x-ndjson", "application/jsonl", "application/ndjson": return .ndjson
        case "text/csv": return .csv
        default: throw refused
        }
    }

    /// RFC 9110 section 15.5.16.
    private static func checkCoding(_ request: Request) throws(Refused) {
        guard let coding = request.header("content-encoding"), coding.lowercased() != "identity" else { return }
        let fault = Problem.Fault(
            field: "Content-Encoding", value: coding, rule: .unknown_coding, detail: "No coding is supported.")
        throw Refused(
            Response.problem(415, "Send the body as it is, without a Content-Encoding.", errors: [fault])
                .with("Accept-Encoding", "identity"))
    }

    private func repetition(_ request: Request) throws(Refused) -> Repetition {
        guard let key = request.header("idempotency-key") else { return Repetition() }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Refused(
                400, "The Idempotency-Key is not usable.",
                Problem.Fault(
                    field: "Idempotency-Key", value: key, rule: .not_printable,
                    detail: "1 to 255 printable ASCII characters."))
        }
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
        _ request: Request, as format: SubmissionFormat, _ headers: [RecordHeader], _ ingest: LoopIngest
    ) throws(Refused) -> SubmissionDraft {
        let source = SubmitRoute.source(request)
        let common = [RecordHeader("content-type", "application/json")] + SubmitRoute.headers(request)
        var draft = SubmissionDraft(
            headers: common + headers, names: SubmittedNames(catalogue: services.catalogue, source: source),
            onlyRejected: request.query.contains { $0.name == "results" && $0.value == "rejected" },
            prefix: request.caller.prefix)
        do throws(BodyError) {
            try draft.decode(
                request.body, as: format, of: kind, with: &ingest.decoder, renaming: &ingest.renaming,
                maxRecords: SubmitRoute.maxRecords)
        } catch {
            throw Refused(
                error.code == .too_many_records ? 413 : 400, error.detail,
                Problem.Fault(field: "", rule: error.code.rawValue, detail: error.detail))
        }
        return draft
    }

    private func repeated(_ answer: SubmissionAnswer, _ runs: [StoredRun]) -> Response {
        services.metrics.repeated.add()
        let home = services.keys.map { keys in { keys.home(of: $0) } }
        var answer = answer
        answer.unasked = []
        return answer.response(EarlierReceipts(runs: runs, catalogue: services.catalogue, home: home).of(answer))
    }

    /// If-Match and If-None-Match are about what the one record names.
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
        _ ingest: LoopIngest
    ) throws(Refused) {
        services.metrics.accepted.add(draft.answer.acceptedCount)
        services.metrics.refused.add(draft.refused.count)
        let topics = (draft.accepted.isEmpty ? 0 : 1) + (draft.refused.isEmpty ? 0 : 1)
        guard topics > 0 else { throw Refused(400, "The body holds no record.") }
        let reply = PendingReply(
            services: services, responder: request.responder, claim: claim, change: change, topics: topics,
            audit: AuditEntry(kind == .aliases ? .submit_aliases : .submit, request)
        ) { [answer = draft.answer] in answer.response($0) }
        ingest.submit(draft.accepted, draft.refused, reply)
    }

    /// Of every record that a request makes.
    static func headers(_ request: Request) -> [RecordHeader] {
        let headers = [RecordHeader("schema-version", "1"), RecordHeader("source", source(request))]
        return request.caller.holder.map { headers + [RecordHeader(submitterHeader, $0.name)] } ?? headers
    }

    /// The name a client gives itself in X-Planetarium-Source, if it is a plain word; else "api".
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
