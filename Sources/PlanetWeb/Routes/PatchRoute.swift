// PATCH /api/planets/{key}: changes single values of a planet (RFC 7396, RFC 5789). The appended record states the
// revision it was made from; if another one came in between, it has no effect (PlanetHistory) and is made again from
// the new revision, a few times.

import EventLog
import HTTPWire
import JSONText
import PlanetCore

struct PatchRoute: Sendable {
    let services: WebServices
    private static let mediaType = "application/merge-patch+json"
    /// More than all values of a planet take.
    static let mostBytes = 64 << 10

    /// What the head alone decides.
    @Sendable func early(_ request: Request) -> Response? {
        guard services.isCatalogueReady else { return services.notReady }
        guard request.contentType?.essence == PatchRoute.mediaType else {
            return Response.problem(
                415, "Send \(PatchRoute.mediaType): an object with the changes, null for values to remove."
            ).with("Accept-Patch", PatchRoute.mediaType)
        }
        return .codingRefusal(request)
    }

    @Sendable func handle(_ request: Request, _ context: LoopContext) -> Outcome {
        if let refusal = early(request) { return .reply(refusal) }
        let name = request.parameter("key")
        guard let found = services.catalogue.find(name), found.row.discovery != nil else {
            return .reply(.noPlanet(name))
        }
        let patch: PlanetPatch
        do throws(JSONError) {
            patch = try PlanetPatch(request.body)
        } catch {
            let fault = Problem.Fault(field: "", rule: BodyError.Code.not_json.rawValue, detail: "\(error).")
            return .reply(.problem(400, "The body is not a merge patch.", errors: [fault]))
        }
        if let issue = nameIssue(patch, of: found.row) { return .reply(.refused([issue])) }
        switch services.permission(request, toChange: found.row.key) {
        case .change(let change): PatchAttempt(services, patch, found.row, request, change).start()
        case .refusal(let response): return .reply(response)
        case .later: break
        }
        return .pending
    }

    private func nameIssue(_ patch: PlanetPatch, of row: PlanetRow) -> FieldIssue? {
        switch patch.name {
        case .unsaid: return nil
        case .removed: return FieldIssue(field: "pl_name", rule: .missing_required)
        case .given(let name):
            if services.catalogue.find(name)?.row.key == row.key { return nil }
            return FieldIssue(
                field: "pl_name", value: name, rule: .other_planet,
                note: "that is \(row.discovery?[.pl_name] ?? row.key)")
        }
    }
}

/// One request's way into the log, on whatever thread its last try ended.
private final class PatchAttempt: Sendable {
    /// Each failed try means that somebody else changed the planet within some milliseconds.
    private static let tries = 8

    private let services: WebServices
    private let patch: PlanetPatch
    /// As of before the request's conditions were checked: the base of a conditional change.
    private let row: PlanetRow
    private let headers: [RecordHeader]
    private let responder: Responder
    private let audit: AuditEntry
    private let change: ConditionalChange?

    init(
        _ services: WebServices, _ patch: PlanetPatch, _ row: PlanetRow, _ request: Request,
        _ change: ConditionalChange?
    ) {
        self.services = services
        self.patch = patch
        self.row = row
        headers = [RecordHeader("content-type", "application/json")] + SubmitRoute.headers(request)
        responder = request.responder
        audit = AuditEntry(.change, request)
        self.change = change
    }

    /// A conditional change has one try only.
    func start() { go(from: row, triesLeft: change == nil ? PatchAttempt.tries : 1) }

    private func go(from row: PlanetRow, triesLeft: Int) {
        guard let current = row.discovery else { return end(.noPlanet(row.key)) }
        var decoder = DiscoveryDecoder(today: services.today)
        switch patch.apply(to: current, spelling: spelling, &decoder) {
        case .reject(let issues, _):
            services.metrics.refused.add()
            end(.refused(issues))
        case .alias: end(.noPlanet(row.key))
        case .accept(let valid):
            var state = row.state
            if state.apply(.discovery(valid.discovery), from: .revision(row.revision)) == .change(.late) {
                services.metrics.refused.add()
                return end(.refused([lateness(valid.discovery)]))
            }
            append(valid, madeFrom: row.revision, triesLeft: triesLeft)
        }
    }

    /// The name's spelling, if the patch sets a new one that is not an alias.
    private var spelling: String? {
        guard case .given(let name) = patch.name, let key = IdentityKey.of(name),
            services.catalogue.held(key) == row.key
        else { return nil }
        return name
    }

    private func lateness(_ made: Discovery) -> FieldIssue {
        made.isOtherSolution
            ? FieldIssue(field: "default_flag", value: "0", rule: .not_newer, note: "its default solution stays")
            : FieldIssue(field: "rowupdate", rule: .not_newer, note: "by its rowupdate")
    }

    private func append(_ valid: Validated, madeFrom revision: UInt32, triesLeft: Int) {
        var batch = RecordBatch()
        let headers = batch.addHeaders(self.headers + [RecordHeader(RecordBasis.header, "\(revision)")])
        batch.append(key: row.key.utf8, value: DiscoveryJSON.bytes(valid.discovery), headers: headers)
        services.append(batch, to: .discoveries) { [self] result in
            switch result {
            case .success(let positions): stored(valid, positions, triesLeft)
            case .failure(let error): failed(error)
            }
        }
    }

    private func failed(_ error: LogError) {
        note([], failure: "\(error)")
        end(error.response)
    }

    private func note(_ positions: [LogPosition], failure: String? = nil) {
        let runs: [StoredRun] = .joining(positions, topic: .discoveries)
        services.auditLog?.add(audit.line(runs, services.topics, failure: failure))
    }

    private func stored(_ valid: Validated, _ positions: [LogPosition], _ triesLeft: Int) {
        note(positions)
        services.desk.settle(positions) { [self] settled in
            guard let position = positions.first else {
                return (responder, .problem(500, "The log gave the record no place."))
            }
            let receipt = Receipt(position: position, settled.first ?? nil)
            return answer(receipt, valid, triesLeft).map { (responder, $0) }
        }
    }

    /// The answer to one try; none yet if there is to be another.
    private func answer(_ receipt: Receipt, _ valid: Validated, _ triesLeft: Int) -> Response? {
        if receipt.change == .late, triesLeft > 1, let row = services.catalogue.row(row.key) {
            // The catalogue has what came in between: it has read this record, which lies behind it.
            go(from: row, triesLeft: triesLeft - 1)
            return nil
        }
        change?.end()
        if let issue = receipt.issue { return .refused([issue]) }
        if receipt.change == .late {
            return .problem(
                change == nil ? 409 : 412,
                "Others changed the planet meanwhile; nothing was changed. Look, and try again.")
        }
        services.metrics.accepted.add()
        let json = JSONWriter.object { $0.receipt(key: row.key, receipt, warnings: valid.warnings) }
        // Whether it counts is unknown if the read-back took too long: the history will tell.
        return Response.json(json, status: receipt.change == nil ? 202 : 200)
            .with(receipt.revision.map { ResponseField("ETag", EntityTag("\($0)").description) })
    }

    private func end(_ response: Response) {
        change?.end()
        responder.complete(response)
    }
}
