// swift-tools-version: 6.1
import PackageDescription

/// A library of the system: pkg-config says how it is compiled against and linked, and Swift which package to install where it is missing.
func system(_ name: String, _ pkgConfig: String, apt: String, brew: String) -> Target {
  .systemLibrary(name: "System\(name)", path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

/// A thin C face over one system library; one Swift file is its sole importer.
func face(_ name: String) -> Target {
  .target(name: "C\(name)", dependencies: [.target(name: "System\(name)")])
}

let package = Package(
  name: "segsh",
  products: [
    .executable(name: "segsh", targets: ["segsh"]),
    // Run by segsh for compressed DICOM files; it has to lie beside it.
    .executable(name: "segsh-dicom", targets: ["DICOMDecoder"]),
    // Run by segsh for result objects; it has to lie beside it too.
    .executable(name: "segsh-dicom-write", targets: ["DICOMResults"]),
    .library(name: "Basics", targets: ["Basics"]),
    .library(name: "ImageOps", targets: ["ImageOps"]),
    .library(name: "Network", targets: ["Network"]),
    .library(name: "SegModel", targets: ["SegModel"]),
    .library(name: "SegLang", targets: ["SegLang"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    system("PNG", "libpng", apt: "libpng-dev", brew: "libpng"),
    system("JPEG", "libjpeg", apt: "libjpeg62-turbo-dev", brew: "jpeg-turbo"),
    system("TIFF", "libtiff-4", apt: "libtiff-dev", brew: "libtiff"),
    system("Nettle", "nettle", apt: "nettle-dev", brew: "nettle"),
    system("Zlib", "zlib", apt: "zlib1g-dev", brew: "zlib"),
    system("SQLite", "sqlite3", apt: "libsqlite3-dev", brew: "sqlite"),
    face("PNG"), face("JPEG"), face("TIFF"), face("Nettle"), face("Zlib"), face("SQLite"),
    // SwiftPM warns of flags in the description that pkg-config has of it.
    .target(name: "CReadline", linkerSettings: [.linkedLibrary("readline")]),
    // Loaded at run time, so nothing is linked.
    .target(name: "CChafa"),
    .target(name: "CZeroMQ"),
    .target(name: "CCurl"),
    .target(name: "CFreeType"),
    .target(name: "CCairo"),
    .target(name: "COpenBLAS"),
    .target(name: "CSandbox"),
    .target(name: "CDICOM", dependencies: ["CSandbox"]),
    .executableTarget(
      name: "DICOMDecoder", dependencies: ["CSandbox"],
      linkerSettings: ["gdcmMSFF", "gdcmDSED", "gdcmDICT", "gdcmCommon"].map { .linkedLibrary($0) }),
    .executableTarget(
      name: "DICOMResults", dependencies: ["CSandbox"],
      linkerSettings: ["dcmsr", "cmr", "dcmdata", "oflog", "ofstd"].map { .linkedLibrary($0) }),
    .target(name: "CWorkers"),
    .target(name: "CProcessor"),
    // Reaches all Swift targets through Basics.
    .target(name: "Platform"),
    .target(name: "Basics", dependencies: ["CNettle", "COpenBLAS", "CProcessor", "CWorkers", "CZlib", "Platform"]),
    // The parts of a template that is included once for each instruction set are no sources.
    .target(name: "CKernels", dependencies: ["CProcessor"], exclude: ["Kernels"]),
    .target(name: "CPixels", dependencies: ["CProcessor"], exclude: ["Loops"]),
    .target(name: "ImageOps", dependencies: ["Basics", "CPNG", "CJPEG", "CTIFF", "CDICOM", "CFreeType", "CPixels"]),
    .target(name: "Plotting", dependencies: ["Basics", "ImageOps"]),
    .target(name: "Network", dependencies: ["Basics", "CKernels"]),
    .target(name: "SegModel", dependencies: ["Basics", "ImageOps", "Plotting", "Network"]),
    .target(name: "SegLang", dependencies: ["Basics"]),
    .target(name: "Archive", dependencies: ["Basics", "ImageOps", "CCurl"]),
    .target(name: "SegView", dependencies: ["Basics"], exclude: ["Page"], plugins: [.plugin(name: "EmbeddedPage")]),
    .plugin(name: "EmbeddedPage", capability: .buildTool(), dependencies: ["EmbedPage"]),
    .executableTarget(name: "EmbedPage", path: "Tools/EmbedPage"),
    .target(name: "Terminal", dependencies: ["Basics", "ImageOps", "CChafa", "CReadline"]),
    .target(name: "SegValues", dependencies: ["Basics", "SegLang", "ImageOps", "Plotting", "SegModel", "Archive"]),
    .target(
      name: "SegServices",
      dependencies: [
        "Basics", "SegLang", "ImageOps", "Plotting", "SegModel", "SegValues", "Terminal", "Archive", "CSQLite", "CZeroMQ", "CCairo",
      ],
      exclude: ["Page"],
      plugins: [.plugin(name: "EmbeddedPage")]),
    .target(
      name: "SegCommands",
      dependencies: ["Basics", "SegLang", "ImageOps", "Plotting", "SegModel", "SegValues", "SegServices", "Terminal", "Archive"],
      plugins: [.plugin(name: "CommandRegistry")]),
    .plugin(name: "CommandRegistry", capability: .buildTool(), dependencies: ["MakeCommandRegistry"]),
    .executableTarget(name: "MakeCommandRegistry", path: "Tools/MakeCommandRegistry"),
    .executableTarget(name: "FuzzLanguage", dependencies: ["Basics", "SegLang"], path: "Tools/FuzzLanguage"),
    .executableTarget(
      name: "segsh",
      dependencies: [
        "Basics", "SegCommands", "SegServices", "SegValues", "Terminal", "SegLang", "SegView", "ImageOps", "Plotting", "Network",
        "SegModel", "Archive",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .target(name: "TestSupport", dependencies: ["Platform"], path: "Tests/TestSupport"),
    .testTarget(name: "BasicsTests", dependencies: ["Basics", "TestSupport"], resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ImageOpsTests", dependencies: ["Basics", "ImageOps", "CSandbox", "CDICOM", "TestSupport"], resources: [.copy("Fixtures")]),
    .testTarget(name: "PlottingTests", dependencies: ["Basics", "Plotting", "ImageOps", "TestSupport"]),
    .testTarget(name: "NetworkTests", dependencies: ["Basics", "Network", "TestSupport"], resources: [.copy("Fixtures")]),
    .testTarget(
      name: "SegModelTests", dependencies: ["Basics", "Network", "SegModel", "Plotting", "TestSupport"], resources: [.copy("Fixtures")]),
    .testTarget(name: "SegLangTests", dependencies: ["Basics", "SegLang", "TestSupport"]),
    .testTarget(
      name: "SegCommandsTests",
      dependencies: [
        "Basics", "SegCommands", "SegServices", "SegValues", "Terminal", "SegLang", "ImageOps", "Plotting", "SegModel", "TestSupport",
      ]),
    .testTarget(name: "ArchiveTests", dependencies: ["Basics", "ImageOps", "Archive", "TestSupport"]),
    .testTarget(name: "SegViewTests", dependencies: ["SegView", "TestSupport"]),
    .testTarget(
      name: "SegshTests",
      dependencies: [
        "segsh", "Basics", "SegView", "SegCommands", "SegServices", "SegValues", "Terminal", "SegLang", "Network", "SegModel", "ImageOps",
        "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11,
  cxxLanguageStandard: .cxx17
)

// `make fuzz-decoders` alone builds this: all code is compiled with counters for coverage, which libFuzzer, named by the variable, reads.
if let fuzzer = Context.environment["SEGSH_FUZZER"] {
  let isSwift: (Target) -> Bool = { !$0.name.hasPrefix("C") }
  for target in package.targets where target.type == .regular {
    if isSwift(target) {
      target.swiftSettings = [.unsafeFlags(["-sanitize=fuzzer"])]
    } else {
      target.cSettings = (target.cSettings ?? []) + [.unsafeFlags(["-fsanitize=fuzzer-no-link"])]
    }
  }
  package.targets.append(
    .executableTarget(
      name: "FuzzDecoders",
      dependencies: [
        "Basics", "ImageOps", "Network", "SegModel", "SegLang", "SegCommands", "SegServices", "SegValues", "Terminal", "CDICOM",
      ],
      path: "Tools/FuzzDecoders",
      exclude: ["Corpus"], linkerSettings: [.unsafeFlags([fuzzer, "-lstdc++"])]))
}
