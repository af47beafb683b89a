import Foundation
import TestSupport
import Testing

/// What the README prints is what the program prints.
@Suite(.serialized) struct ReadmeTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The first block of code below a heading.
  private func block(of text: String, below heading: String) throws -> Range<String.Index> {
    let head = try #require(text.range(of: "\n## \(heading)\n"))
    let open = try #require(text.range(of: "```\n", range: head.upperBound..<text.endIndex))
    let close = try #require(text.range(of: "```\n", range: open.upperBound..<text.endIndex))
    return open.upperBound..<close.lowerBound
  }

  /// What stands behind a prompt; nil for a line that the program wrote.
  private func typed(_ line: Substring) -> String? {
    guard let prompt = line.prefixMatch(of: #/(segsh|(\S+ )?_[0-9]+ [A-Z][a-z]+)> /#) else { return nil }
    return String(line[prompt.range.upperBound...])
  }

  /// With `SEGSH_UPDATE_DOCS=1` what the program prints is written into the README.
  @Test func `the first session runs as it is printed`() throws {
    let file = Self.root.appendingPathComponent("README.md")
    var readme = try String(contentsOf: file, encoding: .utf8)
    let range = try block(of: readme, below: "A first session")
    let printed = readme[range]
    let lines = printed.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.first { $0.hasPrefix("$ ") })
    let commands = lines.compactMap { typed($0) }
    #expect(commands.count > 4)
    let environment = ["SEGSH_MODELS": Self.root.appendingPathComponent("Models").path]
    let terminal = try PseudoTerminal(Program(), [], in: folder.url, environment: environment, columns: 140, rows: 120)
    try terminal.wait(for: "a prompt") { $0.text.hasSuffix(">") }
    for command in commands {
      terminal.type(command + "\r")
      try terminal.waitForPrompt(after: command)
    }
    var shown = terminal.screen.text.split(separator: "\n", omittingEmptySubsequences: false).drop { typed($0) != commands.first }
    shown.removeLast()
    let session = ([start] + shown).joined(separator: "\n") + "\n"
    if ProcessInfo.processInfo.environment["SEGSH_UPDATE_DOCS"] == "1", session != printed {
      readme.replaceSubrange(range, with: session)
      try readme.write(to: file, atomically: true, encoding: .utf8)
      return
    }
    #expect(session == String(printed), "stale: run the tests with SEGSH_UPDATE_DOCS=1")
  }
}
