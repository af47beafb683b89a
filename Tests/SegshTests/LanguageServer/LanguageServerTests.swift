import Foundation
import TestSupport
import Testing

/// The language server, asked over its pipes as an editor does.
@Suite struct LanguageServerTests {
  private static func range(_ json: Any?) -> [Int] {
    let range = json as? [String: Any]
    return ["start", "end"].flatMap { end in
      ["line", "character"].map { (range?[end] as? [String: Any])?[$0] as? Int ?? -1 }
    }
  }

  private static func code(_ answer: [String: Any]) -> Int? { (answer["error"] as? [String: Any])?["code"] as? Int }

  // MARK: Positions

  @Test func `a diagnostic after emoji and combining characters is counted in UTF-16`() throws {
    let client = try LanguageClient()
    // 🫁 is two units, é is two scalars, 中 is one unit of three bytes.
    let found = try client.open("seglang 1\nx = \"🫁e\u{301}中\" + missing_value\nprint x\n")
    let error = try #require(found.first { $0["code"] as? String == "E102" })
    let line = "x = \"🫁e\u{301}中\" + "
    #expect(Self.range(error["range"]) == [1, line.utf16.count, 1, line.utf16.count + 13])
  }

  @Test func `an edit behind a line of emoji and carriage returns changes what it names`() throws {
    let client = try LanguageClient()
    try client.open("seglang 1\r\n# 🫁🫁 note\r\nx = 1\r\nprint x\r\n")
    let edit: [String: Any] = [
      "range": ["start": ["line": 2, "character": 4], "end": ["line": 2, "character": 5]], "text": "\"🫁\" + missing",
    ]
    try client.notify(
      "textDocument/didChange",
      ["textDocument": ["uri": "file:///nowhere/script.seg", "version": 2], "contentChanges": [edit]])
    let found = try client.diagnostics()
    #expect(found.map { $0["code"] as? String } == ["E102"])
    #expect(Self.range(found.first?["range"]) == [2, 11, 2, 18])
  }

  @Test func `seeded edits leave the text that a model of the protocol has`() throws {
    let client = try LanguageClient()
    let uri = "file:///nowhere/script.seg"
    let pieces = ["x", "🫁", "e\u{301}", "\n", "\r\n", "\r", "中", " ", "# ", "print 1\n"]
    var units = Array("seglang 1\n".utf16)
    try client.open(String(decoding: units, as: UTF16.self))
    var seed: UInt64 = 28
    func draw(_ count: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % max(1, count)
    }
    /// A place between characters that a line has: not inside a pair of units, nor inside a line break.
    func place() -> Int {
      let place = draw(units.count + 1)
      guard place > 0, place < units.count else { return place }
      let splits = UTF16.isTrailSurrogate(units[place]) || (units[place] == 10 && units[place - 1] == 13)
      return splits ? place - 1 : place
    }
    func position(_ offset: Int) -> [String: Int] {
      var (line, first) = (0, 0)
      for index in 0..<offset where units[index] == 10 || (units[index] == 13 && !(index + 1 < units.count && units[index + 1] == 10)) {
        (line, first) = (line + 1, index + 1)
      }
      return ["line": line, "character": offset - first]
    }
    for version in 2...150 {
      let (a, b) = (place(), place())
      let piece = pieces[draw(pieces.count)]
      let range = ["start": position(min(a, b)), "end": position(max(a, b))]
      let change: [String: Any] = ["range": range, "text": piece]
      try client.notify(
        "textDocument/didChange", ["textDocument": ["uri": uri, "version": version], "contentChanges": [change]])
      units.replaceSubrange(min(a, b)..<max(a, b), with: Array(piece.utf16))
    }
    func summary(_ diagnostics: [[String: Any]]) -> [String] { diagnostics.map { "\($0["code"] ?? "") \(Self.range($0["range"]))" } }
    // The server's text shows in its diagnostics, also in the place of a word at its end.
    let end = position(units.count)
    let last: [String: Any] = ["range": ["start": end, "end": end], "text": "\nmissing_value\n"]
    try client.notify("textDocument/didChange", ["textDocument": ["uri": uri, "version": 200], "contentChanges": [last]])
    units += Array("\nmissing_value\n".utf16)
    var edited: [[String: Any]] = []
    repeat { edited = try client.diagnostics() } while client.version != 200
    let whole = try client.open(String(decoding: units, as: UTF16.self), as: "file:///nowhere/other.seg")
    #expect(whole.contains { $0["code"] as? String == "E102" }, "seed 28")
    #expect(summary(edited) == summary(whole), "seed 28")
  }

  // MARK: Features

  private static let script = """
    seglang 1
    param image: Path = chest.png "X-ray to segment"
    # The opaque share of the lungs.
    fn share(seg: Segmentation, scale = 1) {
      part = seg | severity
      return part.percent * scale
    }
    img = load (image)
    seg = img | segment
    mask = seg | threshold 0.4 | morph-open radius=2px
    mask | save mask.png
    print (seg | share)
    """

  @Test func `a script without errors has none, and formatting leaves it`() throws {
    let client = try LanguageClient()
    let script = "seglang 1\nimg = phantom seed=7\nseg = img | segment\nprint (seg | severity).percent\n"
    #expect(try client.open(script).isEmpty)
    let answer = try client.request("textDocument/formatting", ["textDocument": ["uri": "file:///nowhere/script.seg"]])
    #expect((answer["result"] as? [Any])?.isEmpty == true)
  }

  @Test func `completion after a bar offers commands for the value's type, and options and choices after a command`() throws {
    let client = try LanguageClient()
    try client.open(
      """
      seglang 1
      img = phantom seed=7
      mask = img | threshold otsu
      fn f(left_lung: Mask) { return left_lung | m }
      x = mask |\u{20}
      y = img | threshold ot
      z = img | resize w
      mask | overlay\u{20}

      """)
    func labels(_ line: Int, _ character: Int) throws -> [String] {
      let answer = try client.request("textDocument/completion", client.at(line, character))
      let items = (answer["result"] as? [String: Any])?["items"] as? [[String: Any]] ?? []
      return items.map { $0["label"] as? String ?? "" }
    }
    let stages = try labels(4, 11)
    #expect(stages.prefix(40).contains("morph-open"))
    #expect(try labels(5, 22).contains("otsu"))
    #expect(try labels(6, 18).contains("width="))
    #expect(try labels(3, 43).contains("morph-open"))
    #expect(try labels(7, 15).contains("color="))
    // Variables of the top level are not visible in a function.
    let inside = try labels(3, 31)
    #expect(inside.contains("left_lung") && !inside.contains("mask"))
  }

  @Test func `hover explains commands, options, variables, functions and properties`() throws {
    let client = try LanguageClient()
    try client.open(Self.script)
    func hover(_ line: Int, _ character: Int) throws -> String {
      let answer = try client.request("textDocument/hover", client.at(line, character))
      let result = answer["result"] as? [String: Any]
      return (result?["contents"] as? [String: Any])?["value"] as? String ?? ""
    }
    #expect(try hover(9, 31).contains("morph-open"))
    #expect(try hover(9, 42).contains("`radius=` of `morph-open`"))
    #expect(try hover(8, 1).hasPrefix("`seg`: Segmentation"))
    #expect(try hover(11, 14).contains("fn share(seg: Segmentation, scale = 1)"))
    #expect(try hover(11, 14).contains("The opaque share of the lungs."))
    #expect(try hover(5, 16).contains("`.percent`: Number"))
    #expect(try hover(7, 12).contains("--image"))
    #expect(try client.request("textDocument/hover", client.at(2, 5))["result"] is NSNull)
  }

  @Test func `definition, references and renaming follow the scopes of the language`() throws {
    let client = try LanguageClient()
    try client.open(Self.script)
    let definition = try client.request("textDocument/definition", client.at(9, 8))
    #expect(Self.range((definition["result"] as? [String: Any])?["range"]) == [8, 0, 8, 3])
    let references = try client.request("textDocument/references", client.at(9, 8, ["context": ["includeDeclaration": true]]))
    let places = (references["result"] as? [[String: Any]] ?? []).map { Self.range($0["range"]) }
    #expect(places == [[8, 0, 8, 3], [9, 7, 9, 10], [11, 7, 11, 10]])
    // The parameter of the same name is another one.
    let renaming = try client.request("textDocument/rename", client.at(4, 10, ["newName": "found"]))
    let changes = (renaming["result"] as? [String: Any])?["changes"] as? [String: [[String: Any]]]
    #expect(changes?["file:///nowhere/script.seg"]?.map { Self.range($0["range"]) } == [[3, 9, 3, 12], [4, 9, 4, 12]])
  }

  @Test(arguments: ["segment", "print", "image", "2x", "a-b", "", "p50", "a b", "🫁"]) func `a name that would not do is refused`(
    name: String
  ) throws {
    let client = try LanguageClient()
    try client.open(Self.script)
    let answer = try client.request("textDocument/rename", client.at(8, 1, ["newName": name]))
    #expect(Self.code(answer) == -32803)
    #expect(answer["result"] == nil)
  }

  @Test func `a name that would capture a choice is refused`() throws {
    let client = try LanguageClient()
    try client.open(
      "seglang 1\nimg = phantom seed=7\nlevel = 0.4\nmask = img | threshold level\nprint mask.area\nprint (img | threshold otsu).area\n")
    let answer = try client.request("textDocument/rename", client.at(2, 1, ["newName": "otsu"]))
    #expect(Self.code(answer) == -32803)
  }

  @Test func `what an error proposes is a code action that mends it`() throws {
    let client = try LanguageClient()
    let text = """
      seglang 1
      img = phantom seed=7
      mask = img | treshold otsu
      x = img | threshold otsoo
      img = 3
      y = mask | morph-open radius=2
      print [x, y]

      """
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var found = try client.open(text)
    #expect(found.count { $0["severity"] as? Int == 1 } >= 4)
    // Mends one error after the other until none is left.
    for version in 2..<12 {
      guard let error = found.first(where: { $0["severity"] as? Int == 1 }) else { break }
      let answer = try client.request(
        "textDocument/codeAction",
        [
          "textDocument": ["uri": "file:///nowhere/script.seg"], "range": error["range"] ?? [:], "context": ["diagnostics": [error]],
        ])
      let action = try #require((answer["result"] as? [[String: Any]])?.first, "\(error)")
      let changes = (action["edit"] as? [String: Any])?["changes"] as? [String: [[String: Any]]]
      let edit = try #require(changes?["file:///nowhere/script.seg"]?.first)
      let place = Self.range(edit["range"])
      let line = Array(lines[place[0]].utf16)
      lines[place[0]] = String(
        decoding: line[..<place[1]] + Array((edit["newText"] as? String ?? "").utf16) + line[place[3]...], as: UTF16.self)
      try client.notify(
        "textDocument/didChange",
        [
          "textDocument": ["uri": "file:///nowhere/script.seg", "version": version],
          "contentChanges": [["text": lines.joined(separator: "\n")]],
        ])
      found = try client.diagnostics()
    }
    let mended = """
      seglang 1
      img = phantom seed=7
      mask = img | threshold otsu
      x = img | threshold otsu
      img := 3
      y = mask | morph-open radius=2px
      print [x, y]

      """
    #expect(lines.joined(separator: "\n") == mended)
  }

  @Test func `a module is read from the editor where it is open, and its errors appear where it is used`() throws {
    let folder = try TemporaryFolder()
    try folder.write("seglang 1\nfn half(x: Number) { return x / 2 }\n", to: "a b.seg")
    let main = URL(fileURLWithPath: folder.file("main.seg")).absoluteString
    let module = URL(fileURLWithPath: folder.file("a b.seg")).absoluteString
    let client = try LanguageClient()
    #expect(try client.open("seglang 1\nuse \"a b.seg\" as m\nprint (4 | m.half)\n", as: main).isEmpty)
    let definition = try client.request("textDocument/definition", client.at(2, 14, in: main))
    let result = definition["result"] as? [String: Any]
    #expect(result?["uri"] as? String == module)
    #expect(Self.range(result?["range"]) == [1, 3, 1, 7])
    try client.open("seglang 1\nfn third(x: Number) { return x / 3 }\n", as: module)
    let found = try client.diagnostics(of: main)
    #expect(found.contains { ($0["message"] as? String)?.contains("half") == true })
  }

  // MARK: Protocol

  @Test func `requests before initialization, unknown methods and bad parameters are answered with their errors`() throws {
    let client = try LanguageClient(initializes: false)
    #expect(Self.code(try client.request("textDocument/hover", client.at(0, 0))) == -32002)
    _ = try client.request("initialize", [:])
    #expect(Self.code(try client.request("initialize", [:])) == -32600)
    #expect(Self.code(try client.request("textDocument/typeHierarchy", client.at(0, 0))) == -32601)
    #expect(Self.code(try client.request("textDocument/hover", client.at(0, 0))) == -32602)
    try client.open("print 1\n")
    for position in [["line": -1, "character": 0], ["line": 0], [:]] {
      let answer = try client.request("textDocument/hover", ["textDocument": ["uri": "file:///nowhere/script.seg"], "position": position])
      #expect(Self.code(answer) == -32602)
    }
    let far = try client.request("textDocument/hover", client.at(1_000_000, 1_000_000))
    #expect(far["result"] is NSNull)
    #expect(Self.code(try client.request("shutdown", [:])) == nil)
    #expect(Self.code(try client.request("textDocument/hover", client.at(0, 0))) == -32600)
    #expect(try client.exit(shuttingDown: false) == 0)
  }

  @Test(arguments: [
    "Content-Length: 5\r\n\r\n{\"a\":", "Content-Length: x\r\n\r\n", "Nonsense\r\n\r\n", "\r\nContent-Type: text\r\n\r\n",
    "Content-Length: 2\r\n\r\n[]", "Content-Length: 4\r\n\r\nnull", "Content-Length: 2\r\n\r\n{}", "Content-Length: 0\r\n\r\n",
    "Content-Length: 7\r\n\r\n{\"a\":1,", "Content-Length: 14\r\n\r\n{\"a\":\"\\ud800\"}",
    "Content-Length: 400\r\n\r\n" + String(repeating: "[", count: 400), "X: LONG\r\n\r\n",
  ]) func `a malformed message is answered with an error, and the next one is read`(text: String) throws {
    let client = try LanguageClient()
    try client.send(raw: text.replacing("LONG", with: String(repeating: "y", count: 40_000)))
    let answer = try client.answer { $0["id"] is NSNull }
    #expect([-32700, -32600].contains(Self.code(answer)))
    try client.open("print 1\n")
    #expect(try client.exit() == 0)
  }

  @Test(arguments: ["99999999999999999999", "9223372036854775807", "2000000000"]) func `a length that no message has ends the server`(
    length: String
  ) throws {
    let client = try LanguageClient()
    try client.send(raw: "Content-Length: \(length)\r\n\r\n{")
    #expect(Self.code(try client.answer { $0["id"] is NSNull }) == -32700)
    #expect(try client.read() == nil)
    #expect(try client.hangUp() == 1)
  }

  @Test func `a message beyond the limit is skipped`() throws {
    let client = try LanguageClient()
    let body = String(repeating: " ", count: (32 << 20) + 1)
    try client.send(raw: "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
    #expect(Self.code(try client.answer { $0["id"] is NSNull }) == -32700)
    try client.open("print 1\n")
    #expect(try client.exit() == 0)
  }

  @Test func `a script that is too large says so and is not checked`() throws {
    let client = try LanguageClient()
    let found = try client.open(String(repeating: "# a line of a comment that goes on and on\n", count: 110_000))
    #expect(found.count == 1)
    #expect((found.first?["message"] as? String)?.contains("larger than 4 MiB") == true)
    #expect(Self.code(try client.request("textDocument/hover", client.at(0, 0))) == -32803)
  }

  @Test func `a request that is cancelled while it waits is not answered with a result`() throws {
    let client = try LanguageClient()
    // A text that takes a while, so that what follows waits.
    let body = (0..<3000).map { "v\($0) = (phantom seed=\($0) | threshold otsu).area + \($0)\nprint v\($0)\n" }.joined()
    try client.notify(
      "textDocument/didOpen",
      ["textDocument": ["uri": "file:///nowhere/big.seg", "languageId": "segsh", "version": 1, "text": "seglang 1\n" + body]])
    let place = client.at(1, 0, in: "file:///nowhere/big.seg")
    // In one write, so that the last arrives while the first is at work.
    try client.send(
      together: [
        ["jsonrpc": "2.0", "id": "first", "method": "textDocument/hover", "params": place],
        ["jsonrpc": "2.0", "id": "second", "method": "textDocument/hover", "params": place],
        ["jsonrpc": "2.0", "method": "$/cancelRequest", "params": ["id": "second"]],
      ])
    #expect(Self.code(try client.answer { $0["id"] as? String == "second" }) == -32800)
    try client.notify("$/cancelRequest", ["id": "unknown"])
    #expect(try client.exit() == 0)
  }

  @Test func `an exit without shutdown, and a closed pipe, are failures`() throws {
    #expect(try LanguageClient().exit(shuttingDown: false) == 1)
    #expect(try LanguageClient().hangUp() == 1)
  }
}
