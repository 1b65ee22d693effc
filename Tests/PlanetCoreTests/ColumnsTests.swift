// The table of columns is whole and consistent, and its JSON is what docs/API.md says.
import Foundation
import TestSupport
import Testing

@testable import PlanetCore

@Suite struct ColumnsTests {
    @Test func `One row for every case, in each enum's order`() {
        let ids = Columns.all.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(ids.compactMap { if case .number(let column) = $0 { column } else { nil } } == NumberColumn.allCases)
        #expect(ids.compactMap { if case .text(let column) = $0 { column } else { nil } } == TextColumn.allCases)
        #expect(Columns.all.filter(\.required).map(\.name) == ["pl_name"])
        #expect(Columns.of(.sy_dist).unit == "pc")
        for column in Columns.all {
            #expect(!column.label.en.isEmpty && !column.label.fr.isEmpty && !column.help.en.isEmpty)
            #expect((column.type == .text) == (column.maxLength > 0))
            #expect(Columns.find(column.name)?.id == column.id)
            for alias in column.aliases { #expect(Columns.find(alias)?.id == column.id) }
        }
        #expect(Columns.find("nonsense") == nil)
        #expect(Columns.find("distance") == nil, "in light-years: not the column itself")
    }

    @Test func `The archive's columns are ours`() throws {
        let text = String(decoding: try sample("nasa_pscomppars_2025-12-15.csv"), as: UTF8.self)
        let header = try #require(text.split(separator: "\n").first { !$0.hasPrefix("#") }).split(separator: ",")
        let names = Columns.all.map(\.name)
        let places = try header.map { try #require(names.firstIndex(of: String($0))) }
        #expect(places == places.sorted(), "in the archive's order")
    }

    @Test func `The schema's JSON`() throws {
        let read = try JSONSerialization.jsonObject(with: Data(SchemaJSON.bytes()))
        let object = try #require(read as? [String: Any])
        let columns = try #require(object["columns"] as? [[String: Any]])
        #expect(columns.count == Columns.all.count)
        let radius = try #require(columns.first { $0["name"] as? String == "pl_rade" })
        #expect(radius["min"] as? Double == 0)
        #expect(radius["min_exclusive"] as? Bool == true)
        #expect(radius["max"] as? Double == 100)
        #expect(radius["unit"] as? String == "Earth radius")
        #expect((radius["label"] as? [String: String])?["fr"] == "Rayon")
        let groups = try #require(object["groups"] as? [[String: Any]]).compactMap { $0["name"] as? String }
        #expect(Set(columns.compactMap { $0["group"] as? String }) == Set(groups))
        let predictions = try #require(object["predictions"] as? [String: [Any]])
        #expect(predictions["hz_class"] as? [String] == ["hot", "optimistic", "conservative", "cold"])
        #expect(predictions["habitable"] as? [Int] == [2, 1, 0])
        let essentials = try #require(object["essentials"] as? [String])
        #expect(essentials.first == "pl_name" && essentials.allSatisfy { Columns.find($0)?.inForm == true })
    }

    @Test func `The schema has the grids that the diagrams count in`() throws {
        let read = try JSONSerialization.jsonObject(with: Data(SchemaJSON.bytes()))
        let diagrams = try #require((read as? [String: Any])?["diagrams"] as? [[String: Any]])
        #expect(diagrams.map { $0["aggregate"] as? String } == ["mass_radius", "period_radius", "hz_diagram"])
        let zone = try #require(diagrams.last)
        let (flux, temperature) = (zone["x"] as? [String: Any], zone["y"] as? [String: Any])
        #expect(flux?["quantity"] as? String == "flux_thermal" && flux?["logarithmic"] as? Bool == true)
        #expect(flux?["lowest"] as? Double == -2 && flux?["step"] as? Double == 0.125 && flux?["bins"] as? Int == 48)
        #expect(temperature?["lowest"] as? Double == 2400 && temperature?["step"] as? Double == 200)
        #expect(temperature?["logarithmic"] as? Bool == false && temperature?["bins"] as? Int == 25)
    }

    /// Any columns with any allowed values: encoded and decoded they are the same, bit for bit.
    @Test func `Random discoveries come back bit for bit`() {
        var decoder = DiscoveryDecoder(today: { testDay })
        var random = SplitMix(seed: 14)
        var taken = 0
        for _ in 0..<3000 {
            var draft = DiscoveryDraft()
            draft[.pl_name] = "Random \(UInt16.random(in: 0...UInt16.max, using: &random)) b"
            for column in Columns.all where Int.random(in: 0..<4, using: &random) == 0 {
                switch column.id {
                case .number(let number):
                    let low = max(column.range.least, -1e6)
                    let high =
                        number == .disc_year
                        ? 2026
                        : number == .disc_date || number == .rowupdate
                            ? Double(testDay) : min(column.range.greatest, 1e6)
                    let value = Double.random(in: low...high, using: &random)
                    draft[number] = column.type == .real ? value + 0.0 : value.rounded(.towardZero) + 0.0
                    if column.type != .real, value.rounded(.towardZero) < low { draft[number] = low.rounded(.up) }
                case .text(let text) where column.choices.isEmpty && text != .extra && text != .pl_name:
                    draft[text] = ["é\u{1F4AB} \"q\" \\", "x", "plain text of more than fifteen bytes"].randomElement(
                        using: &random)
                case .text(.discoverymethod): draft[.discoverymethod] = column.choices.randomElement(using: &random)
                case .text(.extra): draft[.extra] = #"{"a":"é\n","b":[1,null]}"#
                case .text: break
                }
            }
            // These would be filled in or refused together.
            if draft[.disc_date] != nil, draft[.disc_year] == nil { draft[.disc_date] = nil }
            draft[.pl_radj] = nil
            draft[.pl_bmassj] = nil
            let discovery = draft.discovery
            let json = DiscoveryJSON.bytes(discovery)
            switch decoder.decode(json) {
            case .accept(let validated):
                taken += 1
                #expect(validated.discovery == discovery)
                #expect(DiscoveryJSON.bytes(validated.discovery) == json)
            case .alias: Issue.record("an alias")
            case .reject(let issues, _): Issue.record("\(issues) \(String(decoding: json, as: UTF8.self))")
            }
        }
        #expect(taken == 3000)
    }
}
