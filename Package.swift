// swift-tools-version: 6.2
// The targets and what each may import: down only, never sideways (docs/ARCHITECTURE.md; LayeringTests checks it).
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
]

/// A C library from a Debian -dev package, found through the module map in Sources/NAME.
func debian(_ name: String, _ package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/\(name)", providers: [.apt([package])])
}

func swift(_ name: String, _ dependencies: [Target.Dependency], excludeFromTests: [String] = []) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: strict),
        .testTarget(
            name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
            exclude: excludeFromTests, swiftSettings: strict),
    ]
}

let row0: [Target] = [
    .target(name: "CLinux"),
    .target(name: "CTLS", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
    .target(
        name: "CSimdJSON", cxxSettings: [.unsafeFlags(["-O3"])],
        linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]),
    debian("CRdKafka", "librdkafka-dev"),
    debian("CSQLite", "libsqlite3-dev"),
    debian("COpenSSL", "libssl-dev"),
    debian("CZlib", "zlib1g-dev"),
    debian("CSnappy", "libsnappy-dev"),
    debian("CZstd", "libzstd-dev"),
    debian("CUnistring", "libunistring-dev"),
    debian("CExpat", "libexpat1-dev"),
]

let row1: [Target] = swift("Basics", ["COpenSSL"])

let row2: [Target] =
    swift("Threads", ["CLinux"])
    + swift("Telemetry", ["Basics"])
    + swift("StateBytes", [])
    + swift("JSONText", ["CSimdJSON"])
    + swift("HTTPWire", ["Basics", "COpenSSL", "CZlib", "CZstd"])
    + swift("Parquet", ["CSnappy", "CZstd", "CZlib"], excludeFromTests: ["Foreign"])
    + swift("TableFiles", ["CZlib", "CExpat"])

let row3: [Target] =
    swift("PlanetCore", ["Basics", "Threads", "JSONText", "StateBytes", "CUnistring"])
    + swift("Reactor", ["Basics", "Threads", "Telemetry", "CLinux", "CTLS"])
    + swift("EventLog", ["Basics", "Threads", "Telemetry", "CSQLite", "CRdKafka"])
    + swift(
        "Lake", ["Basics", "Parquet", "JSONText", "Threads", "Telemetry", "CLinux", "CCurl"],
        excludeFromTests: ["Foreign"])
    + [.target(name: "Provenance", swiftSettings: strict)]

let row4: [Target] = swift("PlanetFigures", ["Basics", "PlanetCore", "JSONText", "StateBytes"])

let row5: [Target] =
    swift(
        "PlanetWeb",
        [
            "Basics", "PlanetCore", "Provenance", "Reactor", "EventLog", "Lake", "HTTPWire", "JSONText", "StateBytes",
            "Threads", "Telemetry", "TableFiles", "Parquet",
        ])
    + swift(
        "PlanetStream",
        [
            "Basics", "PlanetCore", "PlanetFigures", "Provenance", "EventLog", "Lake", "Parquet", "JSONText",
            "StateBytes", "Threads", "Telemetry",
        ])
    + swift("PlanetJudge", ["Basics", "PlanetCore", "PlanetFigures", "JSONText", "StateBytes"])

let row6: [Target] = [
    .executableTarget(
        name: "planetarium",
        dependencies: [
            "Basics", "PlanetWeb", "PlanetStream", "PlanetFigures", "PlanetCore", "EventLog", "Lake", "Reactor",
            "Threads", "Telemetry", "JSONText", "TableFiles", "CLinux", "CCurl", "CTLS",
        ],
        swiftSettings: strict),
    // Runs where nothing is installed but glibc: all else is linked in, from .build/static where `make judge` has put
    // the libraries' archives.
    .executableTarget(
        name: "planetarium-judge", dependencies: ["PlanetJudge"], swiftSettings: strict,
        linkerSettings: [
            .unsafeFlags(["-L.build/static", "-static-stdlib", "-Xclang-linker", "-static-libgcc"])
        ]),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
        name: "planetariumTests", dependencies: ["planetarium", "PlanetStream", "EventLog", "Lake", "CLinux"],
        swiftSettings: strict),
    .testTarget(name: "LayeringTests", swiftSettings: strict),
    .testTarget(name: "TidyTests", swiftSettings: strict),
    // Web and stream side by side: both have to make the same of one log.
    .testTarget(
        name: "CorrectionsTests",
        dependencies: [
            "PlanetWeb", "PlanetStream", "PlanetFigures", "PlanetCore", "EventLog", "Lake", "Basics", "TestSupport",
        ],
        swiftSettings: strict),
]

// The hot paths alone, for Tests/Costs to count their instructions. No product: `swift build --product Costs`.
let costs: [Target] = [
    .executableTarget(
        name: "Costs",
        dependencies: [
            "HTTPWire", "JSONText", "Parquet", "PlanetCore", "EventLog", "PlanetFigures", "PlanetStream", "TestSupport",
        ],
        path: "Tests/Costs/Paths", swiftSettings: strict)
]

// `make fuzz` alone builds it: libFuzzer brings a main of its own.
let fuzz: [Target] =
    Context.environment["PLANETARIUM_FUZZ"] == nil
    ? []
    : [
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Basics", "HTTPWire", "JSONText", "Lake", "Parquet", "PlanetCore", "StateBytes", "TableFiles",
            ],
            path: "Tests/Fuzz/Targets", swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
    ]

let package = Package(
    name: "planetarium",
    products: [
        .executable(name: "planetarium", targets: ["planetarium"]),
        .executable(name: "planetarium-judge", targets: ["planetarium-judge"]),
    ],
    targets: row0 + row1 + row2 + row3 + row4 + row5 + row6 + costs + fuzz
)
