// POST /api/classes/{code}/undo: what a pupil did to one planet is taken back. POST …/reset: what the class did to all.
// Not how (ClassRestoration.swift).

import JSONText
import PlanetCore

struct ClassUndoRoute: Sendable {
    let services: WebServices
    /// Planets that one request for a reset brings back.
    static let atOnce = 500

    private func ready(_ request: Request) -> (code: String, now: Int64)? {
        guard let classes = services.access.classes, let code = ClassCode.parse(request.parameter("code")),
            classes[code] != nil
        else { return nil }
        return (code, classes.now)
    }

    private func absence(_ request: Request) -> Response {
        services.access.classes == nil ? ClassesRoute.none : ClassesRoute.noClass(request.parameter("code"))
    }

    private func body(
        _ request: Request, _ members: Set<String>, _ now: Int64
    ) -> Result<ClassBody, ClassBody.Refused> {
        do throws(ClassBody.Refused) {
            return .success(try ClassBody(request, members, now: now))
        } catch {
            return .failure(error)
        }
    }

    // MARK: One planet

    @Sendable func undo(_ request: Request, _ context: LoopContext) -> Outcome {
        guard services.isCatalogueReady else { return .reply(services.notReady) }
        guard let (code, now) = ready(request) else { return .reply(absence(request)) }
        let given: ClassBody
        switch body(request, ["key", "partition", "offset"], now) {
        case .success(let body): given = body
        case .failure(let refused): return .reply(refused.response)
        }
        let goal: ClassGoal
        if let name = given.key, given.partition == nil, given.offset == nil {
            goal = services.goal(ofKey: services.catalogue.find(name)?.row.key ?? name, in: code)
        } else if let partition = given.partition, let offset = given.offset, given.key == nil {
            goal = services.goal(ofRecord: partition, offset, in: code)
        } else {
            return .reply(
                .faulty(
                    400, "It does not say what is to be undone.", "key", given.key, .missing_member,
                    "Either key: a planet; or partition and offset: a record of the class."))
        }
        switch goal {
        case .notThere(let detail): return .reply(.problem(404, detail))
        case .othersChanged: return .reply(ClassUndoRoute.othersChanged)
        case .nothingToDo(let reason):
            let json = JSONWriter.object {
                $0.member("outcome", RestoredKey.Outcome.unchanged.rawValue)
                $0.member("reason", reason)
            }
            return .reply(.json(json))
        case .goal(let goal): return restore([goal], code, .undo, request) { ClassUndoRoute.answer($0, services) }
        }
    }

    private static let othersChanged = Response.problem(
        409, "Others have changed the planet since: it stays as it is. Change it by hand.")

    private static func answer(_ restored: [RestoredKey], _ services: WebServices) -> Response {
        guard let one = restored.first, one.outcome != .stays else { return othersChanged }
        let json = JSONWriter.object { $0.restored(one, services.catalogue) }
        return .json(json, status: one.outcome == .unsettled ? 202 : 200)
    }

    // MARK: All

    @Sendable func reset(_ request: Request, _ context: LoopContext) -> Outcome {
        guard services.isCatalogueReady else { return .reply(services.notReady) }
        guard let (code, now) = ready(request) else { return .reply(absence(request)) }
        let given: ClassBody
        switch body(request, ["after"], now) {
        case .success(let body): given = body
        case .failure(let refused): return .reply(refused.response)
        }
        let (goals, left) = services.goals(in: code, after: given.after, limit: ClassUndoRoute.atOnce)
        return restore(goals, code, .reset, request) { [services] restored in
            ClassUndoRoute.answer(restored, code, left, last: goals.last?.key, services)
        }
    }

    private static func answer(
        _ restored: [RestoredKey], _ code: String, _ left: Int, last: String?, _ services: WebServices
    ) -> Response {
        let lost = (services.classes[code]?.lost ?? []).sorted()
        return .json(
            JSONWriter.object(capacity: 256 + restored.count * 200) {
                $0.member("code", code)
                for outcome in RestoredKey.Outcome.allCases {
                    $0.member(outcome.rawValue, restored.count { $0.outcome == outcome })
                }
                $0.array("planets") { writer in
                    for each in restored.sorted(by: { $0.key < $1.key }) {
                        writer.object { $0.restored(each, services.catalogue) }
                    }
                }
                $0.member("changed_by_others", lost.count)
                $0.array("stay", lost.prefix(ClassUndoRoute.atOnce))
                $0.member("left", left)
                $0.optional("next", left > 0 ? last : nil)
            })
    }

    private func restore(
        _ goals: [ClassRestoration.Goal], _ code: String, _ action: AuditEntry.Action, _ request: Request,
        _ answer: @escaping @Sendable ([RestoredKey]) -> Response
    ) -> Outcome {
        let responder = request.responder
        let restoration = ClassRestoration(services, code, action, request) { result in
            switch result {
            case .success(let restored): responder.complete(answer(restored))
            case .failure(let error): responder.complete(error.response)
            }
        }
        guard restoration.start(goals) else {
            return .reply(.unavailable("Too many histories are being read. Try again."))
        }
        return .pending
    }
}

extension JSONWriter {
    fileprivate mutating func restored(_ each: RestoredKey, _ catalogue: Catalogue) {
        let row = catalogue.row(each.key)
        member("key", each.key)
        optional("pl_name", row?.discovery?[.pl_name] ?? row?.changedPlanet?.name)
        member("outcome", each.outcome.rawValue)
        if let reason = each.reason { member("reason", reason) }
        if let receipt = each.receipt {
            member("partition", Int(receipt.position.partition))
            member("offset", Int(receipt.position.offset))
            optional("revision", receipt.revision)
            optional("change", receipt.change?.rawValue)
        }
    }
}
