// Logs of requests, a JSON object per line: every answer (access log), and every change with its author and its place
// in the log (audit log). LineFile's thread writes the lines.

import Basics
import HTTPWire
import JSONText
import PlanetCore
import Threads

/// A change under way.
struct AuditEntry: Sendable {
    enum Action: String, Sendable {
        case submit, submit_aliases, change, withdraw
        case open_class, change_class, remove_class, undo, reset
    }

    let action: Action
    let caller: Caller
    let path: String
    let source: String
    let agent: String?

    init(_ action: Action, _ request: Request) {
        self.action = action
        caller = request.caller
        path = request.path
        source = SubmitRoute.source(request)
        agent = request.header("user-agent")
    }

    /// `stored`: empty if it failed, with the reason in `failure`.
    func line(_ stored: [StoredRun], _ topics: TopicNames, failure: String? = nil) -> [UInt8] {
        JSONWriter.object(capacity: 512) {
            $0.member("time", RFC3339.milliseconds(nanoseconds: Clock.wall))
            $0.member("action", action.rawValue)
            $0.sender(caller)
            if let member = caller.member { $0.mark(ClassMark(member)) }
            $0.member("path", String(path.prefix(500)))
            $0.member("source", source)
            $0.optional("user_agent", agent.map { String($0.prefix(200)) })
            $0.array("stored") {
                for run in stored {
                    $0.object {
                        $0.member("topic", run.topic == .discoveries ? topics.discoveries : topics.rejected)
                        $0.member("partition", Int(run.partition))
                        $0.member("offset", Int(run.first))
                        $0.member("records", Int(run.last - run.first) + 1)
                    }
                }
            }
            $0.optional("failure", failure)
        } + [0x0A]
    }
}

enum AccessLine {
    static func of(_ reply: HTTPReply, at now: UInt64) -> [UInt8] {
        let head = reply.head
        return JSONWriter.object(capacity: 512) {
            $0.member("time", RFC3339.milliseconds(nanoseconds: Clock.wall))
            $0.sender(reply.caller)
            $0.optional("method", head.map { $0.method == .unknown ? "?" : $0.method.rawValue })
            $0.optional("target", head.map { String(($0.path + ($0.query.map { "?" + $0 } ?? "")).prefix(2000)) })
            $0.optional("host", head.map { String($0.authority.prefix(300)) })
            $0.member("status", reply.response.status)
            $0.member("bytes", reply.content.count + reply.partBytes)
            $0.member("microseconds", Int((now &- reply.started) / 1000))
            $0.optional("user_agent", head?["user-agent"].map { String($0.prefix(200)) })
        } + [0x0A]
    }
}

extension JSONWriter {
    fileprivate mutating func sender(_ caller: Caller) {
        optional("token", caller.holder?.name)
        optional("certificate", caller.certificate)
        optional("address", caller.address?.description)
    }
}
