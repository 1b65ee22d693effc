// Which bytes may stand where: token, field value, request target (RFC 9110 section 5.6.2 and 5.5, RFC 3986).

/// One table look-up a byte.
enum ByteClass {
    static let token: UInt8 = 1
    static let fieldValue: UInt8 = 2
    static let target: UInt8 = 4
    static let host: UInt8 = 8

    /// Never freed. nonisolated(unsafe): written before it is published, then only read.
    nonisolated(unsafe) static let table: UnsafePointer<UInt8> = {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        table.initialize(repeating: 0, count: 256)
        func mark(_ bytes: some Sequence<UInt8>, _ bit: UInt8) { for byte in bytes { table[Int(byte)] |= bit } }
        let digits: ClosedRange<UInt8> = 0x30...0x39
        let upper: ClosedRange<UInt8> = 0x41...0x5A
        let lower: ClosedRange<UInt8> = 0x61...0x7A
        for range in [digits, upper, lower] {
            mark(range, token)
            mark(range, host)
        }
        mark("!#$%&'*+-.^_`|~".utf8, token)
        // RFC 9110 section 5.5: visible ASCII, space, tab and obs-text.
        mark(0x20...0x7E, fieldValue)
        mark(0x80...0xFF, fieldValue)
        mark([0x09], fieldValue)
        // RFC 3986 and what browsers leave unencoded in a query ([ ] ^ ` { | }); no fragment, no backslash, no quotes.
        mark((UInt8(0x21)...0x7E).filter { !"\"#<>\\".utf8.contains($0) }, target)
        // RFC 3986 section 3.2.2: reg-name, IP-literal, port; no comma, which would make a list of hosts.
        mark("-._~!$&'()*+;=:[]%".utf8, host)
        return UnsafePointer(table)
    }()
}

@inline(__always) func isTokenByte(_ byte: UInt8) -> Bool { ByteClass.table[Int(byte)] & ByteClass.token != 0 }
@inline(__always) func isFieldValueByte(_ byte: UInt8) -> Bool {
    ByteClass.table[Int(byte)] & ByteClass.fieldValue != 0
}
@inline(__always) func isTargetByte(_ byte: UInt8) -> Bool { ByteClass.table[Int(byte)] & ByteClass.target != 0 }
@inline(__always) func isHostByte(_ byte: UInt8) -> Bool { ByteClass.table[Int(byte)] & ByteClass.host != 0 }
