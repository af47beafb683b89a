import Basics
import Foundation
import ImageOps
import Platform
import TestSupport
import Testing

/// The program against hostile files and tight limits; each with a ceiling on time and memory.
@Suite(.serialized) struct HardeningTranscripts {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs the program under limits of the shell: `ulimit` words, such as `-v 600000`.
  private func run(_ arguments: [String], limits: String = "", environment: [String: String] = [:]) throws -> Program.Outcome {
    let words = ([Program().path] + arguments).map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }.joined(separator: " ")
    let limit = (["-c 0", "-t 60"] + limits.split(separator: ";").map(String.init)).map { "ulimit \($0); " }.joined()
    return try Program(executable: "/bin/sh").run(["-c", "\(limit)exec \(words)"], in: folder.url, environment: environment)
  }

  private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  // MARK: Memory

  /// Files of 6000 x 6000 pixels, 137 MiB as numbers, or what is enough of them for their size to be believed.
  private func writeLarge(_ name: String) throws {
    let side = 6000
    func big(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) } }
    func little(_ value: Int, _ count: Int) -> [UInt8] { big(value, count).reversed() }
    var bytes = Data()
    switch name.split(separator: ".").last {
    case "png":
      func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + content
        var remainder: UInt32 = .max
        for byte in body {
          remainder ^= UInt32(byte)
          for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
        }
        return big(content.count, 4) + body + big(Int(~remainder), 4)
      }
      bytes += [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      bytes += chunk("IHDR", big(side, 4) + big(side, 4) + [8, 0, 0, 0, 0]) + chunk("IDAT", [UInt8](repeating: 0, count: 40_000))
    case "jpg":
      bytes += [0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 1, count: 64)
      bytes += [0xFF, 0xC0, 0, 11, 8] + big(side, 2) + big(side, 2) + [1, 1, 0x11, 0]
      bytes += [0xFF, 0xC4, 0, 20, 0, 1] + [UInt8](repeating: 0, count: 15) + [0]
      bytes += [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0] + [UInt8](repeating: 0, count: 100_000) + [0xFF, 0xD9]
    case "tif":
      let entries: [(Int, Int)] = [
        (256, side), (257, side), (258, 8), (259, 1), (262, 1), (273, 122), (277, 1), (278, side), (279, side * side),
      ]
      bytes += [0x49, 0x49, 42, 0] + little(8, 4) + little(entries.count, 2)
      for (tag, value) in entries { bytes += little(tag, 2) + little(4, 2) + little(1, 4) + little(value, 4) }
      bytes += [0, 0, 0, 0]
      bytes += Data(count: side * side)
    case "npy":
      let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(side), \(side)), }"
      let padded = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
      bytes += [0x93] + Array("NUMPY".utf8) + [1, 0] + little(118, 2) + Array(padded.utf8)
      bytes += Data(count: side * side)
    default: break
    }
    try bytes.write(to: folder.url.appendingPathComponent(name))
  }

  @Test(arguments: ["png", "jpg", "tif", "npy"], ["", "SEGSH_MEMORY"])
  func `an image that does not fit is one error that try catches`(ending: String, variable: String) throws {
    try writeLarge("x.\(ending)")
    let limits = variable.isEmpty ? "-v 300000" : ""
    let environment = variable.isEmpty ? [:] : [variable: "100"]
    let failed = try run(["-c", "load x.\(ending)"], limits: limits, environment: environment)
    #expect(failed.signal == nil && failed.status == 1, "\(failed.errors)")
    #expect(failed.errors.contains("of memory, but only ") && failed.errors.contains("ulimit -v"), "\(failed.errors)")
    #expect(failed.errors.utf8.count < 600)
    let caught = try run(
      ["-c", "try { x = load x.\(ending) } catch e { print \"caught\" }"], limits: limits, environment: environment)
    #expect(caught.status == 0 && caught.output == "caught\n", "\(caught.errors)")
  }

  @Test func `operators and commands that grow an image ask for memory too`() throws {
    try GrayImage(size: Size(width: 1000, height: 1000)).write(to: path("s.png"), options: EncodingOptions())
    for line in [
      "s | pad 6000px", "s | resize scale=9", "s | resize scale=9 | invert", "phantom size=4096",
      "s | resize scale=8 interpolation=nearest",
    ] {
      let outcome = try run(
        ["-c", "s = load s.png; try { x = \(line) } catch e { print \"caught {e.message}\" }"], limits: "-v 420000")
      #expect(outcome.signal == nil && outcome.status == 0, "\(line): \(outcome.errors)")
      #expect(outcome.output.contains("caught ") && outcome.output.contains("is free"), "\(line): \(outcome.output)")
    }
  }

  @Test(arguments: [120_000, 200_000, 280_000, 400_000]) func `under no limit does the program end by a signal`(limit: Int) throws {
    let outcome = try run(["-c", "phantom size=64 | segment | severity"], limits: "-v \(limit)")
    #expect(outcome.signal == nil && outcome.status < 2, "\(outcome.errors)")
  }

  // MARK: Recipes

  private func writeRecipe(_ lines: [String]) throws {
    let text = (["seglang 1"] + lines).map { "# \($0)\n" }.joined() + "value\n1\n"
    try Data(text.utf8).write(to: folder.url.appendingPathComponent("r.csv"))
  }

  @Test(arguments: [
    ["fn f(n) { if n > 90 { return 1 }; return (f (n+1)) + (f (n+1)) }", "value = (f 1)"],
    [
      "a = [1,2,3,4,5,6,7,8,9,10]",
      "value = a | each { a | each { a | each { a | each { a | each { a | each { a | each { a | each { 1 } } } } } } } }",
    ],
    ["fn f(x) { while true { y = x }; return 1 }", "value = (f 1)"],
    ["fn f(x) { while true { try { y = (f 1) } catch e { z = 1 } }; return 1 }", "value = (f 1)"],
    ["fn f(x) { a = \"0123456789\"; for i in 1..1000000 { a := a + a; if 1 > 2 { a := \"\" } }; return 1 }", "value = (f 1)"],
  ])
  func `a recipe without an end is stopped and says what to do`(lines: [String]) throws {
    try writeRecipe(lines)
    let start = ContinuousClock.now
    let outcome = try run(["replay", "r.csv", "--max-steps", "5000"], limits: "-v 2000000")
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(outcome.status == 1 && outcome.signal == nil)
    #expect(
      outcome.errors.contains("the recipe was stopped after 5,000 steps") && outcome.errors.contains("--max-steps")
        || outcome.errors.contains("16 MiB"), "\(outcome.errors)")
  }

  @Test func `time and memory of a recipe have bounds`() throws {
    try writeRecipe(["fn f(x) { while true { y = phantom size=96 }; return 1 }", "value = (f 1)"])
    let late = try run(["replay", "r.csv", "--max-steps", "1000000000", "--max-seconds", "1"])
    #expect(late.status == 1 && late.errors.contains("after 1 s") && late.errors.contains("--max-seconds"), "\(late.errors)")
    // Texts of 8 MiB, each less than a text may have.
    var lines = ["a0 = \"0123456789abcdef\""]
    for index in 1...19 { lines.append("a\(index) = a\(index - 1) + a\(index - 1)") }
    for index in 1...40 { lines.append("b\(index) = a19 + \"\(index)\"") }
    lines.append("value = 1")
    try writeRecipe(lines)
    let large = try run(["replay", "r.csv", "--max-steps", "1000000000", "--max-memory", "100"])
    #expect(large.status == 1 && large.errors.contains("100 MiB") && large.errors.contains("--max-memory"), "\(large.errors)")
  }

  @Test func `a recipe reads nothing but what the user points to`() throws {
    let inside = folder.url.appendingPathComponent("in")
    try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: false)
    try GrayImage(size: Size(width: 64, height: 64)).write(to: path("secret.png"), options: EncodingOptions())
    let bytes = [UInt8](try Data(contentsOf: folder.url.appendingPathComponent("secret.png")))
    try FileManager.default.createSymbolicLink(atPath: path("in/link.png"), withDestinationPath: path("secret.png"))
    let digest = "\"\(SHA256.hexDigest(of: bytes))\""
    func replay(_ name: String, digest: String, _ more: [String] = []) throws -> Program.Outcome {
      let lines = ["# input {\"name\": \"\(name)\", \"sha256\": \(digest), \"bytes\": \(bytes.count)}", "value = {a: (load \(name)).mean}"]
      let text = (["seglang 1"] + lines).map { "# \($0)\n" }.joined() + "a\n0\n"
      try Data(text.utf8).write(to: inside.appendingPathComponent("r.csv"))
      return try Program().run(["replay", "r.csv"] + more, in: inside)
    }
    for name in ["../secret.png", path("secret.png"), "link.png", "./../in/../secret.png"] {
      for digest in [digest, "null"] {
        let outcome = try replay(name, digest: digest)
        #expect(
          outcome.status == 1 && outcome.errors.contains("was not found") && outcome.errors.contains("--data DIR"), "\(outcome.errors)")
      }
      let pointed = try replay(name, digest: digest, ["--data", ".."])
      #expect(pointed.status == 0, "\(name): \(pointed.errors)")
    }
  }

  @Test func `an image without a recipe is known for one at once`() throws {
    try writeLarge("x.png")
    let outcome = try run(["replay", "x.png"], limits: "-v 300000")
    #expect(outcome.status == 1 && outcome.errors.contains("contains no recipe"), "\(outcome.errors)")
  }

  // MARK: Terminals

  private static let hostile = "\u{1B}]0;owned\u{7}\u{1B}[31mred\u{9B}2J\u{7F}\u{202E}txt\u{200B}\u{2066}\u{85}\u{E0041}"

  @Test func `no text from a file is obeyed by the terminal`() throws {
    try GrayImage(size: Size(width: 64, height: 64)).write(to: path("s.png"), options: EncodingOptions())
    let label = Self.hostile.unicodeScalars.map { scalar in
      scalar.value > 0xFFFF ? "" : "\\u" + String(format: "%04x", scalar.value)
    }.joined()
    let shape = "{\"label\": \"\(label)\", \"points\": [[1,1],[30,1],[30,30]], \"shape_type\": \"polygon\"}"
    let annotations =
      "{\"version\": \"5\", \"flags\": {\"\(label)\": true}, \"shapes\": [\(shape)], \"imagePath\": \"\(label)\","
      + " \"imageHeight\": 64, \"imageWidth\": 64}"
    try Data(annotations.utf8).write(to: folder.url.appendingPathComponent("a.json"))
    let name = "\(Self.hostile).png"
    try FileManager.default.copyItem(atPath: path("s.png"), toPath: path(name))
    try Data("\(Self.hostile)\n".utf8).write(to: folder.url.appendingPathComponent("bad.seg"))
    try FileManager.default.createDirectory(atPath: path(".local/state/segsh"), withIntermediateDirectories: true)
    let lines = [
      "load s.png | load-annotations a.json", "x = load \"\(name)\"", "x | info", "print x.name",
      "t = glob *.png | each { {a: it, b: \"{it}\"} }",
      "show t", "load \"\(name)x\"", "plot t kind=bar x=b y=b", "[x.name, {k: x.name}]", ":history", "explain x.mean", ":set phi=show",
      "load \"\(name)\"",
    ]
    for arguments in [
      ["-c", lines.filter { !$0.hasPrefix(":") }.joined(separator: "; ")], ["run", "bad.seg"], ["check", "bad.seg"], ["replay", name],
    ] {
      let terminal = try PseudoTerminal(Program(), arguments, in: folder.url)
      _ = try terminal.waitForExit()
      Self.expectClean(terminal.output, "\(arguments)")
    }
    let terminal = try PseudoTerminal(Program(), [], in: folder.url)
    try terminal.wait(for: "a prompt") { $0.text.hasSuffix(">") }
    for (index, line) in lines.enumerated() where !line.contains(name) {
      terminal.type(line + "\r")
      terminal.type("print \"done{\(index)}\"\r")
      try terminal.wait(for: "done\(index)")
    }
    terminal.type("load \t\t")
    usleep(300_000)
    terminal.type("\u{3}")
    usleep(100_000)
    Self.expectClean(terminal.output, "prompt")
  }

  /// Neither what a terminal obeys nor what hides a text, but for sequences of colors and the line editor.
  private static func expectClean(_ output: [UInt8], _ what: String) {
    let text = String(decoding: output, as: UTF8.self)
    for sign in ["\u{1B}]0;owned", "\u{1B}[31mred", "\u{9B}", "\u{7F}", "\u{202E}", "\u{200B}", "\u{2066}", "\u{85}", "\u{7}\u{1B}[31m"] {
      #expect(!text.unicodeScalars.elementsContain(sign), "\(what): \(sign.debugDescription)")
    }
  }

  @Test func `what goes to a pipe stays as it is, and JSON escapes it`() throws {
    let piped = try run(["-c", "print \"a\\u{1b}[31m\\u{202e}b\""])
    #expect(piped.output == "a\u{1B}[31m\u{202E}b\n")
    let json = try run(["-c", "\"a\\u{1b}\\u{9b}\\u{202e}\\u{e0041}\"", "--json"])
    #expect(json.output == "\"a\\u001b\\u009b\\u202e\\udb40\\udc41\"\n")
  }

  // MARK: History

  @Test func `a pipe, a link or a second name in the working folder is no history`() throws {
    try Data("mine\n".utf8).write(to: folder.url.appendingPathComponent("victim"))
    let plant: [(String, () throws -> Void)] = [
      ("pipe", { mkfifo(path(".segsh_history"), 0o600) }),
      ("link", { try FileManager.default.createSymbolicLink(atPath: path(".segsh_history"), withDestinationPath: "victim") }),
      ("name", { try FileManager.default.linkItem(atPath: path("victim"), toPath: path(".segsh_history")) }),
    ]
    for (what, make) in plant {
      try make()
      let terminal = try PseudoTerminal(Program(), [], in: folder.url)
      try terminal.wait(for: "a prompt", seconds: 20) { $0.text.hasSuffix(">") }
      terminal.type("print \"from \(what)\"\r")
      try terminal.waitForPrompt(after: "from \(what)")
      terminal.type("\u{4}")
      #expect(try terminal.waitForExit() == 0)
      #expect(try folder.text(of: "victim") == "mine\n", "\(what)")
      try FileManager.default.removeItem(atPath: path(".segsh_history"))
      #expect(try folder.text(of: ".local/state/segsh/history").contains("from \(what)"))
    }
    try Data().write(to: folder.url.appendingPathComponent(".segsh_history"))
    let terminal = try PseudoTerminal(Program(), [], in: folder.url)
    try terminal.wait(for: "a prompt") { $0.text.hasSuffix(">") }
    terminal.type("print \"in the project\"\r")
    try terminal.waitForPrompt(after: "in the project")
    terminal.type("\u{4}")
    _ = try terminal.waitForExit()
    #expect(try folder.text(of: ".segsh_history").contains("in the project"))
  }

  @Test(arguments: ["", "relative", "./x"]) func `a home that is no path from the root makes no folder`(home: String) throws {
    let outcome = try Program().run(
      ["-c", "phantom size=64 | segment"], in: folder.url, environment: ["HOME": home, "SEGSH_CACHE": ""])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { !$0.hasPrefix(".std") } == [])
  }

  @Test(arguments: [50_000, 400_000, 1_500_000]) func `a kill during :save leaves no script without its lock`(delay: UInt32) throws {
    var terminal: PseudoTerminal? = try PseudoTerminal(Program(), [], in: folder.url)
    try terminal?.wait(for: "a prompt") { $0.text.hasSuffix(">") }
    terminal?.type("x = phantom size=256\r")
    try terminal?.wait(for: "x = _1 Phantom")
    terminal?.type(":save s.seg\r")
    usleep(delay)
    // Ends the program by SIGKILL.
    terminal = nil
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(!names.contains("s.seg") || names.contains("s.seg.lock"), "\(names)")
    _ = try run(["-c", "print 1"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.hasPrefix(".segsh-") } == [])
  }

  @Test func `a name that is not UTF-8 can be opened as it is listed`() throws {
    try GrayImage(size: Size(width: 8, height: 8)).write(to: path("a.png"), options: EncodingOptions())
    let program = Program().path
    let lines = [
      "mv a.png \"$(printf 'caf\\351.png')\"", "printf 'seglang 1\\nprint 3\\n' > \"$(printf 's\\351.seg')\"",
      "'\(program)' -c \"x = load '$(printf 'caf\\351.png')'; print x.width\"", "'\(program)' run \"$(printf 's\\351.seg')\"",
      "'\(program)' -c 'print (load-cases \"*.png\").count'", "'\(program)' replay \"$(printf 'caf\\351.png')\"",
    ]
    let outcome = try Program(executable: "/bin/sh").run(["-c", lines.joined(separator: "; ")], in: folder.url)
    #expect(outcome.output == "8\n3\n1\n", "\(outcome)")
    #expect(outcome.errors.contains("contains no recipe"), "\(outcome.errors)")
  }

  // MARK: Errors

  @Test func `errors stay short and say where`() throws {
    try Data("x = \(String(repeating: "9", count: 1_000_000))\n".utf8).write(to: folder.url.appendingPathComponent("n.seg"))
    let number = try run(["run", "n.seg"])
    #expect(number.status != 0 && number.errors.utf8.count < 2000, "\(number.errors.prefix(300))")
    try FileManager.default.createSymbolicLink(atPath: path("loop.png"), withDestinationPath: "loop.png")
    let loop = try run(["-c", "load loop.png"])
    #expect(loop.status == 1 && loop.errors.contains("symbolic link"), "\(loop.errors)")
    try Data("not an image".utf8).write(to: folder.url.appendingPathComponent("bad.png"))
    try Data("seglang 1\n\nfor f in glob *.png {\n  x = load (f)\n}\n".utf8).write(to: folder.url.appendingPathComponent("for.seg"))
    let bad = try run(["run", "for.seg"])
    #expect(bad.status == 1 && bad.errors.contains("for.seg:4:"), "\(bad.errors)")
    for line in ["1e308 * 10", "0 ^ -1", "1e308 + 1e308", "-1e308 * 10", "10 ^ 400", "1e308mm * 10"] {
      let outcome = try run(["-c", "x = \(line); print x"])
      #expect(outcome.status == 1 && !outcome.output.contains("inf"), "\(line): \(outcome.output)")
    }
  }
}

extension String.UnicodeScalarView {
  /// Whether the scalars of a text occur one after the other.
  fileprivate func elementsContain(_ text: String) -> Bool {
    let (all, wanted) = (Array(self), Array(text.unicodeScalars))
    guard all.count >= wanted.count else { return false }
    return (0...all.count - wanted.count).contains { all[$0] == wanted[0] && Array(all[$0..<$0 + wanted.count]) == wanted }
  }
}
