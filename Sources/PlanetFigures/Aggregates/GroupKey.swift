// Identifies a group of a counted aggregate: by a small number on the data path, by its name everywhere else.
// Grouping.swift says which group a planet is in.

import PlanetCore

protocol GroupKey: Equatable, Sendable {
    /// All numbers are below it.
    static var numbers: Int { get }
    /// Equal only for equal keys; nil: counted by name.
    var number: Int? { get }
    var name: String { get }
    /// The key with this name; nil if no group can have it.
    init?(name: String)
    /// Whether the group of this name excludes forecasts and bounds; nil if groups don't differ in that.
    static func isMeasured(_ name: String) -> Bool?
}

extension GroupKey {
    static func isMeasured(_ name: String) -> Bool? { nil }
}

/// Any text, in its exact spelling.
struct TextKey: GroupKey {
    let name: String
    init(name: String) { self.name = name }
    static var numbers: Int { 0 }
    var number: Int? { nil }
}

/// A discovery method. Validation accepts only the names of `DiscoveryMethod`.
struct MethodKey: GroupKey {
    let name: String
    let number: Int?
    static let numbers = DiscoveryMethod.names.count
    private static let known = Dictionary(uniqueKeysWithValues: zip(DiscoveryMethod.names, 0...))

    init(name: String) {
        self.name = name
        number = MethodKey.known[name]
    }
}

/// A whole number. Those from 1800 to 2311, the usual years, and from 0 to 511 have numbers.
struct IntegerKey: GroupKey {
    let value: Int
    init(_ value: Int) { self.value = value }

    init?(name: String) {
        guard let value = GroupName.whole(name) else { return nil }
        self.value = value
    }
    static var numbers: Int { 1024 }
    var number: Int? {
        switch value {
        case 0..<512: value
        case 1800..<2312: value - 1800 + 512
        default: nil
        }
    }
    var name: String { "\(value)" }
}

/// An enumeration's cases: at most 16, without values.
extension GroupKey where Self: RawRepresentable<String> {
    static var numbers: Int { 16 }
    var number: Int? { withUnsafeBytes(of: self) { Int($0[0]) } }
    var name: String { rawValue }
    init?(name: String) { self.init(rawValue: name) }
}

extension PlanetType: GroupKey {}
extension NASAType: GroupKey {}
extension TemperatureClass: GroupKey {}
extension HabitableZone.Zone: GroupKey {}

/// A value, or "null" if missing values count as a group.
struct OrNull<Value: GroupKey>: GroupKey {
    let value: Value?
    init(_ value: Value?) { self.value = value }

    init?(name: String) {
        value = Value(name: name)
        if value == nil, name != "null" { return nil }
    }
    static var numbers: Int { Value.numbers + 1 }
    var number: Int? {
        guard let value else { return 0 }
        return value.number.map { $0 + 1 }
    }
    var name: String { value?.name ?? "null" }
}

/// Two keys separated by a slash.
struct PairKey<First: GroupKey, Second: GroupKey>: GroupKey {
    let first: First
    let second: Second

    init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    init?(name: String) {
        guard let slash = name.utf8.lastIndex(of: UInt8(ascii: "/")), let first = First(name: String(name[..<slash])),
            let second = Second(name: String(name[name.index(after: slash)...]))
        else { return nil }
        self.init(first, second)
    }
    static var numbers: Int { First.numbers * Second.numbers }
    var number: Int? {
        guard let first = first.number, let second = second.number else { return nil }
        return first * Second.numbers + second
    }
    var name: String { "\(first.name)/\(second.name)" }
}

/// A cell of a diagram, `all/i/j`, or what lies outside it.
struct CellKey: GroupKey {
    enum Kind: String {
        case outside, cell
        case all, measured
        case outsideAll = "outside/all"
    }
    let kind: Kind
    let i: Int
    let j: Int

    init(_ kind: Kind, _ i: Int = 0, _ j: Int = 0) {
        self.kind = kind
        self.i = i
        self.j = j
    }

    private var isOutside: Bool { kind == .outside || kind == .outsideAll }

    init?(name: String) {
        if let kind = Kind(rawValue: name) {
            self.init(kind)
            guard isOutside else { return nil }
            return
        }
        let parts = GroupName(name)
        guard parts.count == 3, let kind = Kind(rawValue: parts[0]), let i = parts.whole(1), let j = parts.whole(2)
        else { return nil }
        self.init(kind, i, j)
        if isOutside { return nil }
    }
    static var numbers: Int { 1 + 64 * 64 }
    var number: Int? {
        if isOutside { return 0 }
        return 1 + (i * 32 + j) * 2 + (kind == .measured ? 1 : 0)
    }
    var name: String { isOutside ? kind.rawValue : "\(kind.rawValue)/\(i)/\(j)" }
    static func isMeasured(_ name: String) -> Bool? {
        name.hasPrefix("cell/") || name == "outside" ? nil : name.hasPrefix("measured/")
    }
}
