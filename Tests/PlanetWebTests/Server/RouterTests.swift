import Foundation
import HTTPWire
import Testing

@testable import PlanetWeb

@Suite struct RouterTests {
    private func answer(_ method: String, _ target: String) throws -> String {
        var router = Router()
        router.get("/api/planets") { _, _ in .reply(.text("all")) }
        router.get("/api/planets/{key}") { request, _ in .reply(.text("one \(request.parameter("key"))")) }
        router.delete("/api/planets/{key}") { request, _ in .reply(.text("gone \(request.parameter("key"))")) }
        router.get("/api/planets/newest") { _, _ in .reply(.text("newest")) }
        router.otherwise { request, _ in .reply(.text("file \(request.path)")) }
        let outcome = router.outcome(of: try Request(method, target), try LoopContext.detached())
        guard case .reply(let response) = outcome else { return "?" }
        return response.status == 200 ? String(decoding: response.body.array, as: UTF8.self) : "\(response.status)"
    }

    @Test(arguments: [
        ("GET", "/api/planets", "all"), ("GET", "/api/planets?x=1", "all"), ("GET", "/api/%70lanets", "all"),
        ("GET", "/api/planets/kepler-442-b", "one kepler-442-b"), ("GET", "/api/planets/newest", "newest"),
        ("GET", "/api/planets/a%2Fb", "one a/b"), ("GET", "/api/planets/%CE%B1%20Cen", "one \u{3b1} Cen"),
        ("HEAD", "/api/planets/x", "one x"), ("DELETE", "/api/planets/x", "gone x"),
        ("GET", "/api/planets/", "file /api/planets/"), ("GET", "/api//planets", "file /api//planets"),
        ("GET", "/", "file /"), ("GET", "/api/planets/x/y", "file /api/planets/x/y"), ("POST", "/x", "405"),
        ("POST", "/api/planets", "405"), ("GET", "/api/planets/%00", "400"), ("GET", "/api/planets/%FF", "400"),
        ("BREW", "/api/planets", "501"), ("OPTIONS", "/api/planets", "204"),
    ]) func requestsFindTheirHandler(_ method: String, _ target: String, _ expected: String) throws {
        #expect(try answer(method, target) == expected)
    }

    @Test func problemsAreJSON() throws {
        let problem = Response.problem(
            422, "two \"fields\" fail",
            errors: [
                .init(field: "pl_rade", value: "-1\n", rule: "range", detail: "must be > 0"),
                .init(field: "pl_name", rule: "required", detail: "missing"),
            ])
        let read = try JSONSerialization.jsonObject(with: Data(problem.body.array)) as? NSDictionary
        #expect(
            read == [
                "type": "about:blank", "title": "Unprocessable Content", "status": 422, "detail": "two \"fields\" fail",
                "errors": [
                    ["field": "pl_rade", "value": "-1\n", "rule": "range", "detail": "must be > 0"],
                    ["field": "pl_name", "value": NSNull(), "rule": "required", "detail": "missing"],
                ],
            ] as NSDictionary)
        #expect(problem.header("content-type") == "application/problem+json")
    }
}
