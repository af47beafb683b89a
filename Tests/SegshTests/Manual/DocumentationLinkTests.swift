import Foundation
import Testing

/// Links between the pages, and the pages that texts of the program name.
@Suite struct DocumentationLinkTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized

  /// All files below a folder with one of these endings, as paths from the root.
  private static func files(in folder: String, endings: [String]) -> [String] {
    let paths = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)?.compactMap { $0 as? String } ?? []
    return paths.filter { path in endings.contains { path.hasSuffix($0) } }.map { "\(folder)/\($0)" }.sorted()
  }

  static let pages =
    ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "Models/default.md"] + files(in: "Docs", endings: [".md"])

  private static func text(of path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The anchor that a heading has on GitHub.
  private static func anchor(of heading: some StringProtocol) -> String {
    heading.lowercased().filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }.replacingOccurrences(of: " ", with: "-")
  }

  private static func anchors(of page: String) throws -> Set<String> {
    Set(try text(of: page).split(separator: "\n").filter { $0.hasPrefix("#") }.map { anchor(of: $0.drop { $0 == "#" }.dropFirst()) })
  }

  @Test(arguments: pages) func `every link leads to a file and a heading`(page: String) throws {
    let folder = Self.root.appendingPathComponent(page).deletingLastPathComponent()
    for match in try Self.text(of: page).matches(of: #/\]\(([^)\s]+)\)/#) where !match.output.1.contains("://") {
      let parts = match.output.1.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
      let target = parts[0].isEmpty ? Self.root.appendingPathComponent(page) : folder.appendingPathComponent(parts[0]).standardized
      #expect(FileManager.default.fileExists(atPath: target.path), "\(page): \(match.output.1)")
      guard parts.count > 1, target.pathExtension == "md" else { continue }
      let path = String(target.path.dropFirst(Self.root.path.count + 1))
      #expect(try Self.anchors(of: path).contains(parts[1]), "\(page): \(match.output.1)")
    }
  }

  @Test func `the architecture names files that exist`() throws {
    let sources = Set(Self.files(in: "Sources", endings: [".swift"]).map { $0.split(separator: "/").last.map(String.init) ?? "" })
    let named = try Self.text(of: "Docs/explanation/Architecture.md").matches(of: #/`([\w+]+\.swift)`/#).map { String($0.output.1) }
    #expect(named.count > 15)
    for name in named { #expect(sources.contains(name), "\(name)") }
  }

  @Test func `every page is listed in the index`() throws {
    let index = try Self.text(of: "Docs/README.md")
    for page in Self.files(in: "Docs", endings: [".md", ".1"]) where page != "Docs/README.md" {
      #expect(index.contains("](\(page.dropFirst("Docs/".count)))"), "\(page)")
    }
  }

  @Test func `pages that sources, tests and tools name exist`() throws {
    let sources = ["Sources", "Tests", "Tools", "scripts", "Lessons"].flatMap {
      Self.files(in: $0, endings: [".swift", ".h", ".c", ".cpp", ".py", ".seg", ".js"])
    }
    #expect(sources.count > 300)
    var named = 0
    for source in sources + ["Makefile"] {
      for match in try Self.text(of: source).matches(of: #/\bDocs\/[A-Za-z\-\/]+\.(md|1)\b/#) {
        named += 1
        #expect(
          FileManager.default.fileExists(atPath: Self.root.appendingPathComponent(String(match.output.0)).path),
          "\(source): \(match.output.0)")
      }
    }
    #expect(named > 5)
  }
}
