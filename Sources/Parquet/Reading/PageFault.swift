// What a decoder finds wrong in a page. ColumnDecoder adds the place and makes a ParquetError of it.

struct PageFault: Error {
    enum Kind { case damaged, unsupported, tooLarge }
    var kind: Kind
    var reason: String

    static func damaged(_ reason: String) -> PageFault { .init(kind: .damaged, reason: reason) }
    static func unsupported(_ reason: String) -> PageFault { .init(kind: .unsupported, reason: reason) }
    static func tooLarge(_ reason: String) -> PageFault { .init(kind: .tooLarge, reason: reason) }

    func at(_ place: ParquetError.Place) -> ParquetError {
        switch kind {
        case .damaged: .damaged(place, reason)
        case .unsupported: .unsupported(place, reason)
        case .tooLarge: .tooLarge(place, reason)
        }
    }
}
