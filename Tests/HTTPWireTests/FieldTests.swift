import Foundation
import Testing

@testable import HTTPWire

@Suite struct FieldTests {
    @Test func aResponseHeadIsWrittenInFull() {
        var out: [UInt8] = []
        ResponseHead.append(
            status: 200, fields: [ResponseField("A", "b")], contentLength: 1230, persistence: .close,
            date: Array("Date: x\r\n".utf8), to: &out)
        #expect(
            String(decoding: out, as: UTF8.self)
                == "HTTP/1.1 200 OK\r\nDate: x\r\nA: b\r\nContent-Length: 1230\r\nConnection: close\r\n\r\n")
    }

    @Test func noValueBreaksOutOfItsLine() {
        #expect(ResponseField("Location", "/a\r\nSet-Cookie: x=1\u{0}").value == "/a  Set-Cookie: x=1 ")
        #expect(ResponseField("X", "h\u{e9}").value == "h\u{e9}")
    }

    @Test func datesAgreeWithFoundation() throws {
        #expect(HTTPDate.format(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        for seconds in stride(from: Int64(-3_000_000_000), to: 8_000_000_000, by: 77_777_777) {
            let text = HTTPDate.format(seconds)
            #expect(text == formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds))))
            #expect(HTTPDate.parse(text, now: 0) == seconds)
        }
        // RFC 9110 section 5.6.7: all three forms.
        #expect(HTTPDate.parse("Sunday, 06-Nov-94 08:49:37 GMT", now: 1_795_000_000) == 784_111_777)
        #expect(HTTPDate.parse("Sun Nov  6 08:49:37 1994", now: 0) == 784_111_777)
        for bad in ["", "tomorrow", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 6"] {
            #expect(HTTPDate.parse(bad, now: 0) == nil)
        }
    }

    /// RFC 9110 section 5.6.7: a year of two digits is read beside the reader's own clock, whenever that is.
    @Test(arguments: [
        ("06-Nov-94", 2026, 1994), ("06-Nov-76", 2026, 2076), ("06-Nov-77", 2026, 1977), ("06-Nov-77", 2027, 2077),
        ("06-Nov-94", 2044, 2094), ("06-Nov-01", 2080, 2001), ("06-Nov-99", 2100, 2099), ("06-Nov-26", 1999, 1926),
    ]) func yearsOfTwoDigitsAreReadBesideTheClock(_ date: String, _ thisYear: Int, _ year: Int) throws {
        let now = try #require(HTTPDate.parse("Mon, 01 Jun \(thisYear) 00:00:00 GMT", now: 0))
        let read = try #require(HTTPDate.parse("Sunday, \(date) 08:49:37 GMT", now: now))
        #expect(HTTPDate.format(read).contains(" Nov \(year) "))
    }

    @Test func theDateLineChangesWithTheSecond() {
        var line = DateLine()
        #expect(line.bytes(at: 0) == Array("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n".utf8))
        #expect(line.bytes(at: 1) == Array("Date: Thu, 01 Jan 1970 00:00:01 GMT\r\n".utf8))
    }

    @Test func entityTagsCompareAsInTheTableOfRFC9110() {
        let weak1 = EntityTag("1", isWeak: true)
        let weak2 = EntityTag("2", isWeak: true)
        let strong1 = EntityTag("1")
        #expect(weak1.matchesWeakly(weak1))
        #expect(!weak1.matchesWeakly(weak2))
        #expect(weak1.matchesWeakly(strong1))
        #expect(strong1.matchesWeakly(strong1))
        #expect(!weak1.matchesStrongly(weak1) && !weak1.matchesStrongly(strong1) && !strong1.matchesStrongly(weak1))
        #expect(strong1.matchesStrongly(strong1) && !strong1.matchesStrongly(EntityTag("2")))
    }

    @Test(arguments: [
        ("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), (" * ", true), ("\"b\"", false),
        ("a", false), ("\"a,b\" ,\"a\"", true), ("\"a,b\"", false), ("", false), ("\"a", false), ("w/\"a\"", false),
    ]) func ifNoneMatchFindsTheTag(_ value: String, _ found: Bool) throws {
        let head = try Preconditions("If-None-Match: \(value)")
        #expect(head.reading(EntityTag("a")) == (found ? .notModified : .send))
    }

    @Test(arguments: [
        ("gzip", true), ("GZIP", true), ("x-gzip", true), ("deflate, gzip;q=0.5", true), ("gzip;q=0", false),
        ("gzip; q=0.000", false), ("*", true), ("*;q=0", false), ("gzip;q=0, *", false), ("*;q=0, gzip", true),
        ("identity", false), ("", false), ("gzip;q=2", false), ("gzip;q=1.000", true), ("br;q=1.0, gzip;q=0.001", true),
    ]) func acceptEncodingFollowsItsWeights(_ value: String, _ accepted: Bool) {
        #expect(AcceptEncoding(value).best(of: [.gzip]) == (accepted ? .gzip : nil))
    }

    @Test func withoutAcceptEncodingNothingIsCompressed() {
        #expect(AcceptEncoding(nil).best(of: ContentCoding.all) == nil && AcceptEncoding(nil).takesIdentity)
    }

    @Test(arguments: [
        ("gzip, deflate, br, zstd", ContentCoding.zstd, true), ("zstd;q=0.5, gzip", .gzip, true), ("*", .gzip, true),
        ("zstd, *;q=0", .zstd, false), ("identity, gzip;q=0.9", nil, true), ("identity;q=0.2, gzip;q=0.3", .gzip, true),
        ("identity;q=0", nil, false), ("identity;q=0, gzip", .gzip, false), ("*;q=0", nil, false),
        ("*;q=0, identity", nil, true), ("*;q=0, identity;q=0.001", nil, true), ("br", nil, true), ("", nil, true),
        ("zstd;q=0, zstd", nil, true), ("GZIP;Q=1, ZSTD;Q=0.999", .gzip, true),
    ]) func aClientGetsTheCodingItLikesBest(_ value: String, _ coding: ContentCoding?, _ takesIdentity: Bool) {
        let accepted = AcceptEncoding(value)
        #expect(accepted.best(of: ContentCoding.all) == coding && accepted.takesIdentity == takesIdentity)
    }

    @Test func mediaTypesAreReadWithParameters() {
        #expect(MediaType("application/json")?.essence == "application/json")
        #expect(MediaType("Text/CSV ; Charset=\"utf-8; x\" ; header=present")?["charset"] == "utf-8; x")
        #expect(MediaType("text/csv;a=\"b\\\"c\"")?["a"] == "b\"c")
        #expect(MediaType("text/csv;")?.parameters == [])
        for bad in ["", "text", "text/", "/csv", "text/c sv", "text/csv;a", "text/csv, text/html", "text/csv;a=\"b"] {
            #expect(MediaType(bad) == nil, "\(bad)")
        }
    }

    @Test func queriesAreDecoded() {
        let items = QueryItem.parse(Array("a=1&b=x+y%20z&&c&=d&e=%E2%82%AC&f=100%&g=%zz&h=a=b".utf8))
        #expect(items.map(\.name) == ["a", "b", "c", "", "e", "f", "g", "h"])
        #expect(items.map(\.value) == ["1", "x y z", "", "d", "\u{20AC}", "100%", "%zz", "a=b"])
    }

    @Test func percentEncodingComesBack() {
        let text = "K2-18 b/\u{3b1} Cen?&%"
        #expect(PercentEncoding.decode(Array(PercentEncoding.encode(text).utf8)) == Array(text.utf8))
        #expect(PercentEncoding.encode("a b") == "a%20b")
        #expect(PercentEncoding.decode(Array("%4".utf8)) == nil)
    }

    @Test func eventsCarryEveryLine() {
        #expect(
            EventStreamText.event(id: "x\n1", data: Array("a\nb".utf8)) == Array("id: x1\ndata: a\ndata: b\n\n".utf8))
        #expect(EventStreamText.event(id: nil, data: []) == Array("data: \n\n".utf8))
    }

    /// RFC 9110 section 14.1.2.
    @Test(arguments: [
        ("bytes=0-4", ByteRange.satisfiable(0..<5)), ("bytes=5-", .satisfiable(5..<10)),
        ("bytes=-3", .satisfiable(7..<10)), ("bytes=-30", .satisfiable(0..<10)), ("Bytes= 9-9 ", .satisfiable(9..<10)),
        ("bytes=2-99999999999999999999", .satisfiable(2..<10)), ("bytes=10-", .unsatisfiable),
        ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=4-2", nil),
        ("bytes=0-1,3-4", nil), ("bytes=", nil), ("bytes=-", nil), ("bytes=a-b", nil), ("lines=0-4", nil), ("0-4", nil),
        ("bytes=+1-2", nil), ("bytes=1--2", nil),
    ]) func aRangeOfTenBytes(_ value: String, _ range: ByteRange?) {
        #expect(ByteRange(value, of: 10) == range)
    }
}
