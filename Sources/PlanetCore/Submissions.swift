// Whole request bodies: one JSON object, an array of them, NDJSON lines, or CSV, taken apart into records with a verdict each.
// Not here: HTTP. What is wrong with a body as a whole is a BodyError, which the web answers with 400.

package enum SubmissionFormat: Sendable {
    case json
    case ndjson
    case csv
}

/// Whether a body was one record by itself, which is answered by itself, or a list.
package enum SubmissionShape: Sendable, Equatable {
    case one
    case many
}

/// A body that holds no records at all.
package struct BodyError: Error, Equatable, Sendable {
    package enum Code: String, Sendable {
        case empty
        case not_json
        case not_an_object_or_array
        case no_csv_header
        case no_name_column
        case duplicate_column
        case too_many_records
    }
    package let code: Code
    /// An English sentence.
    package let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}
