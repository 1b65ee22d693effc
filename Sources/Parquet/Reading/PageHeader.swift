// A page's header, read (parquet.thrift, PageHeader): data pages of both versions and dictionary pages.
// Not the body, nor whether the header fits the chunk (PageReader.swift).

struct PageHeader {
    enum Kind {
        case data(DataHeader)
        case dataV2(DataHeader)
        case dictionary(entries: Int32, encoding: Int32)
        /// Index pages, and kinds yet to come: passed over.
        case other(Int32)
    }

    struct DataHeader {
        /// Nulls included.
        var values: Int32 = -1
        var encoding: Int32 = -1
        // Version 1.
        var definitionEncoding: Int32 = -1
        // Version 2: the levels lie in front of the values, never compressed.
        var nulls: Int32 = -1
        var definitionBytes: Int32 = 0
        var repetitionBytes: Int32 = 0
        var isCompressed = true

        init(_ thrift: inout ThriftCompactReader, _ type: ThriftCompact.WireType) throws(ParquetError) {
            try thrift.structure(type) { (thrift, field, type) throws(ParquetError) in
                switch field {
                case 1: values = try thrift.int32(type)
                case 2: encoding = try thrift.int32(type)
                case 3: definitionEncoding = try thrift.int32(type)
                default: try thrift.skip(type)
                }
            }
        }

        init(version2 thrift: inout ThriftCompactReader, _ type: ThriftCompact.WireType) throws(ParquetError) {
            try thrift.structure(type) { (thrift, field, type) throws(ParquetError) in
                switch field {
                case 1: values = try thrift.int32(type)
                case 2: nulls = try thrift.int32(type)
                case 4: encoding = try thrift.int32(type)
                case 5: definitionBytes = try thrift.int32(type)
                case 6: repetitionBytes = try thrift.int32(type)
                case 7: isCompressed = try thrift.boolean(type)
                default: try thrift.skip(type)
                }
            }
        }
    }

    private(set) var kind = Kind.other(-1)
    private(set) var uncompressedSize = -1
    /// Of the body as it is stored.
    private(set) var size = -1
    private(set) var checksum: UInt32?
    /// Of the header itself.
    private(set) var headerSize = 0

    init(_ bytes: ArraySlice<UInt8>, base: Int64, _ place: ParquetError.Place) throws(ParquetError) {
        var code: Int32 = -1
        var data: DataHeader?
        var dataV2: DataHeader?
        var dictionary: (entries: Int32, encoding: Int32)?
        var thrift = ThriftCompactReader(bytes, base: base, place)
        try thrift.structure { (thrift, field, type) throws(ParquetError) in
            switch field {
            case 1: code = try thrift.int32(type)
            case 2: uncompressedSize = Int(try thrift.int32(type))
            case 3: size = Int(try thrift.int32(type))
            case 4: checksum = UInt32(bitPattern: try thrift.int32(type))
            case 5: data = try DataHeader(&thrift, type)
            case 7: dictionary = try Self.dictionary(&thrift, type)
            case 8: dataV2 = try DataHeader(version2: &thrift, type)
            default: try thrift.skip(type)
            }
        }
        guard uncompressedSize >= 0, size >= 0 else { throw thrift.damaged("a page without a size") }
        switch (code, data, dictionary, dataV2) {
        case (0, let data?, nil, nil): kind = .data(data)
        case (2, nil, let dictionary?, nil):
            kind = .dictionary(entries: dictionary.entries, encoding: dictionary.encoding)
        case (3, nil, nil, let data?): kind = .dataV2(data)
        case (0...3, _, _, _) where code != 1: throw thrift.damaged("a page of type \(code) with another type's header")
        default: kind = .other(code)
        }
        headerSize = thrift.consumed
    }

    private static func dictionary(
        _ thrift: inout ThriftCompactReader, _ type: ThriftCompact.WireType
    ) throws(ParquetError) -> (entries: Int32, encoding: Int32) {
        var entries: Int32 = -1
        var encoding: Int32 = -1
        try thrift.structure(type) { (thrift, field, type) throws(ParquetError) in
            switch field {
            case 1: entries = try thrift.int32(type)
            case 2: encoding = try thrift.int32(type)
            default: try thrift.skip(type)
            }
        }
        return (entries, encoding)
    }
}
