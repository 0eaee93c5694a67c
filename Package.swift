// swift-tools-version: 6.2

import PackageDescription

/// Every target of the house builds in Swift 6 mode, and a warning is an error.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioConcurrency = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

func room(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: house)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies + [argumentParser], swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: house)
}

let package = Package(
    name: "weir",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(
            url: "https://github.com/apple/swift-configuration", exact: "1.4.0",
            traits: [.defaults, "YAML", "Reloading"]),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // 0: C
        .systemLibrary(name: "CLibcurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CAllocations"),
        .target(name: "CLinux"),
        .target(
            name: "CPrometheusProto", exclude: ["metrics.proto", "remote.proto"],
            linkerSettings: [.linkedLibrary("protobuf-c")]),

        // 1: domain and libraries
        room("Catalogue", ["Telemetry", nioConcurrency]),
        room("Fleet"),
        room("Objectives"),
        room("Playlist", ["Fleet"]),
        room("Scaling", ["Objectives"]),
        room("Telemetry", ["CLinux", "CPrometheusProto", coreMetrics, logging, nioConcurrency]),
        room("TransportStream"),

        // 2: adapters
        room("EngineAPI", ["Fleet", "Outbound", "Telemetry"]),
        room("HTTPGuard", [nioCore, nioHTTP1]),
        room("Outbound", ["CLibcurl", nioConcurrency]),
        room(
            "Providers",
            ["Catalogue", "CLinux", "Fleet", "EngineAPI", "Outbound", "Telemetry", logging, nioConcurrency]),
        room("RemoteWrite", ["Outbound", "Settings", "Telemetry", logging, serviceLifecycle]),
        room(
            "Settings",
            ["Fleet", "Playlist", "Telemetry", configuration, logging, serviceLifecycle, unixSignals]),
        room("Storage", ["Fleet", "Scaling", grdb, nioConcurrency]),

        // 3: services
        room(
            "Appliance",
            [
                "CLinux", "Settings", argumentParser, nioConcurrency, nioCore, nioHTTP1, nioPosix, unixSignals, yams,
            ]),
        room("Bench", ["CAllocations", "CLinux", "Telemetry", "TransportStream", argumentParser, nioConcurrency]),
        room("EngineSimulator", ["TransportStream", logging, nioCore, nioHTTP1, nioPosix, serviceLifecycle]),
        room("Observatory", ["Catalogue", "Telemetry", argumentParser]),
        room("Operations", ["Catalogue", "Outbound", "Settings", "Storage", "Telemetry", argumentParser]),
        room(
            "OrchestratorService",
            [
                "Catalogue", "EngineAPI", "Fleet", "HTTPGuard", "Objectives", "Outbound", "Providers", "RemoteWrite",
                "Scaling", "Settings", "Storage", "Telemetry", coreMetrics, httpTypes, hummingbird, logging,
                nioConcurrency, nioCore, nioHTTP1, nioPosix, serviceLifecycle,
            ],
            resources: [.embedInCode("Panel/index.html")]),
        room(
            "ProxyService",
            [
                "Catalogue", "CLinux", "EngineAPI", "Fleet", "HTTPGuard", "Outbound", "Playlist", "RemoteWrite",
                "Settings", "Telemetry", "TransportStream", coreMetrics, logging, nioConcurrency, nioCore, nioHTTP1,
                nioPosix, serviceLifecycle, yams,
            ]),

        // 4: programs
        program("weir", ["Appliance", "Bench", "Catalogue", "Observatory", "Operations"]),
        program("weir-engine", ["EngineSimulator", logging, serviceLifecycle, unixSignals]),
        program("weir-orchestrator", ["OrchestratorService", "Settings", logging, serviceLifecycle, unixSignals]),
        program("weir-proxy", ["ProxyService", "Settings", logging, serviceLifecycle, unixSignals]),

        // tests
        .target(
            name: "TestSupport", dependencies: ["TransportStream", nioConcurrency], path: "Tests/TestSupport", swiftSettings: house),
        tests("ApplianceTests", ["Appliance", "Catalogue", "Telemetry", "weir", yams]),
        tests("CatalogueTests", ["Catalogue", "Telemetry", "Observatory"]),
        tests(
            "EngineAPITests",
            ["EngineAPI", "EngineSimulator", "Fleet", "Outbound", "Telemetry", "TestSupport", logging]),
        tests("EngineSimulatorTests", ["EngineSimulator", "TransportStream"]),
        tests("ExpositionTests", ["CPrometheusProto", "Telemetry", "TestSupport"], exclude: ["Readers"]),
        tests("FleetTests", ["Fleet", "TestSupport"]),
        tests("HTTPGuardTests", ["HTTPGuard", nioCore, nioEmbedded, nioHTTP1]),
        tests(
            "IntegrationTests",
            [
                "weir", "weir-engine", "weir-orchestrator", "weir-proxy", "Appliance", "Catalogue", "Outbound",
                "Providers", "RemoteWrite", "Telemetry", "TestSupport", "TransportStream", logging, nioConcurrency,
                nioCore, nioHTTP1, nioPosix,
            ]),
        tests("ObjectivesTests", ["Objectives"]),
        tests("OperationsTests", ["Operations", "Settings"]),
        tests(
            "OrchestratorServiceTests",
            [
                "Catalogue", "OrchestratorService", "EngineAPI", "Fleet", "Outbound", "Providers", "Scaling",
                "Settings", "Storage", "Telemetry", "TestSupport", logging, nioConcurrency, nioCore, nioHTTP1,
                nioPosix, serviceLifecycle,
            ]),
        tests("OutboundTests", ["Outbound", nioCore, nioPosix]),
        tests("PlaylistTests", ["Fleet", "Playlist", "TestSupport"]),
        tests(
            "ProvidersTests",
            ["CLinux", "Outbound", "Providers", "Telemetry", logging, nioConcurrency, nioCore, nioPosix]),
        tests(
            "ProxyServiceTests",
            [
                "Catalogue", "ProxyService", "EngineSimulator", "Fleet", "Outbound", "Playlist", "Settings",
                "Telemetry", "TestSupport", "TransportStream", logging, nioConcurrency, nioCore, nioHTTP1, nioPosix,
                serviceLifecycle,
            ]),
        tests(
            "RemoteWriteTests",
            [
                "RemoteWrite", "Settings", "Telemetry", logging, nioConcurrency, nioCore, nioHTTP1,
                nioPosix, serviceLifecycle,
            ]),
        tests("RepositoryTests", [yams]),
        tests("ScalingTests", ["Scaling"]),
        tests("SettingsTests", ["Playlist", "Settings", "Telemetry"]),
        tests("StorageTests", ["Storage", "Fleet", "Scaling", grdb]),
        tests(
            "TelemetryTests",
            ["CPrometheusProto", "Telemetry", "TestSupport", coreMetrics, logging, nioConcurrency]),
        tests("TransportStreamTests", ["TestSupport", "TransportStream"]),
    ]
)
