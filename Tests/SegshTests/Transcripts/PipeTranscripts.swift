import Foundation
import TestSupport
import Testing

/// `load -` and `save -`: images through pipes.
@Suite struct PipeTranscripts {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs a command of the system's shell in which `segsh` is the program.
  private func shell(_ command: String) throws -> Program.Outcome {
    let programs = URL(fileURLWithPath: Program().path).deletingLastPathComponent().path
    return try Program(executable: "/bin/sh").run(
      ["-c", command], in: folder.url,
      environment: ["PATH": "\(programs):/usr/bin:/bin", "SEGSH_MODELS": Self.root.appendingPathComponent("Models").path])
  }

  private func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.url.appendingPathComponent(name))) }

  @Test(arguments: [
    ("phantom size=64", "npy"), ("phantom size=64", "png"), ("phantom size=64", "tif"), ("phantom size=64 | threshold otsu", "npy"),
    ("phantom size=64 | threshold otsu | connected-components", "npy"), ("(phantom size=64 | segment).probability", "npy"),
    ("phantom size=64 | histogram bins=8", "csv"), ("phantom size=64 | histogram bins=8 | plot", "svg"),
    ("phantom size=64 | threshold otsu | regions", "json"),
  ]) func `standard output gets the bytes that a file would`(value: String, type: String) throws {
    let run = try shell("segsh -c '\(value) | save - filetype=\(type)' > piped && segsh -c '\(value) | save file.\(type)'")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("wrote \(type) to standard output\n"))
    let piped = try bytes("piped")
    #expect(piped == (try bytes("file.\(type)")))
    #expect(!piped.isEmpty)
  }

  @Test func `an image goes through two programs, and the last knows the recipe`() throws {
    let run = try shell(
      """
      segsh -c 'phantom size=64 seed=2 | save chest.png' && segsh -c 'load - | invert | save -' < chest.png > inverted.png &&
      segsh -c 'load - | invert | save - filetype=npy' < inverted.png | segsh -c 'a = load chest.png; b = load -; print [(a - b).max, (a - b).min]'
      """)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output == "[0, 0]\n", "\(run.output) \(run.errors)")
    let replay = try shell("segsh replay inverted.png --verify")
    #expect(replay.status == 0, "\(replay.output) \(replay.errors)")
  }

  @Test func `NumPy reads image, mask, labels and probability from a pipe and writes one back`() throws {
    guard let python = TestPython.path(importing: "numpy") else { return }
    try folder.write(
      """
      import io, subprocess, sys
      import numpy
      def segsh(line, data=b""):
          return subprocess.run(["segsh", "-c", line], input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
      for value in ("phantom size=64", "phantom size=64 | threshold otsu", "phantom size=64 | threshold otsu | connected-components",
                    "(phantom size=64 | segment).probability"):
          array = numpy.load(io.BytesIO(segsh(value + " | save - filetype=npy")))
          print(array.dtype, array.shape, array.min() >= 0, array.max() <= 255)
      ramp = numpy.arange(12, dtype=numpy.float32).reshape(3, 4) / 8
      data = io.BytesIO()
      numpy.save(data, ramp)
      back = numpy.load(io.BytesIO(segsh("load - | save - filetype=npy", data.getvalue())))
      print(back.dtype, numpy.array_equal(back, ramp))

      """, to: "pipes.py")
    let run = try shell("\(python) pipes.py")
    #expect(
      run.output == """
        float32 (64, 64) True True
        uint8 (64, 64) True True
        uint8 (64, 64) True True
        float32 (64, 64) True True
        float32 True

        """, "\(run.output) \(run.errors)")
  }

  @Test(arguments: [
    ("echo 'load - | info' | segsh", "from which the commands are read"),
    ("echo 'load -' | segsh run -", "from which the commands are read"),
    ("segsh -c 'load -' < /dev/null", "standard input is empty"), ("segsh -c 'load -' < .", "standard input cannot be read"),
    ("echo text | segsh -c 'load -'", "cannot read `-`"),
    ("segsh -c 'print 1; phantom size=64 | save -'", "already written to standard output"),
    ("segsh -c 'phantom size=64 | save -; phantom size=64 | save -' > two", "already written to standard output"),
    ("segsh -c 'phantom size=64 | save a.png filetype=png'", "`filetype` also needs `the path -`"),
    ("segsh -c 'phantom size=64 | save - filetype=csv'", "only a table"), ("segsh test t.seg", "name a file here"),
  ]) func `a stream that is not free is an error that says what to do`(command: String, problem: String) throws {
    try folder.write("seglang 1\nphantom size=64 | save -\n", to: "t.seg")
    let run = try shell(command)
    #expect(run.status != 0)
    #expect(run.errors.contains(problem), "\(run.output) \(run.errors)")
    #expect(try folder.content.filter { $0 == "-" } == [])
  }

  @Test func `text after a file goes to standard error, so that the file stays whole`() throws {
    let run = try shell("segsh -c 'phantom size=64 | save - filetype=npy; print 7; 8' > a.npy; segsh -c 'phantom size=64 | save b.npy'")
    #expect(run.errors.contains("\n7\n8\n"))
    #expect(try bytes("a.npy") == (try bytes("b.npy")))
  }

  @Test func `a script reads and writes the streams`() throws {
    try folder.write("seglang 1\nmask = load-mask - | fill-holes\nmask | save - filetype=png\n", to: "fill.seg")
    let run = try shell("segsh -c 'phantom size=64 | threshold otsu | save mask.png' && segsh run fill.seg < mask.png > out.png")
    #expect(run.status == 0, "\(run.errors)")
    #expect(try bytes("out.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
  }
}
