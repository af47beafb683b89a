import Foundation
import TestSupport
import Testing

/// `segsh run`, `check`, `fmt` and `test`.
@Suite struct ScriptTranscripts {
  private let program = Program()
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      """
      seglang 1
      # Opens a thresholded phantom.
      # What is left is counted.

      param side: Number = 64 in 32..256 "height of the phantom"
      param radius: Length = 2px in 1px..10px "opening radius"
      param file_name: Path "where the mask goes"

      mask = phantom size=(side) | threshold otsu | morph-open radius=(radius)
      print "area {mask.area > 0}"
      mask | save (file_name)

      """, to: "open.seg")
  }

  private func segsh(_ arguments: String...) throws -> Program.Outcome { try program.run(arguments, in: folder.url) }

  @Test func `the params of a script are options`() throws {
    let outcome = try segsh("run", "open.seg", "--radius", "3px", "--file-name=m.png")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "area true\n")
    #expect(try segsh("-c", "load m.png | info").status == 0)
  }

  @Test func `--help lists the params`() throws {
    #expect(
      try segsh("run", "open.seg", "--help")
        == .init(
          status: 0,
          output: """
            Opens a thresholded phantom.
            What is left is counted.

            segsh run open.seg [--side NUMBER] [--radius LENGTH] --file-name PATH

              --side NUMBER     height of the phantom; 32 to 256; default 64
              --radius LENGTH   opening radius; 1px to 10px; default 2px
              --file-name PATH  where the mask goes; required

            """, errors: ""))
  }

  @Test(arguments: [
    (["--radus", "3px", "--file-name", "m.png"], "did you mean `radius`?"), ([], "file_name"),
    (["--radius", "90px", "--file-name", "m.png"], "90px"),
    (["extra"], "extra"),
  ])
  func `wrong params end with status 2 and say which`(arguments: [String], message: String) throws {
    let outcome = try program.run(["run", "open.seg"] + arguments, in: folder.url)
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(message))
  }

  @Test func `a missing script is answered with a near name`() throws {
    #expect(
      try segsh("run", "opne.seg") == .init(status: 2, output: "", errors: "error: there is no file `opne.seg`; did you mean `open.seg`?\n")
    )
  }

  @Test func `a script stops at its first error`() throws {
    try folder.write("seglang 1\nprint 1\nprint 1 / 0\nprint 2\n", to: "stop.seg")
    let outcome = try segsh("run", "stop.seg")
    #expect(outcome.status == 1)
    #expect(outcome.output == "1\n")
    #expect(outcome.errors.contains("stop.seg:3:"))
  }

  @Test func `the last value is used as JSON, and the values before it are not`() throws {
    try folder.write("seglang 1\nparam n: Number\nn + 1\nprint n\nn * 2\n# end\n", to: "double.seg")
    let json = try segsh("run", "double.seg", "--n=-21", "--json")
    #expect(json.output == "-21\n-42\n")
    #expect(json.errors.contains("double.seg:3:") && !json.errors.contains("double.seg:5:"), "\(json.errors)")
    #expect(try segsh("run", "double.seg", "--n=1").errors.contains("double.seg:5:"))
  }

  @Test func `check finds errors without running, shortcuts among them`() throws {
    try folder.write("seglang 1\nprint \"ran\"\nm = phantom | threshold otsu | morph-open radius=3\n", to: "short.seg")
    let strict = try segsh("check", "short.seg")
    #expect(strict.status == 3)
    #expect(strict.output.isEmpty)
    #expect(strict.errors.contains("short.seg:3:"))
    #expect(strict.errors.contains("3px"))
    #expect(try segsh("check", "--no-strict", "short.seg") == .init(status: 0, output: "", errors: ""))
    let json = try segsh("check", "--json", "short.seg")
    #expect(json.status == 3)
    #expect(json.output.hasPrefix("{\"code\": \"E"))
    #expect(json.output.contains("\"line\": 3"))
  }

  @Test func `fmt mends shortcuts, keeps comments, and then has nothing to do`() throws {
    try folder.write("seglang 1\n# why\nm = phantom|threshold otsu|morph-open --radius 3   # note\n", to: "form.seg")
    #expect(try segsh("fmt", "--check", "form.seg") == .init(status: 3, output: "form.seg\n", errors: ""))
    #expect(try segsh("fmt", "form.seg").status == 0)
    #expect(try folder.text(of: "form.seg") == "seglang 1\n# why\nm = phantom | threshold otsu | morph-open radius=3px  # note\n")
    #expect(try segsh("fmt", "--check", "form.seg").status == 0)
    #expect(try segsh("check", "form.seg").status == 0)
  }

  @Test func `fmt keeps the permissions of a script, and a link to it`() throws {
    try folder.write("#!/usr/bin/env segsh\nseglang 1\nm = 1+1\n", to: "real.seg")
    let path = folder.url.appendingPathComponent("real.seg").path
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.appendingPathComponent("link.seg").path, withDestinationPath: "real.seg")
    #expect(try segsh("fmt", "link.seg").status == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.url.appendingPathComponent("link.seg").path) == "real.seg")
    #expect(try folder.text(of: "real.seg").hasSuffix("m = 1 + 1\n"))
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o755)
  }

  @Test func `test reports each script`() throws {
    try folder.write("seglang 1\nexpect 2 > 1\nassert 3 > 2\n", to: "good.seg")
    try folder.write("seglang 1\nexpect 1 > 2\nexpect 2 > 1\n", to: "bad.seg")
    try folder.write("seglang 1\nassert 1 > 2\n", to: "stop.seg")
    #expect(
      try segsh("test", "good.seg") == .init(status: 0, output: "ok     good.seg  1 of 1 expectations met\n", errors: ""))
    let outcome = try segsh("test", "bad.seg", "stop.seg", "good.seg")
    #expect(outcome.status == 3)
    #expect(
      outcome.output == """
        FAILED bad.seg  1 of 2 expectations met
        FAILED stop.seg
        ok     good.seg  1 of 1 expectations met

        """)
    #expect(outcome.errors.contains("bad.seg:2:"))
  }
}
