// POST /api/discoveries and /api/aliases: decode, validate, hand to the log; the answer comes after the log's ack (docs/API.md).

import EventLog
import HTTPWire
import PlanetCore

struct SubmitRoute: Sendable {
    let services: WebServices
    var kind = RecordKind.discoveries
    /// Records one request may carry; more is a 413.
    static let maxRecords = 100_000

    @Sendable func handle(_ request: Request, _ context: LoopContext) -> Outcome {
        guard services.isCatalogueReady else { return .reply(.catalogueNotReady) }
        guard let format = SubmitRoute.format(request) else {
            return .reply(
                .problem(415, "Send application/json, application/x-ndjson or text/csv, in UTF-8."))
        }
        // RFC 9110 section 15.5.16.
        if let coding = request.header("content-encoding"), coding.lowercased() != "identity" {
            let fault = Problem.Fault(
                field: "Content-Encoding", value: coding, rule: "unknown_coding", detail: "None is understood.")
            return .reply(
                Response.problem(415, "Send the body as it is, without a Content-Encoding.", errors: [fault])
                    .with("Accept-Encoding", "identity"))
        }
        let key = request.header("idempotency-key")
        if let key, !SubmitRoute.isPrintable(key) {
            let fault = Problem.Fault(
                field: "Idempotency-Key", value: key, rule: "not_printable",
                detail: "1 to 255 printable ASCII characters.")
            return .reply(.problem(400, "The Idempotency-Key is not usable.", errors: [fault]))
        }
        var fingerprint = ""
        var earlier: [StoredRun]?
        var claim: IdempotencyClaim?
        if let key {
            fingerprint = request.body.withUnsafeBytes { IdempotencyIndex.fingerprint(path: request.path, body: $0) }
            switch services.idempotency.begin(key, fingerprint: fingerprint) {
            case .fresh(let mine): claim = mine
            case .repeated(let runs): earlier = runs
            case .conflict:
                return .reply(.problem(422, "This Idempotency-Key was used with another body."))
            case .inFlight:
                return .reply(
                    Response.problem(409, "A request with this Idempotency-Key is under way.").with("Retry-After", "1"))
            }
        }
        let ingest = context.ingest(services)
        var draft = SubmissionDraft(
            headers: SubmitRoute.headers(request, idempotencyKey: key, fingerprint: fingerprint),
            names: SubmittedNames(catalogue: services.catalogue, source: SubmitRoute.source(request)))
        do throws(BodyError) {
            try draft.decode(
                request.body, as: format, of: kind, with: &ingest.decoder, renaming: &ingest.renaming,
                maxRecords: SubmitRoute.maxRecords)
        } catch {
            return .reply(SubmitRoute.refusal(error))
        }
        draft.submission.onlyRejected = request.query.contains { $0.name == "results" && $0.value == "rejected" }
        if let earlier {
            services.metrics.repeated.add()
            return .reply(
                draft.submission.response(
                    EarlierReceipts(runs: earlier, catalogue: services.catalogue).of(draft.submission)))
        }
        services.metrics.accepted.add(draft.accepted.count)
        services.metrics.refused.add(draft.refused.count)
        let topics = (draft.accepted.isEmpty ? 0 : 1) + (draft.refused.isEmpty ? 0 : 1)
        guard topics > 0 else {
            return .reply(.problem(400, "The body holds no record."))
        }
        let submission = draft.submission
        let reply = PendingReply(
            services: services, responder: request.responder, claim: claim, topics: topics
        ) { submission.response($0) }
        ingest.submit(draft.accepted, draft.refused, reply)
        return .pending
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

    private static func format(_ request: Request) -> SubmissionFormat? {
        guard let type = request.contentType else { return nil }
        if let charset = type["charset"]?.lowercased(), charset != "utf-8", charset != "us-ascii" { return nil }
        return switch type.essence {
        case "application/json": .json
        case "application/x-ndjson", "application/jsonl", "application/ndjson": .ndjson
        case "text/csv": .csv
        default: nil
        }
    }

    private static func headers(_ request: Request, idempotencyKey: String?, fingerprint: String) -> [RecordHeader] {
        var headers = [
            RecordHeader("content-type", "application/json"), RecordHeader("schema-version", "1"),
            RecordHeader("source", source(request)),
        ]
        if let idempotencyKey {
            headers.append(RecordHeader(IdempotencyIndex.keyHeader, idempotencyKey))
            headers.append(RecordHeader(IdempotencyIndex.fingerprintHeader, fingerprint))
        }
        return headers
    }

    private static func isPrintable(_ key: String) -> Bool {
        (1...255).contains(key.utf8.count) && key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func refusal(_ error: BodyError) -> Response {
        let status = error.code == .too_many_records ? 413 : 400
        return .problem(
            status, error.detail, errors: [Problem.Fault(field: "", rule: error.code.rawValue, detail: error.detail)])
    }
}

extension LoopContext {
    /// This loop's way into the log.
    func ingest(_ services: WebServices) -> LoopIngest { local { LoopIngest(services: services, context: $0) } }
}
