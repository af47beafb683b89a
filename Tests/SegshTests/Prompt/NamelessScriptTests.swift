import Foundation
import SegCommands
import SegLang
import SegServices
import TestSupport
import Testing

@testable import segsh

@Suite struct NamelessScriptTests {
  @Test func `files become params, each once`() {
    let script = AnonymizedScript(
      """
      seglang 1
      a = load ward/Doe.dcm spacing=0.2mm
      b = load "ward/Jane Roe.dcm"
      c = load ward/Doe.dcm
      d = load chest.png
      a | segment | save out.png

      """, in: .segsh)
    #expect(script.parameters.map(\.name) == ["xray1", "xray2", "xray3"])
    #expect(script.parameters.map(\.path) == ["ward/Doe.dcm", "ward/Jane Roe.dcm", "chest.png"])
    #expect(
      script.text == """
        seglang 1
        param xray1: Path "DICOM file"
        param xray2: Path "DICOM file"
        param xray3: Path "PNG file"
        a = load (xray1) spacing=0.2mm
        b = load (xray2)
        c = load (xray1)
        d = load (xray3)
        a | segment | save out.png

        """)
    let (_, report) = SyntaxTree.check(SourceText(script.text), against: .segsh)
    #expect(report.diagnostics.allSatisfy { $0.severity == .warning }, "\(Renderer().render(report.diagnostics))")
  }

  @Test func `patterns of files too, and a name that is taken is not taken again`() {
    let script = AnonymizedScript("seglang 1\nfiles1 = 3\nfor f in (glob doe/*.dcm) { print (f.name) }\n", in: .segsh)
    #expect(script.text.contains("param files1_: Glob \"DICOM files\"\nfiles1 = 3\nfor f in (glob (files1_)) {"))
  }

  @Test func `the digest says which file is meant`() throws {
    let folder = try TemporaryFolder()
    let bytes = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
    try Data(bytes).write(to: folder.url.appendingPathComponent("x.dcm"))
    let text = AnonymizedScript("seglang 1\na = load \(folder.url.path)/x.dcm\n", in: .segsh).text
    #expect(text.contains("\"DICOM file with SHA-256 "))
    #expect(!text.contains(folder.url.path))
  }

  @Test func `a file that the script wrote is read by its name`() {
    let text = """
      seglang 1
      a = phantom size=64
      a | save chest.png
      b = load chest.png
      b | save "other one.png"
      c = load "other one.png"

      """
    #expect(AnonymizedScript(text, in: .segsh).text == text)
    let read = AnonymizedScript("seglang 1\na = load chest.png\na | save chest.png\n", in: .segsh)
    #expect(read.parameters.map(\.path) == ["chest.png"], "what it read before it wrote it is an input")
  }

  @Test func `a script that reads no file stays as it is`() {
    let text = "seglang 1\na = phantom size=64\na | threshold otsu | save m.png\n"
    #expect(AnonymizedScript(text, in: .segsh).text == text)
    #expect(AnonymizedScript(text, in: .segsh).parameters.isEmpty)
  }
}
