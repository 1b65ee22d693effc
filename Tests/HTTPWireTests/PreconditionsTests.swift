import Testing

@testable import HTTPWire

extension Preconditions {
    /// Of a request with these field lines.
    init(_ lines: String...) throws(RequestError) { try self.init(lines) }

    init(_ lines: [String]) throws(RequestError) {
        var text = (["GET / HTTP/1.1", "Host: a"] + lines).joined(separator: "\r\n") + "\r\n\r\n"
        var parsed: Result<RequestHead?, RequestError> = .success(nil)
        text.withUTF8 { text in
            var parser = RequestHeadParser()
            do throws(RequestError) {
                parsed = .success(try parser.parse(UnsafeRawBufferPointer(text))?.head)
            } catch {
                parsed = .failure(error)
            }
        }
        guard let head = try parsed.get() else { throw RequestError(400, "not a whole request") }
        self.init(head)
    }
}

@Suite struct PreconditionsTests {
    private let three = [EntityTag("3-ab"), EntityTag("3")]

    /// RFC 9110 sections 13.1.1 and 13.1.2.
    @Test(arguments: [
        ("If-Match: \"3\"", true, false), ("If-Match: \"3-ab\"", true, false), ("If-Match: \"2\", \"3\"", true, false),
        ("If-Match: *", true, false), ("If-Match: \"2\"", false, false), ("If-Match: W/\"3\"", false, false),
        ("If-Match: 3", false, false), ("If-Match:", false, false),
        ("If-None-Match: *", false, true), ("If-None-Match: \"3\"", false, false),
        ("If-None-Match: W/\"3\"", false, true), ("If-None-Match: \"2\"", true, true), ("X: y", true, true),
    ]) func changesAreAllowed(_ line: String, _ whereItIs: Bool, _ whereNothingIs: Bool) throws {
        let conditions = try Preconditions(line)
        #expect(conditions.allowsChange(of: three) == whereItIs)
        if !line.contains("None-Match: \"3\"") && !line.contains("W/") {
            #expect(conditions.allowsChange(of: []) == whereNothingIs)
        }
        #expect(conditions.isEmpty == (line == "X: y"))
    }

    @Test func bothConditionsHaveToHold() throws {
        let conditions = try Preconditions("If-Match: \"3\"", "If-None-Match: \"3-ab\"")
        #expect(!conditions.allowsChange(of: three))
        #expect(conditions.allowsChange(of: [EntityTag("3")]))
        #expect(conditions.field == "If-Match")
    }

    @Test func readingFailsOnIfMatchFirst() throws {
        func reading(_ lines: String...) throws -> Preconditions.Reading {
            try Preconditions(lines).reading(EntityTag("3-ab"), or: [EntityTag("3")])
        }
        #expect(try reading("If-Match: \"2\"", "If-None-Match: \"3-ab\"") == .failed)
        #expect(try reading("If-Match: \"3\"", "If-None-Match: \"3-ab\"") == .notModified)
        #expect(try reading("If-Match: *") == .send)
        // The revision names more than one thing to show.
        #expect(try reading("If-None-Match: \"3\"") == .send)
    }

    @Test(arguments: [
        ("3", true), ("\"3\" \"4\"", true), ("\"3", true), ("", true), (",", true), ("\"a b\"", true),
        ("*, \"3\"", true),
        ("\"3\", \"4\"", false), (", \"3\" ,", false), ("W/\"3\"", false), ("*", false), ("\"\"", false),
    ]) func whatIsNoListOfTagsIsAFault(_ value: String, _ isFault: Bool) throws {
        let fault = try Preconditions("If-Match: \(value)").fault
        #expect(fault == (isFault ? .init(field: "If-Match", value: value) : nil))
    }
}
