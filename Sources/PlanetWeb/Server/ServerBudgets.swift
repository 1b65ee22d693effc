// The memory of all connections together: bodies being received, answers waiting to be read. A request beyond it is
// refused (503), and /readyz and /metrics show it.

import Basics
import HTTPWire
import Telemetry
import Threads

package final class ServerBudgets: Sendable {
    /// The beginnings of all bodies: a small body finds room however many large ones are coming.
    let bodies: SharedBudget
    /// What is behind the beginnings.
    let largeBodies: SharedBudget
    let answers: ByteBudget
    let smallBody: Int
    private let refusedBodies: Counter
    private let refusedShares: Counter
    private let refusedAnswers: Counter
    private static let warning = RareWarning("requests are refused for want of memory")

    package init(_ limits: ServerLimits, _ metrics: Metrics) {
        smallBody = limits.smallBodyBytes
        let bodies = SharedBudget(limit: limits.bufferedSmallBytes)
        let largeBodies = SharedBudget(limit: limits.bufferedBodyBytes)
        let answers = ByteBudget(limit: limits.answerBytes)
        (self.bodies, self.largeBodies, self.answers) = (bodies, largeBodies, answers)
        func refused(_ what: String) -> Counter {
            metrics.counter(
                "planetarium_http_refused_for_memory_total", "Requests refused because too much waited already.",
                labels: ["what": what])
        }
        (refusedBodies, refusedAnswers) = (refused("body"), refused("answer"))
        refusedShares = refused("bodies_of_an_address")
        metrics.read("planetarium_http_body_bytes", "The first 64 KiB of bodies that are being received.") {
            Double(bodies.used)
        }
        metrics.read("planetarium_http_large_body_bytes", "Bytes of bodies behind their first 64 KiB.") {
            Double(largeBodies.used)
        }
        metrics.read("planetarium_http_answer_bytes", "Bytes of answers that wait to be read.") {
            Double(answers.used)
        }
    }

    func noteRefusedBody() {
        refusedBodies.add()
        ServerBudgets.warning.note(at: Clock.monotonic, "too many uploads at once")
    }

    func noteRefusedShare(of site: IPAddress) {
        refusedShares.add()
        ServerBudgets.warning.note(at: Clock.monotonic, "\(site) sends too much at once")
    }

    func noteRefusedAnswer() {
        refusedAnswers.add()
        ServerBudgets.warning.note(at: Clock.monotonic, "too many answers wait to be read")
    }

    /// Why small requests are refused, or soon will be; nil while they aren't.
    var trouble: String? {
        if bodies.isShort { return "Too many uploads are under way." }
        if answers.isShort { return "Too many answers wait to be read." }
        return nil
    }

    /// What a ready process can't do now.
    var hint: String? { largeBodies.isShort ? "large submissions are refused for now" : nil }
}

/// The memory of one body; freed when it is dropped. @unchecked: `count` is changed only by the loop that receives the
/// body, and no more once the body is complete.
final class BodyShare: @unchecked Sendable {
    private let budgets: ServerBudgets
    /// Whose share it counts against; nil: nobody's.
    private let site: IPAddress?
    private var count = 0

    init(_ budgets: ServerBudgets, of site: IPAddress?) {
        self.budgets = budgets
        self.site = site
    }

    /// Throws where there is no room for so many bytes more.
    func grow(by more: Int) throws(RequestError) {
        let small = min(more, max(0, budgets.smallBody - count))
        try check(budgets.bodies.take(small, for: site))
        do throws(RequestError) {
            try check(budgets.largeBodies.take(more - small, for: site))
        } catch {
            budgets.bodies.giveBack(small, for: site)
            throw error
        }
        count += more
    }

    private func check(_ verdict: SharedBudget.Verdict) throws(RequestError) {
        switch verdict {
        case .taken: return
        case .allIsFull:
            budgets.noteRefusedBody()
            throw RequestError(503, "too many uploads at once")
        case .shareIsFull(let site):
            budgets.noteRefusedShare(of: site)
            throw RequestError(429, "too many uploads at once from your address")
        }
    }

    deinit {
        let small = min(count, budgets.smallBody)
        budgets.bodies.giveBack(small, for: site)
        budgets.largeBodies.giveBack(count - small, for: site)
    }
}
