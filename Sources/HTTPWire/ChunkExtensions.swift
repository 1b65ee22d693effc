// The extensions of a chunk's size line, byte by byte (RFC 9112 section 7.1.1): checked as such, then forgotten.
//   *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )

struct ChunkExtensions {
    private enum State {
        /// Behind the size or a whole extension: a semicolon, or the line's end.
        case between
        /// Behind white space, which only a semicolon may follow.
        case beforeSemicolon
        case beforeName
        case name
        case afterName
        case beforeValue
        case value
        case quoted
        case escaped
    }
    private var state = State.between

    /// Whether the line may end here.
    var isWhole: Bool {
        switch state {
        case .between, .name, .value: true
        case .beforeSemicolon, .beforeName, .afterName, .beforeValue, .quoted, .escaped: false
        }
    }

    mutating func take(_ byte: UInt8) throws(RequestError) {
        let isSpace = byte == 0x20 || byte == 0x09
        switch state {
        case .between where byte == 0x3B, .beforeSemicolon where byte == 0x3B: state = .beforeName
        case .between where isSpace, .beforeSemicolon where isSpace: state = .beforeSemicolon
        case .beforeName where isSpace: break
        case .beforeName where isTokenByte(byte): state = .name
        case .name where isTokenByte(byte): break
        case .name where byte == 0x3D, .afterName where byte == 0x3D: state = .beforeValue
        case .name where byte == 0x3B, .afterName where byte == 0x3B: state = .beforeName
        case .name where isSpace, .afterName where isSpace: state = .afterName
        case .beforeValue where isSpace: break
        case .beforeValue where byte == 0x22: state = .quoted
        case .beforeValue where isTokenByte(byte): state = .value
        case .value where isTokenByte(byte): break
        case .value where byte == 0x3B: state = .beforeName
        case .value where isSpace: state = .beforeSemicolon
        case .quoted where byte == 0x22: state = .between
        case .quoted where byte == 0x5C: state = .escaped
        case .quoted where isFieldValueByte(byte): break
        case .escaped where isFieldValueByte(byte): state = .quoted
        default: throw RequestError(400, "malformed chunk extension")
        }
    }
}
