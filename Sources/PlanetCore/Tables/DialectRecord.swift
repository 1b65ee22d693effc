// Reads a record by the rules of its table's dialect. Columns without a rule are read as in any other table.

extension DiscoveryDecoder {
    /// `texts`: a field for each column of the header; nil if there is no value.
    mutating func takeByDialect(_ texts: [UnsafeRawBufferPointer?], _ header: TableHeader) {
        var isTaken = [Bool](repeating: false, count: texts.count)
        for placed in header.rules { take(placed, texts, header, &isTaken) }
        for (index, text) in texts.enumerated() {
            guard let text, !isTaken[index] else { continue }
            let field = header.fields[index]
            field.name.withUnsafeBytes { name in
                switch field.use {
                case .column(let target): take(name, Given(string: text), target)
                case .dialect, .aside: takeUnknown(name, Given(string: text))
                case .leftOut: break
                }
            }
        }
    }

    private mutating func take(
        _ placed: TableHeader.PlacedRule, _ texts: [UnsafeRawBufferPointer?], _ header: TableHeader,
        _ isTaken: inout [Bool]
    ) {
        let rule = placed.rule
        let given = placed.from.compactMap { texts[$0] }
        guard given.count == placed.from.count, !has(rule.to) else { return }
        if let when = placed.when {
            guard let text = texts[when], let condition = rule.when,
                String(decoding: text.trimmed, as: UTF8.self).lowercased() == condition.word
            else { return }
            isTaken[when] = true
        }
        for place in placed.from { isTaken[place] = true }
        header.fields[placed.from[0]].name.withUnsafeBytes { name in
            take(name, given, rule, placed.target)
        }
        guard case .number(let column) = rule.to else { return }
        for (column, text) in rule.also where draft[column] == nil { draft[column] = text }
        for (step, sign, place) in [
            (UInt8(1), FieldTarget.Sign.positive, placed.upper), (2, .negative, placed.lower), (3, .kept, placed.limit),
        ] {
            guard let place, let text = texts[place] else { continue }
            isTaken[place] = true
            let unit = step == 3 ? UnitConversion.none : rule.unit
            let target = FieldTarget(id: .number(column.following(step)), conversion: unit, sign: sign)
            header.fields[place].name.withUnsafeBytes { take($0, Given(string: text), target) }
        }
    }

    private mutating func take(
        _ name: UnsafeRawBufferPointer, _ given: [UnsafeRawBufferPointer], _ rule: DialectRule, _ target: FieldTarget
    ) {
        if given.count == 1, rule.words.isEmpty, rule.prefix.isEmpty {
            return take(name, Given(string: given[0]), target)
        }
        var text = given.map { String(decoding: $0.trimmed, as: UTF8.self) }.joined(separator: " ")
        text = rule.words[text.lowercased()] ?? text
        guard !text.isEmpty else { return }
        Array((rule.prefix + text).utf8).withUnsafeBytes { take(name, Given(string: $0), target) }
    }

    private func has(_ id: ColumnID) -> Bool {
        switch id {
        case .number(let column): draft[column] != nil
        case .text(let column): draft[column] != nil
        }
    }
}
