// Files as people have them: which text comes out, and what is said of those that are no tables.
import Testing

@testable import TableFiles

private func text(_ bytes: [UInt8], _ declared: TableFile.Form? = .csv, limit: Int = 1 << 20) throws -> String {
    String(decoding: try TableFile(bytes, declared: declared, limit: limit).text, as: UTF8.self)
}

private func text(_ string: String) throws -> String { try text(Array(string.utf8)) }

private func code(_ bytes: [UInt8], limit: Int = 1 << 20) -> TableFileError.Code? {
    do throws(TableFileError) {
        _ = try TableFile(bytes, limit: limit)
        return nil
    } catch {
        #expect(error.detail.hasSuffix("."))
        return error.code
    }
}

private func utf16(_ string: String, isBigEndian: Bool, mark: Bool = true) -> [UInt8] {
    ((mark ? "\u{FEFF}" : "") + string).utf16.flatMap { unit in
        let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
        return isBigEndian ? bytes : bytes.reversed()
    }
}

@Suite struct TableFileTests {
    @Test func `Plain text is left as it is`() throws {
        for plain in ["pl_name,x\nX b,1\n", "# c\npl_name\nX b", "\u{FEFF}pl_name\r\nX b\r\n", ""] {
            let file = try TableFile(Array(plain.utf8), declared: .csv, limit: 100)
            #expect(file.text == Array(plain.utf8) && !file.isConverted && file.form == .csv && file.firstLine == 1)
        }
        for (body, form) in [
            ("{\"a\":1}\n{\"a\":2}\n", TableFile.Form.ndjson), ("{\n\"a\":1}", .json), (" [1]", .json), ("a,b", .csv),
        ] { #expect(try TableFile(Array(body.utf8), limit: 100).form == form) }
        #expect(try TableFile(Array("[{}]".utf8), declared: .ndjson, limit: 100).form == .json)
        #expect(try TableFile(Array("{}".utf8), declared: .ndjson, limit: 100).form == .ndjson)
    }

    @Test func `Line ends of CR alone`() throws {
        #expect(try text("a,b\rX,1\r") == "a,b\nX,1\n")
        let lines = try text(Array("{\"a\":1}\r{\"a\":2}\r".utf8), .ndjson)
        #expect(lines == "{\"a\":1}\n{\"a\":2}\n")
        #expect(try text("a,b\r\nX\rY,1\r\n") == "a,b\r\nX\rY,1\r\n")
    }

    @Test func `UTF-16 of both orders`() throws {
        let table = "pl_name\tx\r\nTau Boötis b 🪐\t1\r\n"
        for isBigEndian in [true, false] {
            #expect(try text(utf16(table, isBigEndian: isBigEndian)) == table)
            #expect(
                try text(utf16("pl_name\nX b\nplanet names", isBigEndian: isBigEndian, mark: false))
                    == "pl_name\nX b\nplanet names")
            #expect(
                code(utf16("x", isBigEndian: isBigEndian) + (isBigEndian ? [0xD8, 0] : [0, 0xD8])) == .unknown_encoding)
        }
        #expect(code([0xFF, 0xFE, 0x41]) == .unknown_encoding)
        #expect(code([0xFF, 0xFE, 0x00, 0xDC]) == .unknown_encoding)
        #expect(try text([0x7B, 0, 0x7D, 0, 0x20, 0, 0x20, 0], nil) == "{}  ")
    }

    /// gzip of "pl_name\nX b\n".
    private static let packed: [UInt8] =
        Base64.decoded(Array("H4sIAAAAAAACAyvIic9LzE3lilBI4gIASU6svAwAAAA=".utf8)) ?? []

    @Test func `gzip, bounded`() throws {
        let packed = Self.packed
        #expect(try text(packed) == "pl_name\nX b\n")
        #expect(try text(packed + packed) == "pl_name\nX b\npl_name\nX b\n")
        #expect(try text(packed, nil, limit: 12) == "pl_name\nX b\n")
        #expect(code(packed, limit: 11) == .too_large_unpacked)
        for count in 3..<packed.count { #expect(code(Array(packed[..<count])) == .damaged_gzip, "\(count)") }
        var broken = packed
        broken[20] ^= 1
        #expect(code(broken) == .damaged_gzip)
        #expect(code(packed + [1]) == .damaged_gzip)
    }

    @Test(arguments: [
        ("PK\u{3}\u{4}....xl/worksheets/sheet1.xml", "Excel workbook"), ("PK\u{3}\u{4}....word/document.xml", "Word"),
        ("PK\u{3}\u{4}mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "LibreOffice"),
        ("PK\u{3}\u{4}planets.csv", "ZIP"), ("%PDF-1.7", "PDF"), ("<!DOCTYPE html><p>", "HTML page"),
        ("\n <html lang=fr>", "HTML page"), ("<?xml version='1.0'?><planet><name>X b</name></planet>", "XML"),
        ("SQLite format 3\u{0}", "SQLite"), ("PAR1....", "Parquet"), ("SIMPLE  =     T", "FITS"), ("BZh91AY", "bzip2"),
        ("{\\rtf1", "RTF"), ("pl_name\u{0}x,1\n", "zero bytes"),
    ]) func `What is no table is named`(start: String, what: String) {
        do throws(TableFileError) {
            _ = try TableFile(Array(start.utf8), declared: .csv, limit: 1 << 20)
            Issue.record("taken: \(what)")
        } catch {
            #expect(error.code == .not_a_table)
            #expect(error.detail.contains(what), "\(error.detail)")
        }
    }

    @Test func `IPAC tables keep their lines, units and null words`() throws {
        let table = """
            \\fixlen = T
            \\ a comment
            |pl_name     |pl_rade|disc_year|x |
            |char        |double |int      |char|
            |            |Rearth |         |    |
            |null        |null   |-1       |
             Kepler-22 b  2.1     2011      a, b
             51 Peg b     null    -1

            """
        #expect(
            try text(table)
                == "\n\npl_name,pl_rade [Rearth],disc_year,x\n\n\n\nKepler-22 b,2.1,2011,\"a, b\"\n51 Peg b,,,\n")
        #expect(code(Array("\\fixlen = T\n| |\n".utf8)) == nil)
        #expect(code(Array("|\n|\n".utf8)) == nil, "not an IPAC table: CSV, which the decoder names")
    }

    @Test func `Columns of IPAC tables are those of characters`() throws {
        #expect(
            try text("|pl_name     |x |\n Tau Boötis b 1\n Étoile é b   2\n")
                == "pl_name,x\nTau Boötis b,1\nÉtoile é b,2\n")
    }

    @Test func `What begins with bars and is no IPAC table is refused`() {
        for table in [
            "|a|b|\n|char|int|\n|x|1|\n|y|2|\n|z|3|\n", "|pl_name|x|\n|char|int|\nX b 1\n",
        ] { #expect(code(Array(table.utf8)) == .malformed_table, "\(table)") }
    }

    @Test func `A short table in Markdown is named`() {
        #expect(code(Array("| pl_name | x |\n|:---|---:|\n| X b | 1 |\n".utf8)) == .not_a_table)
    }

    @Test func `What a small table becomes is bounded`() {
        let bars = "|" + String(repeating: "a|", count: 500) + "\n"
        #expect(code(Array((bars + String(repeating: " \n", count: 5000)).utf8)) == .too_large_unpacked)
        #expect(code(Array("# %ECSV 1.0\n".utf8) + [UInt8](repeating: 0x0A, count: 1 << 21)) == .too_large_unpacked)
    }

    @Test func `ECSV with spaces or commas`() throws {
        let spaces =
            "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: pl_name, datatype: string}\n"
            + "# - {name: pl_rade, unit: earthRad, datatype: float64}\n"
        #expect(
            try text(
                spaces + "pl_name pl_rade c\n\"Kepler-22 b\" 2.1 \"say \"\"hi\"\", you\"\n\"51 Peg b\" \"\" \"a\nb\"\n")
                == "\n\n\n\n\npl_name,pl_rade [earthRad],c\nKepler-22 b,2.1,\"say \"\"hi\"\", you\"\n"
                + "51 Peg b,,\"a\nb\"\n"
        )
        #expect(
            try text(spaces + "# delimiter: ','\npl_name,pl_rade\nX b,\n,\"1\"\n")
                == "\n\n\n\n\n\npl_name,pl_rade [earthRad]\nX b,\n,1\n")
    }
}

@Suite struct VOTableTests {
    private static func document(_ data: String, head: String = "") -> String {
        """
        <?xml version="1.0"?>\(head)
        <VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE name="t">
        <FIELD name="pl_name" datatype="char" arraysize="*"/>
        <FIELD ID="pl_rade" datatype="double" unit="Rearth"/>
        <FIELD name="disc_year" datatype="int"><VALUES null="-1"/></FIELD>
        <DATA>\(data)</DATA></TABLE>
        <TABLE><FIELD name="other" datatype="int"/><DATA><TABLEDATA><TR><TD>1</TD></TR></TABLEDATA></DATA></TABLE>
        </RESOURCE></VOTABLE>
        """
    }
    private static let csv = "pl_name,pl_rade [Rearth],disc_year\nX b,1.5,2011\n\"Y, b\",,\n"

    @Test func `TABLEDATA`() throws {
        let rows =
            "<TABLEDATA><TR><TD>X b</TD><TD>1.5</TD><TD>2011</TD></TR>"
            + "<TR><TD>Y, b</TD><TD/><TD> -1</TD></TR></TABLEDATA>"
        let file = try TableFile(Array(Self.document(rows).utf8), declared: .csv, limit: 1 << 20)
        #expect(String(decoding: file.text, as: UTF8.self) == Self.csv)
        #expect(file.firstLine == 0 && file.isConverted)
        #expect(try text(Self.document("<TABLEDATA/>")) == "pl_name,pl_rade [Rearth],disc_year\n")
        #expect(code(Array(Self.document(rows).utf8), limit: 50) == .too_large_unpacked)
    }

    @Test func `BINARY2 in base64`() throws {
        let stream = "AAAAAANYIGI/+AAAAAAAAAAA\nB9tgAAAABFksIGJ/+AAAAAAAAAAAAAA="
        #expect(try text(Self.document("<BINARY2><STREAM encoding='base64'>\(stream)</STREAM></BINARY2>")) == Self.csv)
    }

    @Test(arguments: [
        "<BINARY2><STREAM encoding='base64'>AAAA</STREAM></BINARY2>",
        "<BINARY><STREAM encoding='base64'>//////8=</STREAM></BINARY>",
        "<BINARY2><STREAM encoding='base64'>A*</STREAM></BINARY2>",
        "<BINARY2><STREAM href='http://x/y'/></BINARY2>", "<FITS><STREAM href='file:///etc/passwd'/></FITS>",
        "<TABLEDATA><TR><TD>X b</TD></TR></TABLEDATA>", "<TABLEDATA><TR></TABLEDATA>",
    ]) func `Damaged ones are refused`(data: String) {
        #expect(code(Array(Self.document(data).utf8)) == .malformed_table)
    }

    @Test func `What takes more memory than its text is refused`() {
        let zero = "<FIELD name='pl_name' datatype='char' arraysize='0'/>"
        let stream = "<DATA><BINARY><STREAM encoding='base64'>AAAA</STREAM></BINARY></DATA>"
        let cells = String(repeating: "<TD/>", count: 1000)
        for document in [
            String(repeating: "<VOTABLE>", count: 200), "<VOTABLE " + String(repeating: "a='' ", count: 20_000) + "/>",
            "<VOTABLE><TABLE>\(zero)\(stream)</TABLE></VOTABLE>", Self.document("<TABLEDATA><TR>\(cells)"),
            "<VOTABLE><TABLE>" + String(repeating: "<FIELD name='a'/>", count: 513) + "</TABLE></VOTABLE>",
        ] { #expect(code(Array(document.utf8)) == .malformed_table, "\(document.prefix(80))") }
    }

    @Test func `In UTF-16, whatever it says of itself`() throws {
        let document = Self.document("<TABLEDATA/>")
            .replacing("version=\"1.0\"?", with: "version='1.0' encoding='UTF-16'?")
        #expect(try text(utf16(document, isBigEndian: true)) == "pl_name,pl_rade [Rearth],disc_year\n")
    }

    @Test func `No entity is read, of the file system or of its own`() throws {
        let rows = "<TABLEDATA><TR><TD>&e;</TD><TD>1</TD><TD>1</TD></TR></TABLEDATA>"
        for head in [
            "<!DOCTYPE VOTABLE [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
            "<!DOCTYPE VOTABLE [<!ENTITY a 'aaaa'><!ENTITY e '&a;&a;&a;&a;'>]>",
        ] { #expect(code(Array(Self.document(rows, head: head).utf8)) == .malformed_table) }
        let old = "<!DOCTYPE VOTABLE SYSTEM \"http://us-vo.org/xml/VOTable.dtd\">"
        #expect(code(Array(Self.document("<TABLEDATA/>", head: old).utf8)) == nil)
    }
}
