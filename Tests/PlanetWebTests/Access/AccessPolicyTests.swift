import Foundation
import TestSupport
import Testing

@testable import PlanetWeb

/// A folder that goes with its test.
private final class TestFolder {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("access-\(UUID().uuidString)").path
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }
}

/// Tokens in a file of a test, with their text by role.
private struct TestTokens {
    let folder: TestFolder
    var path: String { folder.path + "/tokens" }
    private(set) var token: [AccessRole: String] = [:]

    init() throws {
        folder = try TestFolder()
        var text = "# a comment\n\n"
        for role in AccessRole.allCases {
            let made = StoredToken.make(TokenHolder(name: "the-\(role.rawValue)", role: role), created: "now")
            token[role] = made.token
            text += made.stored.line
        }
        try folder.write(text, to: "tokens")
    }

    func policy(_ writers: AccessPolicy.Writers = .tokens) throws -> AccessPolicy {
        var policy = AccessPolicy()
        policy.writers = writers
        policy.tokens = try AccessTokens(list: path, single: nil)
        return policy
    }
}

@Suite struct AccessPolicyTests {
    private func need(_ need: AccessNeed, _ policy: AccessPolicy, _ fields: String = "") throws -> Int {
        var router = Router()
        router.add(.get, "/asked", bodyLimit: 0, need: need) { _, _ in .reply(.empty()) }
        var options = WebServer.Options()
        options.access = policy
        let talk = try HTTPTalk(ServerState(router: router, options: options))
        talk.send(get("/asked", fields))
        return try #require(talk.statuses().first)
    }

    private func bearer(_ token: String?) -> String { token.map { "Authorization: Bearer \($0)\r\n" } ?? "" }

    @Test(arguments: [AccessNeed.nothing, .metrics, .submit, .curate])
    func withoutSettingsEverythingIsAllowed(_ asked: AccessNeed) throws {
        #expect(try need(asked, AccessPolicy()) == 204)
    }

    @Test func aTokenMayWhatItsRoleSays() throws {
        let tokens = try TestTokens()
        let policy = try tokens.policy()
        let expected: [AccessRole: [Int]] = [
            .read: [204, 403, 403], .submit: [204, 204, 403], .curate: [204, 204, 204], .admin: [204, 204, 204],
        ]
        for (role, statuses) in expected {
            let found = try [AccessNeed.nothing, .submit, .curate].map {
                try need($0, policy, bearer(tokens.token[role]))
            }
            #expect(found == statuses, "\(role)")
        }
        #expect(try [AccessNeed.nothing, .submit, .curate].map { try need($0, policy) } == [204, 401, 401])
    }

    @Test func refusalsSayWhatIsMissing() throws {
        let tokens = try TestTokens()
        let policy = try tokens.policy()
        let nobody = try #require(policy.refusal(.curate, Caller()))
        #expect(nobody.status == 401 && nobody.header("www-authenticate") == "Bearer realm=\"planetarium\"")
        let holder = TokenHolder(name: "lab", role: .submit)
        let low = try #require(policy.refusal(.curate, Caller(holder: holder, role: .submit)))
        #expect(low.status == 403)
        #expect(low.header("www-authenticate")?.contains("error=\"insufficient_scope\", scope=\"curate\"") == true)
        #expect(String(decoding: low.body.array, as: UTF8.self).contains("the token lab has submit"))
    }

    @Test func aTokenOfNobodyIsRefusedEvenWhereReadingIsOpen() throws {
        let policy = try TestTokens().policy()
        #expect(try need(.nothing, policy, bearer("plt_0000")) == 401)
        #expect(try need(.nothing, policy, "Authorization: bearer  plt_0000\r\n") == 401)
        #expect(try need(.nothing, policy, "Authorization: Basic dTpw\r\n") == 204, "that is a proxy's")
        #expect(try need(.nothing, AccessPolicy(), bearer("plt_0000")) == 204, "no tokens, no meaning")
    }

    @Test func openWithTokensLetsEverybodySubmit() throws {
        let tokens = try TestTokens()
        let policy = try tokens.policy(.everybody)
        #expect(try need(.submit, policy) == 204 && need(.curate, policy) == 401)
        #expect(try need(.submit, policy, bearer(tokens.token[.read])) == 204, "a token takes nothing away")
    }

    @Test func readOnlyLetsNobodyWrite() throws {
        let tokens = try TestTokens()
        let policy = try tokens.policy(.nobody)
        #expect(try need(.submit, policy, bearer(tokens.token[.admin])) == 403)
        #expect(try need(.nothing, policy) == 204)
    }

    @Test func readingCanBePrivate() throws {
        let tokens = try TestTokens()
        var policy = try tokens.policy()
        policy.privateReading = [.metrics]
        #expect(try need(.metrics, policy) == 401 && need(.nothing, policy) == 204)
        #expect(try need(.metrics, policy, bearer(tokens.token[.read])) == 204)
    }

    @Test func receiptsAreTheirSendersAndTheCurators() throws {
        var policy = try TestTokens().policy()
        policy.privateReading = [.receipts]
        func hides(_ name: String?, _ role: AccessRole?, isRefused: Bool = false) -> Bool {
            let holder = name.map { TokenHolder(name: $0, role: role ?? .read) }
            return policy.hides(sender: "lab", isRefused: isRefused, from: Caller(holder: holder, role: role))
        }
        #expect(!hides("lab", .submit) && hides("other", .submit) && !hides("other", .curate) && hides(nil, nil))
        policy.privateReading = [.quarantine]
        #expect(!hides("other", .submit) && hides("other", .submit, isRefused: true))
        #expect(!hides("lab", .submit, isRefused: true))
    }

    @Test func aKeyIsItsSendersOwn() {
        let lab = Caller(holder: TokenHolder(name: "lab", role: .submit))
        let other = Caller(holder: TokenHolder(name: "la", role: .submit))
        #expect(lab.scoped("k") != other.scoped("k") && Caller().scoped("k") == "k")
        #expect(lab.own(lab.scoped("k")) == "k")
        #expect(other.own(lab.scoped("k")) == nil && Caller().own(lab.scoped("k")) == nil && Caller().own("k") == nil)
    }
}

@Suite struct AccessTokensTests {
    @Test func aRevokedTokenIsNobodys() throws {
        let tokens = try TestTokens()
        let read = try AccessTokens(list: tokens.path, single: nil)
        let token = try #require(tokens.token[.curate])
        #expect(read.holder(of: token) == TokenHolder(name: "the-curate", role: .curate))
        try tokens.folder.write("", to: "tokens")
        #expect(eventually { read.holder(of: token) == nil })
    }

    @Test func aFileThatIsGoneLetsNobodyInAndABrokenOneChangesNothing() throws {
        let tokens = try TestTokens()
        let read = try AccessTokens(list: tokens.path, single: nil)
        let (curate, lab) = (
            try #require(tokens.token[.curate]), StoredToken.make(.init(name: "l", role: .read), created: "x")
        )
        try tokens.folder.write(lab.stored.line + "half a line\n", to: "tokens")
        letPass(seconds: 1.2)
        #expect(read.holder(of: curate) != nil && read.holder(of: lab.token) == nil)
        unlink(tokens.path)
        #expect(eventually { read.holder(of: curate) == nil })
    }

    @Test(arguments: [
        ("lab submit abc now", ":1: not NAME ROLE SHA-256 CREATED"),
        ("lab boss \(String(repeating: "a", count: 64)) now", ":1"),
        ("\n\nlab", ":3"),
    ]) func aFileThatIsHalfUnderstoodIsRefused(_ text: String, _ complaint: String) throws {
        let error = #expect(throws: AccessFailure.self) { _ = try StoredToken.parse(text, path: "file") }
        #expect(error?.description.contains("file" + complaint) == true)
    }

    @Test func theFileHoldsNoToken() throws {
        let made = StoredToken.make(TokenHolder(name: "lab", role: .submit), created: "now")
        #expect(!made.stored.line.contains(made.token.dropFirst(4)) && made.token.utf8.count >= 48)
        #expect(try StoredToken.parse(made.stored.line, path: "") == [made.stored])
    }

    @Test func oneTokenCanBeAFile() throws {
        let folder = try TestFolder()
        try folder.write("correct-horse-battery\n", to: "token")
        let tokens = try AccessTokens(list: nil, single: folder.path + "/token")
        #expect(tokens.holder(of: "correct-horse-battery")?.role == .admin)
        #expect(tokens.holder(of: "correct-horse-batter") == nil)
        try folder.write("short\n", to: "token2")
        #expect(throws: AccessFailure.self) { _ = try AccessTokens(list: nil, single: folder.path + "/token2") }
    }
}
