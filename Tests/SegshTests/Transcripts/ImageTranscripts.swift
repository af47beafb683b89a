import Foundation
import Platform
import TestSupport
import Testing

/// Images at the prompt of a terminal that answers what it can show.
@Suite(.serialized) struct ImageTranscripts {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func start(_ environment: [String: String] = [:]) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(Program(), [], in: folder.url, environment: ["SEGSH_DISPLAY": ""].merging(environment) { $1 })
    try terminal.wait(for: "a prompt") { $0.text.hasSuffix(">") }
    return terminal
  }

  /// The terminal's last question.
  private static let question = Array("\u{1B}[c".utf8)
  private static let hasChafa = dlopen("libchafa.so.0", RTLD_LAZY) != nil

  @Test(.enabled(if: hasChafa, "the Chafa library is not installed")) func `a terminal with sixels gets a thumbnail`() throws {
    let terminal = try start()
    terminal.type("phantom size=64\r")
    try terminal.waitForBytes(Self.question)
    terminal.type("\u{1B}[6;20;10t\u{1B}[?62;4;22c")
    try terminal.waitForLastLine("_1 Phantom>")
    let picture = try #require(TerminalDecoding.sixels(in: terminal.output))
    #expect(abs(picture.width - picture.height) < 12 && (150...210).contains(picture.height), "\(picture.width) x \(picture.height)")
    #expect(!terminal.screen.text.contains("62;4"), "no answer is taken for a key")
    terminal.type("1 + 1\r")
    try terminal.wait(for: "_2 Number 2")
    terminal.type(":thumbnails off\r")
    try terminal.wait(for: "thumbnails are off")
    let before = terminal.output.count
    terminal.type("phantom size=32\r")
    try terminal.waitForLastLine("_3 Phantom>")
    #expect(TerminalDecoding.sixels(in: Array(terminal.output[before...])) == nil)
  }

  @Test(.enabled(if: hasChafa, "the Chafa library is not installed")) func `kitty is asked once and shown to`() throws {
    let terminal = try start(["TERM": "xterm-256color"])
    terminal.type("phantom size=64 | show\r")
    try terminal.waitForBytes(Self.question)
    terminal.type("\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[?62;c")
    try terminal.wait(for: "Phantom 64x64")
    let (picture, columns, rows) = try #require(TerminalDecoding.kitty(in: terminal.output))
    #expect(picture.width == picture.height && columns == 2 * rows && rows > 12, "\(columns) x \(rows)")
    let before = terminal.output.count
    terminal.type("phantom size=64 | zoom 32 32 4\r")
    try terminal.wait(for: "rows 24 to 39")
    #expect(TerminalDecoding.kitty(in: Array(terminal.output[before...])) != nil)
    #expect(String(decoding: terminal.output[before...], as: UTF8.self).contains("a=q") == false, "asked once")
  }

  @Test func `keys pressed meanwhile are typed`() throws {
    let terminal = try start()
    terminal.type("phantom size=64\r")
    try terminal.waitForBytes(Self.question)
    terminal.type("20 +\u{1B}[?62;c 3\r")
    try terminal.wait(for: "_2 Number 23")
  }

  @Test func `a terminal that does not answer is not waited for`() throws {
    let terminal = try start()
    terminal.type("phantom size=64\r")
    try terminal.waitForBytes(Self.question)
    try terminal.waitForLastLine("_1 Phantom>")
    terminal.type("2 + 2\r")
    try terminal.wait(for: "_2 Number 4")
    let text = String(decoding: terminal.output, as: UTF8.self)
    #expect(text.components(separatedBy: "\u{1B}[c").count == 2, "asked once")
  }

  @Test func `a way that is wanted asks nothing`() throws {
    let terminal = try start(["SEGSH_DISPLAY": "ascii"])
    terminal.type("phantom size=64 | show\r")
    try terminal.wait(for: "Phantom 64x64")
    #expect(!String(decoding: terminal.output, as: UTF8.self).contains("\u{1B}[c"))
  }
}
