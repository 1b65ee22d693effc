// The file of classes: what is written is read again, also by another process; what can't be read changes nothing.

import Basics
import Foundation
import HTTPWire
import TestSupport
import Testing

@testable import PlanetWeb

@Suite struct ClassListTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("list-\(UUID().uuidString)").path
    private var path: String { folder + "/deep/classes.ndjson" }
    private let day = UTCDay.micros

    private func close(_ code: String, in list: ClassList) throws {
        _ = try list.change(code) { known in
            var closed = known
            closed?.isClosed = true
            return closed
        }
    }

    @Test func whatIsOpenedIsThereForAll() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let list = try ClassList(path)
        #expect(list.all.isEmpty)
        let made = try list.open(title: "7b \"stars\" ☄", ends: list.now + day)
        #expect(list[made.code] == made && list.all == [made])
        #expect(try ClassList(path)[made.code] == made)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func anotherProcessIsSeen() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (one, other) = (try ClassList(path), try ClassList(path))
        let made = try one.open(title: "a", ends: one.now + day)
        #expect(eventually { other[made.code] == made })
        // It writes beside what the first has written.
        let second = try other.open(title: "b", ends: other.now + day)
        #expect(eventually { one.all.count == 2 })
        try close(second.code, in: one)
        #expect(eventually { other[second.code]?.state(at: other.now) == .closed })
        _ = try one.change(made.code) { _ in nil }
        #expect(eventually { other[made.code] == nil })
    }

    @Test func aFileThatIsNoneChangesNothing() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let list = try ClassList(path)
        let made = try list.open(title: "a", ends: list.now + day)
        try Data("{\"code\":\"nothing\"}\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: AccessFailure.self) { try ClassList(path) }
        #expect(throws: AccessFailure.self) { try list.open(title: "b", ends: list.now + day) }
        #expect(list[made.code] == made)
    }

    @Test func statesFollowTheClock() throws {
        var each = SchoolClass(code: "K7MQ2F", title: "a", opened: 0, ends: 10)
        #expect(each.state(at: 9) == .open && each.state(at: 10) == .ended)
        each.isClosed = true
        #expect(each.state(at: 9) == .closed)
        #expect(SchoolClass(line: String(decoding: each.line, as: UTF8.self)) == each)
        // The end of the day after, whatever the hour.
        #expect(SchoolClass.usualEnd(0) == 2 * day && SchoolClass.usualEnd(day - 1) == 2 * day)
    }

    /// The oldest that is over makes room; where all are open, no more can be.
    @Test func theirNumberIsBounded() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let list = try ClassList(path)
        let first = try list.open(title: "0", ends: list.now + day)
        for number in 1..<ClassList.most { _ = try list.open(title: "\(number)", ends: list.now + day) }
        #expect(throws: AccessFailure.self) { try list.open(title: "more", ends: list.now + day) }
        try close(first.code, in: list)
        let more = try list.open(title: "more", ends: list.now + day)
        #expect(list[more.code] == more && list[first.code] == nil && list.all.count == ClassList.most)
    }

    // MARK: Requests that name a class

    private func caller(
        _ policy: AccessPolicy, _ method: String, _ fields: [(String, String)], at now: UInt64 = 1
    ) throws -> Caller {
        let peer = Peer(address: try #require(IPAddress("192.0.2.7")))
        let request = try Request(method, "/api/discoveries", headers: fields)
        return try policy.caller(request.head, from: peer, RateLimiter(reads: nil, writes: nil), at: now)
    }

    private func refusal(
        _ policy: AccessPolicy, _ fields: [(String, String)], at now: UInt64 = 1
    ) throws -> (status: Int, rule: String?)? {
        do {
            _ = try caller(policy, "POST", fields, at: now)
            return nil
        } catch let error as AccessPolicy.Refusal {
            return (error.response.status, try? error.response.rule())
        }
    }

    @Test func aCodeLetsPupilsSubmit() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let list = try ClassList(path)
        let made = try list.open(title: "7b", ends: list.now + day)
        var policy = AccessPolicy()
        policy.classes = list
        policy.writers = .tokens
        let fields = [("X-Planetarium-Class", made.code.lowercased()), ("X-Planetarium-Pupil", "%C3%89lodie")]
        let pupil = try caller(policy, "POST", fields)
        #expect(pupil.member == ClassMember(code: made.code, pupil: "Élodie") && pupil.role == .submit)
        #expect(try caller(policy, "POST", []).role == nil)
        #expect(!pupil.may(.curate))
        #expect(try refusal(policy, [fields[0]])?.rule == "not_a_name")
        #expect(try refusal(policy, [fields[1]])?.rule == "unknown_class")
        #expect(try refusal(policy, [fields[0], ("X-Planetarium-Pupil", "%E2%80%AEaim")])?.status == 400)
        #expect(try refusal(policy, [("X-Planetarium-Class", "nothing"), fields[1]])?.status == 403)
        try close(made.code, in: list)
        #expect(try refusal(policy, fields)?.rule == "class_closed")
        // Reading goes on.
        #expect(try caller(policy, "GET", fields).member == nil)
        policy.writers = .nobody
        policy.classes = nil
        #expect(try refusal(policy, fields)?.rule == "unknown_class")
    }

    @Test func guessesAreSlowedDown() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let list = try ClassList(path)
        let made = try list.open(title: "7b", ends: list.now + day)
        var policy = AccessPolicy()
        policy.classes = list
        let name = ("X-Planetarium-Pupil", "Mia")
        var statuses: [Int] = []
        for _ in 0..<101 {
            statuses.append(try refusal(policy, [("X-Planetarium-Class", "222222"), name])?.status ?? 0)
        }
        #expect(statuses.last == 429 && statuses.filter { $0 == 403 }.count == 100)
        // Whoever guesses right is not told so either; two seconds later the class may send again.
        #expect(try refusal(policy, [("X-Planetarium-Class", made.code), name])?.status == 429)
        #expect(try refusal(policy, [("X-Planetarium-Class", made.code), name], at: 2_000_000_001) == nil)
    }
}
