import Foundation
import SegCommands
import SegLang
import Testing

/// The files of the editor extension, against the language.
@Suite struct EditorGrammarTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../editors/vscode")
    .standardized

  private func json(_ name: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: Self.folder.appendingPathComponent(name))) as? [String: Any])
  }

  private func pattern(_ rule: String) throws -> String {
    let repository = try #require(try json("syntaxes/segsh.tmLanguage.json")["repository"] as? [String: [String: Any]])
    return try #require(repository[rule]?["match"] as? String)
  }

  private func words(_ rule: String) throws -> [String] {
    let pattern = try pattern(rule)
    let group = try #require(pattern.firstMatch(of: #/\(\?:([a-z|-]+[a-z0-9|-]*)\)/#), "\(pattern)")
    return group.output.1.split(separator: "|").map(String.init)
  }

  @Test func `the grammar colors the keywords of the language, and no other words`() throws {
    let constants: Set<String> = ["true", "false", "it"]
    #expect(Set(try words("constant")) == constants)
    #expect(try words("keyword") == Keyword.allCases.map(\.rawValue).filter { !constants.contains($0) }.sorted())
  }

  /// `SEGSH_UPDATE_DOCS=1` writes them again.
  @Test func `the grammar colors the commands of the language, and no other words`() throws {
    // The longer of two with the same start comes first.
    let names = Registry.segsh.names.sorted { ($0.count, $1) > ($1.count, $0) }
    let file = Self.folder.appendingPathComponent("syntaxes/segsh.tmLanguage.json")
    if ProcessInfo.processInfo.environment["SEGSH_UPDATE_DOCS"] == "1" {
      let text = try String(contentsOf: file, encoding: .utf8)
      let start = try #require(text.range(of: "\"name\": \"support.function.segsh\",\n      \"match\": \""))
      let end = try #require(text[start.upperBound...].firstIndex(of: "\n"))
      let pattern = "(?<![\\\\w.-])(?:\(names.joined(separator: "|")))(?![\\\\w=-])\""
      try (text[..<start.upperBound] + pattern + text[end...]).write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try words("command") == names, "stale: run the tests with SEGSH_UPDATE_DOCS=1")
  }

  @Test func `the grammar's patterns match what they are for`() throws {
    func matches(_ rule: String, _ text: String) throws -> [String] {
      let expression = try NSRegularExpression(pattern: pattern(rule))
      let whole = NSRange(text.startIndex..., in: text)
      return expression.matches(in: text, range: whole).compactMap { Range($0.range, in: text).map { String(text[$0]) } }
    }
    #expect(try matches("command", "mask = seg | morph-open radius=2px; open = 3; x.threshold") == ["morph-open"])
    #expect(try matches("keyword", "for n in list { print information }") == ["for", "in", "print"])
    #expect(try matches("number", "2mm 0.5 40% p99 _1 x2 1e-3 3px2 12cm") == ["2mm", "0.5", "40%", "p99", "1e-3", "3px2", "12cm"])
    #expect(try matches("comment", "a#b # note") == ["# note"])
    #expect(try matches("option", "x = y | resize width=3px --height 4 a==b") == ["width", "--height"])
  }

  @Test func `snippets are scripts without syntax errors`() throws {
    let snippets = try json("snippets.json")
    #expect(snippets.count > 4)
    for (name, value) in snippets {
      let body = try #require((value as? [String: Any])?["body"] as? [String])
      let text = body.joined(separator: "\n").replacing(#/\$\{[0-9]+:([^}]*)\}/#) { $0.output.1 }.replacing(#/\$[0-9]/#, with: "")
      let tree = SyntaxTree(parsing: SourceText(text)) { Registry.segsh[$0] != nil }
      #expect(tree.diagnostics.isEmpty, "\(name): \(Renderer().render(tree.diagnostics))")
    }
  }

  @Test func `the extension names files that exist, and a client that only starts the program`() throws {
    let contributes = try #require(try json("package.json")["contributes"] as? [String: Any])
    var paths = [try #require(try json("package.json")["main"] as? String)]
    for kind in ["languages", "grammars", "snippets"] {
      let entries = try #require(contributes[kind] as? [[String: Any]])
      paths += entries.compactMap { $0["path"] as? String ?? $0["configuration"] as? String }
    }
    #expect(paths.count == 4)
    for path in paths { #expect(FileManager.default.fileExists(atPath: Self.folder.appendingPathComponent(path).path), "\(path)") }
    let tracked = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(!tracked.contains("out") && !tracked.contains("dist"))
  }
}
