// All dialects, in the order in which they are compared with a header.

enum Dialects {
    static let all: [Dialect] = [
        .keplerObjects, .tessObjects, .exoFOP, .exoplanetEU, .openExoplanetCatalogue, .openExoplanetCatalogueExtract,
        .habitableWorlds, .cleaned5250, .archiveBefore2021, .archive,
    ]

    static func find(_ names: Set<String>) -> Dialect? { all.first { $0.isKnown(by: names) } }
}
