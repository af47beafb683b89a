import Foundation
import ImageOps
import SegLang
import Testing

@testable import SegCommands
@testable import SegServices

@Suite("Options that messages suggest")
struct SuggestedOptionTests {
  /// Settings of the prompt, and what is no text for users.
  private static let others: Set<String> = ["phi", "browser", "thumbnail", "charset"]

  @Test func `exist: every 'name=' in a text of the commands and the language is an option of a command`() throws {
    let options = Set(Registry.segsh.signatures.flatMap { $0.parameters.map(\.name) })
    let sources = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../Sources").standardized
    var found = 0
    for folder in ["SegCommands", "SegLang"] {
      let root = sources.appendingPathComponent(folder)
      for name in try FileManager.default.subpathsOfDirectory(atPath: root.path) where name.hasSuffix(".swift") {
        for line in try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8).split(separator: "\n") {
          guard !line.drop(while: { $0 == " " }).hasPrefix("//") else { continue }
          for text in line.matches(of: /"(?:[^"\\]|\\.)*"/) {
            // Attributes of HTML have a quote behind the sign.
            for option in text.output.matches(of: /(?:^|[^A-Za-z0-9_(.\\\-\/?&;])([a-z][a-z_]{2,})=[A-Za-z0-9.…`( ),;:]/) {
              let word = String(option.output.1)
              found += 1
              #expect(options.contains(word) || Self.others.contains(word), "\(name): \(line)")
            }
          }
        }
      }
    }
    #expect(found > 40)
  }

  @Test func `are those of the command that failed: only 'each' can go on with the other cases`() throws {
    let shell = try Shell()
    func notes(_ line: String) throws -> String { Renderer().render(try shell.execute(line).diagnostics) }
    #expect(try notes("1..3 | each { 1 / (it - 2) }").contains("`errors=keep` continues"))
    for line in ["1..3 | where { 1 / (it - 2) > 0 }", "1..3 | sort { 1 / (it - 2) }"] {
      let text = try notes(line)
      #expect(text.contains("case 2 (2 of 3)") && text.contains("`each errors=keep`") && !text.contains("; `errors=keep`"), "\(text)")
    }
    #expect(try shell.failure("1..3 | where errors=keep { it > 1 }").contains("errors"))
  }

  @Test func `remarks about files are shown for each file of a line, however it is read`() throws {
    let frames = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../ImageOpsTests/Fixtures/dicom/three-frames.dcm")
      .standardized
      .path
    let shell = try Shell()
    for name in ["a.dcm", "b.dcm", "c.dcm"] { try FileManager.default.copyItem(atPath: frames, toPath: shell.path(name)) }
    func notes(_ line: String) throws -> [String] {
      let before = shell.notes.count
      try shell.run(line)
      return shell.notes.dropFirst(before).filter { $0.contains("the first is read") }
    }
    let text = "the file has 3 frames; only the first is read"
    #expect(try notes("load a.dcm") == [text])
    #expect(try notes("x = load a.dcm; y = load b.dcm; z = load a.dcm") == [text, "b.dcm: \(text)"])
    #expect(try notes("load-cases *.dcm | each { it.mean }") == ["a.dcm: \(text)", "2 more cases: \(text)"])
    #expect(try notes("for x in (load-cases *.dcm) { print x.mean }") == ["a.dcm: \(text)", "2 more cases: \(text)"])
    #expect(try notes("for f in (glob *.dcm) { print (load (f)).mean }") == ["a.dcm: \(text)", "b.dcm: \(text)", "c.dcm: \(text)"])
    #expect(try notes("cases = load-cases *.dcm; cases[1].mean") == ["b.dcm: \(text)"])
  }

  @Test(arguments: ["x | clahe", "x | register x", "x | compare-images x"])
  func `padding that counts is said where it is not left out`(line: String) throws {
    let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../ImageOpsTests/Fixtures/dicom/padding.dcm").standardized.path
    let shell = try Shell()
    try FileManager.default.copyItem(atPath: file, toPath: shell.path("p.dcm"))
    try shell.run("x = load p.dcm; \(line)")
    #expect(shell.notes.contains { $0.contains("padding pixels count as dark pixels") })
  }

  @Test func `a doubt stands below an overlay, with a legend and without`() throws {
    let image = GrayImage(size: Size(width: 200, height: 100), filledWith: 40)
    let mask = OverlayLayer(Mask(size: image.size, filled: true), name: "mask")
    let plain = try image.overlaid(with: [mask])
    let doubted = try image.overlaid(with: [mask], remarks: ["doubt: the image looks mirrored"])
    #expect(plain.size == image.size && doubted.size.height > image.size.height)
    #expect(try image.overlaid(with: [mask], hasLegend: true).size.height > image.size.height)
  }
}
