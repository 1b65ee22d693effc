import Foundation
import HTTPWire
import Testing

@testable import PlanetWeb

@Suite final class StaticFilesTests {
    private let base = FileManager.default.temporaryDirectory.appendingPathComponent("static-\(UUID().uuidString)")
    private let files: StaticFiles
    private var root: URL { base.appendingPathComponent("root") }

    init() throws {
        let root = base.appendingPathComponent("root")
        try FileManager.default.createDirectory(
            at: root.appendingPathComponent("assets"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            at: base.appendingPathComponent("root2"), withIntermediateDirectories: true)
        try Data("secret".utf8).write(to: base.appendingPathComponent("secret.txt"))
        try Data("secret".utf8).write(to: base.appendingPathComponent("root2/secret.txt"))
        try Data("<h1>home</h1>".utf8).write(to: root.appendingPathComponent("index.html"))
        try Data(String(repeating: "let a = 1;\n", count: 500).utf8).write(to: root.appendingPathComponent("app.js"))
        try Data("lib".utf8).write(to: root.appendingPathComponent("assets/lib.js"))
        try Data("hidden".utf8).write(to: root.appendingPathComponent(".env"))
        for (link, target) in [("out", "../secret.txt"), ("up", ".."), ("twin", "../root2"), ("in", "app.js")] {
            try FileManager.default.createSymbolicLink(
                atPath: root.appendingPathComponent(link).path, withDestinationPath: target)
        }
        files = try #require(StaticFiles(folder: root.path))
    }
    deinit { try? FileManager.default.removeItem(at: base) }

    private func get(_ target: String, _ headers: [(String, String)] = []) throws -> Response {
        files.response(to: try Request("GET", target, headers: headers).head)
    }

    @Test(arguments: [
        "/../secret.txt", "/%2e%2e/secret.txt", "/.%2e/secret.txt", "/..%2fsecret.txt", "/%2e%2e%2fsecret.txt",
        "/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/..%5csecret.txt", "/%5c..%5csecret.txt",
        "//../secret.txt", "/./../secret.txt", "/%252e%252e/secret.txt", "/%c0%ae%c0%ae/secret.txt", "/out",
        "/up/secret.txt",
        "/up/root2/secret.txt", "/twin/secret.txt", "/index.html%00.png", "/%00", "/.env", "/assets", "/assets/",
        "//index.html",
        "/assets//lib.js", "/index.html/", "/index.html/x", "/nothing", "/app.js%0a", "/%ff", "/...", "/assets/.",
    ]) func nothingElseIsReached(_ target: String) throws {
        #expect(try get(target).status == 404)
    }

    @Test func filesComeWithTheirFields() throws {
        let home = try get("/")
        #expect(home.status == 200 && home.body.array == Array("<h1>home</h1>".utf8))
        #expect(home.header("content-type") == "text/html; charset=utf-8" && home.header("cache-control") == "no-cache")
        #expect(home.header("x-content-type-options") == "nosniff")
        #expect(home.header("content-security-policy")?.hasPrefix("default-src 'self'") == true)
        #expect(try get("/index.html?x").body.array == home.body.array)
        #expect(try get("/%69ndex.html").status == 200)
        #expect(try get("/assets/lib.js").header("cache-control") == "public, max-age=31536000, immutable")
        #expect(try get("/in").status == 200, "a link within the folder")
    }

    @Test func conditionsAreHonoured() throws {
        let whole = try get("/app.js")
        let tag = try #require(whole.header("etag"))
        let modified = try #require(whole.header("last-modified"))
        #expect(try get("/app.js", [("If-None-Match", tag)]).status == 304)
        #expect(try get("/app.js", [("If-None-Match", "W/" + tag)]).status == 304)
        #expect(try get("/app.js", [("If-None-Match", "\"x\"")]).status == 200)
        #expect(try get("/app.js", [("If-Modified-Since", modified)]).status == 304)
        #expect(try get("/app.js", [("If-Modified-Since", modified), ("If-None-Match", "\"x\"")]).status == 200)
        #expect(try get("/app.js", [("If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT")]).status == 200)
    }

    @Test func gzipIsSentWhereItPaysAndGunzipReadsIt() throws {
        let plain = try get("/app.js")
        let zipped = try get("/app.js", [("Accept-Encoding", "br, gzip")])
        #expect(zipped.header("content-encoding") == "gzip" && zipped.header("vary") == "Accept-Encoding")
        #expect(zipped.header("etag") != plain.header("etag") && zipped.body.count < plain.body.count / 10)
        #expect(try get("/index.html", [("Accept-Encoding", "gzip")]).header("content-encoding") == nil)
        let file = base.appendingPathComponent("x.gz")
        try Data(zipped.body.array).write(to: file)
        let gunzip = Process()
        gunzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
        gunzip.arguments = ["-dc", file.path]
        let pipe = Pipe()
        gunzip.standardOutput = pipe
        try gunzip.run()
        #expect(Array(pipe.fileHandleForReading.readDataToEndOfFile()) == plain.body.array)
        gunzip.waitUntilExit()
    }

    @Test func aChangedFileShowsAtOnce() throws {
        let before = try get("/index.html")
        try Data("<h1>new!</h1>".utf8).write(to: root.appendingPathComponent("index.html"))
        let after = try get("/index.html")
        #expect(after.body.array == Array("<h1>new!</h1>".utf8) && after.header("etag") != before.header("etag"))
        try FileManager.default.removeItem(at: root.appendingPathComponent("index.html"))
        #expect(try get("/index.html").status == 404)
    }

    @Test func theCacheIsBoundedAndStillRight() throws {
        let small = try #require(StaticFiles(folder: root.path, cacheLimit: 8000))
        for _ in 0..<3 {
            for name in ["/app.js", "/index.html", "/assets/lib.js"] {
                #expect(small.response(to: try Request("GET", name).head).body.array == (try get(name).body.array))
            }
        }
        #expect(StaticFiles(folder: base.path + "/none") == nil)
    }

    @Test func partsOfAFile() throws {
        let whole = try get("/app.js")
        let tag = try #require(whole.header("etag"))
        let modified = try #require(whole.header("last-modified"))
        #expect(whole.header("accept-ranges") == "bytes")
        let part = try get("/app.js", [("Range", "bytes=11-21"), ("Accept-Encoding", "gzip")])
        #expect(part.status == 206 && part.body.array == Array(whole.body.array[11..<22]))
        #expect(part.header("content-range") == "bytes 11-21/5500" && part.header("etag") == tag)
        #expect(part.header("content-encoding") == nil)
        #expect(try get("/app.js", [("Range", "bytes=-5")]).body.array == Array(whole.body.array.suffix(5)))
        let beyond = try get("/app.js", [("Range", "bytes=5500-")])
        #expect(beyond.status == 416 && beyond.header("content-range") == "bytes */5500")
        #expect(try get("/app.js", [("Range", "bytes=0-1,4-5")]).status == 200)
        for (condition, status) in [(tag, 206), (modified, 206), ("\"x\"", 200), ("W/" + tag, 200)] {
            #expect(try get("/app.js", [("Range", "bytes=0-1"), ("If-Range", condition)]).status == status)
        }
        let head = files.response(to: try Request("HEAD", "/app.js", headers: [("Range", "bytes=0-1")]).head)
        #expect(head.status == 200)
    }

    @Test func aFileThatIsAnotherOneNow() throws {
        let tag = try #require(try get("/app.js").header("etag"))
        let zipped = try #require(try get("/app.js", [("Accept-Encoding", "gzip")]).header("etag"))
        #expect(try get("/app.js", [("If-Match", tag)]).status == 200)
        #expect(try get("/app.js", [("If-Match", zipped)]).status == 200, "another coding of the same file")
        #expect(try get("/app.js", [("If-Match", "*")]).status == 200)
        #expect(try get("/app.js", [("If-Match", "\"x\"")]).status == 412)
        #expect(try get("/app.js", [("If-Match", "W/" + tag)]).status == 412)
        #expect(try get("/app.js", [("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT")]).status == 412)
        #expect(
            try get("/app.js", [("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"), ("If-Match", tag)]).status
                == 200)
        #expect(try get("/app.js", [("If-Match", tag), ("If-None-Match", tag)]).status == 304)
    }

    @Test func otherMethodsAreToldWhatFilesTake() throws {
        var router = Router()
        router.otherwise(isThere: files.isThere, files.handler)
        func answer(_ method: String, _ target: String) throws -> Response {
            guard
                case .reply(let response) = router.outcome(of: try Request(method, target), try LoopContext.detached())
            else { return .empty(status: 599) }
            return response
        }
        let options = try answer("OPTIONS", "/")
        #expect(options.status == 204 && options.header("allow") == "GET, HEAD, OPTIONS")
        for method in ["POST", "PUT", "DELETE", "TRACE", "PATCH"] {
            let refused = try answer(method, "/app.js?x")
            #expect(refused.status == 405 && refused.header("allow") == "GET, HEAD, OPTIONS")
            #expect(try answer(method, "/nothing").status == 404)
        }
        #expect(try answer("OPTIONS", "/../secret.txt").status == 404)
    }
}
