import Foundation
import TestSupport
import Testing

/// README, tutorial and how-to guides: every command shown in them is run, and its output is the one shown.
///
/// A block of code says what it is. `console` holds commands behind `$ ` and their output; `$ segsh` opens the prompt, and the lines below it are a session. `seg NAME`, `python NAME`
/// and `r NAME` are files that the commands below use. `sh` is not run (installation, hours of training), but its options have to exist. The blocks of a page share one folder.
@Suite(.serialized) struct ReadmeTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized
  private let folder: TemporaryFolder
  private let environment: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    let programs = URL(fileURLWithPath: Program().path).deletingLastPathComponent().path
    environment = [
      "SEGSH_MODELS": Self.root.appendingPathComponent("Models").path, "SEGSH_LESSONS": Self.root.appendingPathComponent("Lessons").path,
      "PATH": "\(programs):/usr/bin:/bin", "PYTHONPATH": Self.root.appendingPathComponent("clients/python/src").path,
      "PYTHONDONTWRITEBYTECODE": "1",
    ]
  }

  static let pages: [String] = {
    let guides = (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("Docs/how-to").path)) ?? []
    return ["README.md", "Docs/Tutorial.md"] + guides.filter { $0.hasSuffix(".md") }.sorted().map { "Docs/how-to/\($0)" }
  }()

  @Test func `there is a guide for each task`() { #expect(Self.pages.count >= 9) }

  /// With `SEGSH_UPDATE_DOCS=1` what the program prints is written into the page.
  @Test(arguments: Self.pages) func `each command prints what the page shows`(page: String) throws {
    let file = Self.root.appendingPathComponent(page)
    let text = try String(contentsOf: file, encoding: .utf8)
    var (lines, commands) = ([String](), 0)
    var rest = text.components(separatedBy: "\n")[...]
    while let line = rest.popFirst() {
      lines.append(line)
      guard line.hasPrefix("```") else { continue }
      let end = try #require(rest.firstIndex(of: "```"), "\(page): a block without an end")
      let words = line.dropFirst(3).split(separator: " ").map(String.init)
      let body = Array(rest[..<end])
      switch (words.first, words.count) {
      case ("console", 1):
        commands += body.count { $0.hasPrefix("$ ") }
        let printed = try rerun(body)
        for error in printed where error.hasPrefix("error") { Issue.record("\(page): \(error)") }
        lines += printed
      case ("seg", 2), ("python", 2), ("r", 2):
        try folder.write(body.map { "\($0)\n" }.joined(), to: words[1])
        if words[0] == "seg" { #expect(try shell("segsh check \(words[1])") == [], "\(page): \(words[1])") }
        lines += body
      case ("sh", 1):
        for command in body { try expectToExist(command, page: page) }
        commands += body.count
        lines += body
      default: Issue.record("\(page): `\(line)` is none of console, seg NAME, python NAME, r NAME, sh")
      }
      lines.append("```")
      rest = rest[(end + 1)...]
    }
    #expect(commands > 1)
    let made = lines.joined(separator: "\n")
    if ProcessInfo.processInfo.environment["SEGSH_UPDATE_DOCS"] == "1" {
      if made != text { try made.write(to: file, atomically: true, encoding: .utf8) }
      return
    }
    let shown = text.components(separatedBy: "\n")
    let first = zip(shown, lines).enumerated().first { $0.element.0 != $0.element.1 }
    #expect(
      made == text,
      "\(page):\((first?.offset ?? 0) + 1): the program prints `\(first?.element.1 ?? "")`; run the tests with SEGSH_UPDATE_DOCS=1")
  }

  /// The commands of a block with what they print now.
  private func rerun(_ body: [String]) throws -> [String] {
    var result: [String] = []
    var rest = body[...]
    while let line = rest.popFirst() {
      result.append(line)
      guard line.hasPrefix("$ ") else { continue }
      let command = String(line.dropFirst(2))
      let shown = rest.prefix { !$0.hasPrefix("$ ") }
      rest = rest.dropFirst(shown.count)
      if command == "segsh" {
        result += try session(shown.compactMap(Self.typed))
      } else {
        result += try canRun(command) ? shell(command) : Array(shown)
      }
    }
    return result
  }

  /// What stands behind a prompt; nil for a line that the program wrote.
  private static func typed(_ line: String) -> String? {
    guard let prompt = line.prefixMatch(of: #/((\S+ )*(_[0-9]+ [A-Z]\S+|[0-9]+/[0-9]+)|segsh)> /#) else { return nil }
    return String(line[prompt.range.upperBound...])
  }

  private func session(_ commands: [String]) throws -> [String] {
    let terminal = try PseudoTerminal(Program(), [], in: folder.url, environment: environment, columns: 140, rows: 200)
    try terminal.wait(for: "a prompt") { $0.text.hasSuffix(">") }
    for (index, command) in commands.enumerated() {
      terminal.type(command + "\r")
      try terminal.wait(for: "\(command) and a prompt", seconds: 180) { screen in
        screen.text.hasSuffix(">") && screen.text.components(separatedBy: "\n").count { Self.typed($0) != nil } == index + 1
      }
    }
    let screen = terminal.screen.text.components(separatedBy: "\n")
    return screen.drop { Self.typed($0) != commands.first }.dropLast()
  }

  /// What a command of the system's shell writes to standard output and standard error.
  private func shell(_ command: String) throws -> [String] {
    let outcome = try Program(executable: "/bin/sh").run(["-c", "{ \(command)\n} 2>&1"], in: folder.url, environment: environment)
    return outcome.output.isEmpty ? [] : outcome.output.trimmingCharacters(in: .newlines).components(separatedBy: "\n")
  }

  /// Whether Python with the packages that a file imports, or R, is installed.
  private func canRun(_ command: String) throws -> Bool {
    let words = command.split(separator: " ").map(String.init)
    switch words.first {
    case "Rscript": return try shell("command -v Rscript") != []
    case "python3":
      let imports = try folder.text(of: words[1]).split(separator: "\n").filter { $0.hasPrefix("import ") }.joined(separator: "; ")
      return try shell("python3 -c '\(imports)' && echo yes").last == "yes"
    default: return true
    }
  }

  /// Targets of `make`, tools, subcommands and options that are named and not run.
  private func expectToExist(_ line: String, page: String) throws {
    let command = line.components(separatedBy: "  ")[0]
    for (program, words) in command.components(separatedBy: ";").compactMap({ part -> (String, [String])? in
      let words = part.split(separator: " ").map(String.init).drop { $0 == "do" || $0 == "sudo" }
      return words.first.map { ($0, Array(words.dropFirst())) }
    }) {
      switch program {
      case "make":
        let makefile = try String(contentsOf: Self.root.appendingPathComponent("Makefile"), encoding: .utf8)
        for target in words where !target.contains("=") { #expect(makefile.contains("\n\(target):"), "\(page): make \(target)") }
      // A line of the language that needs an archive.
      case "segsh" where words.first == "-c": break
      case "segsh":
        let help = try shell("segsh \(words[0]) --help").joined(separator: "\n")
        #expect(help.contains("USAGE"), "\(page): segsh \(words[0])")
        for option in words where option.hasPrefix("--") { #expect(help.contains(option), "\(page): segsh \(words[0]) \(option)") }
      case _ where program.contains("/"):
        #expect(FileManager.default.isExecutableFile(atPath: Self.root.appendingPathComponent(program).path), "\(page): \(program)")
      default: break
      }
    }
  }
}
