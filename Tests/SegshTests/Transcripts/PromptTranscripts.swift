import Foundation
import Platform
import TestSupport
import Testing

/// The prompt, on a pseudo-terminal: what a person types and sees.
@Suite(.serialized) struct PromptTranscripts {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func start(_ arguments: [String] = [], environment: [String: String] = [:], columns: Int = 80) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(Program(), arguments, in: folder.url, environment: environment, columns: columns)
    try terminal.wait(for: "a prompt") { $0.text.hasSuffix(">") }
    return terminal
  }

  /// The screen's last line, where that is what stands there while something runs.
  private static func spinner(of screen: Screen) -> String? {
    let line = screen.text.split(separator: "\n").last.map(String.init) ?? ""
    return ["| ", "/ ", "- ", "\\ "].contains { line.hasPrefix($0) } || line.contains(" left") ? line : nil
  }

  private var history: String { (try? folder.text(of: ".local/state/segsh/history")) ?? "" }

  @Test func `a session reads as it was held`() throws {
    let terminal = try start()
    terminal.type("phantom size=64 seed=3\r")
    try terminal.waitForLastLine("_1 Phantom>")
    terminal.type("m = it.image | threshold otsu\r")
    try terminal.waitForLastLine("_2 Mask>")
    terminal.type("m.area > 0\r")
    try terminal.wait(for: "_3 Bool true")
    terminal.type(":quit\r")
    try terminal.wait(for: "not saved; exit anyway? [y/N]")
    terminal.type("y\r")
    #expect(try terminal.waitForExit() == 0)
    #expect(terminal.screen.text.contains("m = _2 Mask "))
  }

  @Test func `an error shows where, and a near name`() throws {
    let terminal = try start()
    terminal.type("threshhold 3\r")
    try terminal.waitForPrompt(after: "help: ?threshold")
    #expect(
      terminal.screen.text.contains(
        """
        segsh> threshhold 3
        error[E101]: no command `threshhold`
          threshhold 3
          ^^^^^^^^^^
          did you mean `threshold`?   help: ?threshold
        segsh>
        """))
  }

  @Test func `Tab completes commands, options, choices and files`() throws {
    try folder.write("", to: "chest x-ray.png")
    try folder.write("", to: "notes.txt")
    let terminal = try start()
    terminal.type("thr\t")
    try terminal.waitForLastLine("segsh> threshold")
    terminal.type("\u{15}phantom | threshold ot\t")
    try terminal.waitForLastLine("segsh> phantom | threshold otsu")
    terminal.type("\u{15}phantom se\t3\r")
    try terminal.waitForLastLine("_1 Phantom>")
    terminal.type("load ch\t")
    try terminal.waitForLastLine("_1 Phantom> load \"chest x-ray.png\"")
  }

  @Test func `Tab lists what is possible, with an explanation each`() throws {
    let terminal = try start()
    terminal.type("morph-\t")
    try terminal.wait(for: "a list") { $0.text.hasSuffix("\nsegsh> morph-") && $0.text.contains("\nmorph-") }
    let lines = terminal.screen.text.split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("morph-") && $0.contains("  ") }.count == 5)
  }

  @Test func `Tab completes meta commands and help`() throws {
    let terminal = try start()
    terminal.type(":und\t")
    try terminal.waitForLastLine("segsh> :undo")
    terminal.type("\u{15}?morph-o\t")
    try terminal.waitForLastLine("segsh> ?morph-open")
  }

  @Test func `the arrow keys reach earlier lines, of earlier sessions too`() throws {
    let first = try start()
    first.type("a = 41 + 1\r")
    try first.wait(for: "a = _1 Number 42")
    try first.waitForLastLine("segsh>")
    first.type(" secret = 3\r")
    try first.wait(for: "secret = _2 Number 3\nsegsh>")
    first.type("load ward/Doe.dcm\r")
    try first.wait(for: "^^^^\nsegsh>")
    first.type("\u{4}")
    #expect(try first.waitForExit() == 0)
    #expect(history == "a = 41 + 1\nload DICOM\n")
    let second = try start()
    second.type("\u{1B}[A\u{1B}[A")
    try second.waitForLastLine("segsh> a = 41 + 1")
    second.type("\r")
    try second.wait(for: "a = _1 Number 42")
  }

  @Test func `an arrow finds earlier lines that start like what is typed`() throws {
    let terminal = try start()
    terminal.type("first = 7\r")
    try terminal.waitForPrompt(after: "_1 Number 7")
    terminal.type("second = 8\r")
    try terminal.waitForPrompt(after: "_2 Number 8")
    terminal.type("fi\u{1B}[A")
    try terminal.waitForLastLine("segsh> first = 7")
    // One that finds nothing leaves no trace.
    terminal.type("\u{5}\u{15}zz\u{1B}[A\u{15}first + 1\r")
    try terminal.waitForPrompt(after: "_3 Number 8")
    #expect(terminal.screen.text.contains("\nsegsh> first + 1\n_3 Number 8\n"))
  }

  @Test func `names of DICOM files stay out of prompt, history and script`() throws {
    let path = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../ImageOpsTests/Fixtures/codecs/mono16.dcm").standardized.path
    try FileManager.default.copyItem(atPath: path, toPath: folder.url.appendingPathComponent("Doe_Jane.dcm").path)
    let terminal = try start()
    terminal.type("load Doe_Jane.dcm\r")
    try terminal.waitForPrompt(after: "_1 Image 13x7")
    #expect(terminal.screen.text.split(separator: "\n").last?.hasPrefix("DICOM ") == true)
    terminal.type("m = it | threshold otsu\r")
    try terminal.waitForPrompt(after: "m = _2 Mask")
    terminal.type(":save doe.seg\r")
    try terminal.waitForPrompt(after: "wrote doe.seg")
    #expect(history == "load DICOM\nm = it | threshold otsu\n:save DICOM.seg\n")
    let script = try folder.text(of: "doe.seg")
    #expect(!script.contains("Doe"))
    #expect(script.contains("load (xray1)"))
    #expect(try Program().run(["run", "doe.seg", "--xray1", "Doe_Jane.dcm"], in: folder.url).status == 0)
    terminal.type(":set phi=show\r")
    try terminal.waitForPrompt(after: "phi=show  ")
    #expect(terminal.screen.text.split(separator: "\n").last?.hasPrefix("Doe_Jane _2 Mask>") == true)
    terminal.type("load Doe_Jane.dcm\r")
    try terminal.waitForPrompt(after: "_3 Image 13x7")
    #expect(history.hasSuffix("load Doe_Jane.dcm\n"))
    #expect(try folder.text(of: ".config/segsh/settings") == "browser=auto\nphi=show\nthumbnail=auto\n")
  }

  @Test func `the prompt says where a lesson is, and Tab knows its words`() throws {
    let terminal = try start()
    terminal.type("lesson thresholds\r")
    try terminal.waitForPrompt(after: "You have xray = _1 Image")
    #expect(terminal.screen.text.hasSuffix("\nthresholds 1/5 _1 Image>"))
    terminal.type("ski\t")
    try terminal.waitForLastLine("thresholds 1/5 _1 Image> skip")
    terminal.type("\r")
    try terminal.waitForPrompt(after: "What touches the border")
    #expect(terminal.screen.text.hasSuffix("\nthresholds 2/5 _2 Mask>"))
    terminal.type("lesson stop\r")
    try terminal.waitForPrompt(after: "ended Thresholds at step 2 of 5")
    #expect(terminal.screen.text.hasSuffix("\n_2 Mask>"))
    terminal.type("\u{4}")
    #expect(try terminal.waitForExit() == 0, "what a lesson made needs no saving")
  }

  @Test(.enabled(if: dlopen("libchafa.so.0", RTLD_LAZY) != nil, "the Chafa library is not installed"))
  func `a picture is drawn below its line where that is asked for`() throws {
    let terminal = try start()
    terminal.type("phantom size=64\r")
    try terminal.waitForPrompt(after: "_1 Phantom 64x64")
    #expect(terminal.screen.text.split(separator: "\n").count < 8, "characters are no real picture")
    terminal.type(":set thumbnail=on\r")
    try terminal.waitForPrompt(after: "thumbnail=on")
    terminal.type("phantom size=64 seed=2\r")
    try terminal.waitForPrompt(after: "_2 Phantom 64x64")
    let below = terminal.screen.text.components(separatedBy: "_2 Phantom 64x64").last?.split(separator: "\n").count ?? 0
    #expect(below >= 8 && below <= 14, "\(terminal.screen.text)")
  }

  @Test func `a project keeps its own history`() throws {
    try folder.write("b = 5\n", to: ".segsh_history")
    let terminal = try start()
    terminal.type("\u{1B}[A\r")
    try terminal.wait(for: "b = _1 Number 5")
    terminal.type("b + 1\r")
    try terminal.waitForPrompt(after: "_2 Number 6")
    #expect(try folder.text(of: ".segsh_history") == "b = 5\nb = 5\nb + 1\n")
    #expect(history.isEmpty)
  }

  @Test func `a text goes on until it is complete, and comes back as one`() throws {
    let terminal = try start()
    terminal.type("if 2 > 1 {\r")
    try terminal.waitForLastLine("  ...")
    terminal.type("print \"yes\"\r")
    try terminal.waitForLastLine("  ...")
    terminal.type("}\r")
    try terminal.waitForPrompt(after: "\nyes")
    #expect(history == "if 2 > 1 {\n\tprint \"yes\"\n\t}\n")
    terminal.type("\u{1B}[A\r")
    try terminal.wait(for: "a second yes") { $0.text.components(separatedBy: "\nyes\n").count == 3 }
  }

  @Test func `meta commands work in the middle of a text`() throws {
    let terminal = try start()
    terminal.type("if true {\r")
    try terminal.waitForLastLine("  ...")
    terminal.type(":time on\r")
    try terminal.wait(for: "run times are on")
    terminal.type("print 7\r}\r")
    try terminal.waitForPrompt(after: " ms")
    #expect(terminal.screen.text.contains("\n7\n"))
  }

  @Test func `pasted lines are one step`() throws {
    let terminal = try start()
    terminal.type("\u{1B}[200~x = 1\ny = x + 1\n\u{1B}[201~\r")
    try terminal.wait(for: "y = _2 Number 2")
    terminal.type(":undo\r")
    try terminal.wait(for: "undone: ")
    terminal.type("x\r")
    try terminal.wait(for: "no variable `x`")
  }

  @Test func `Ctrl-C clears the line, or drops the text begun`() throws {
    let terminal = try start()
    terminal.type("load not this\u{3}")
    try terminal.wait(for: "(to exit: Ctrl-D, :quit or exit)")
    try terminal.waitForLastLine("segsh>")
    terminal.type("if true {\r")
    try terminal.waitForLastLine("  ...")
    terminal.type("\u{3}")
    try terminal.waitForLastLine("segsh>")
    terminal.type("1 + 1\r")
    try terminal.waitForPrompt(after: "_1 Number 2")
    #expect(history == "1 + 1\n")
  }

  @Test func `Ctrl-C stops what runs and leaves all values as they were`() throws {
    let terminal = try start()
    terminal.type("a = 1\r")
    try terminal.wait(for: "a = _1 Number 1")
    terminal.type("for i in 1..900000 { a = (phantom size=256 | gaussian-filter sigma=20px) }\r")
    try terminal.wait(for: "a spinner") { Self.spinner(of: $0)?.contains("of 900000 ") == true }
    terminal.type("\u{3}")
    try terminal.wait(for: "the prompt") { screen in
      screen.text.hasSuffix("\nsegsh>") && ["interrupted", "stopped"].contains { screen.text.contains($0) }
    }
    #expect(!terminal.screen.text.contains("of 900000 "))
    terminal.type("a + 1\r")
    try terminal.wait(for: "_2 Number 2")
  }

  @Test func `Ctrl-C stops one long operation`() throws {
    let terminal = try start()
    terminal.type("p = phantom size=4096\r")
    try terminal.waitForLastLine("_1 Phantom>")
    terminal.type("p.image | morph-open radius=400px shape=disk\r")
    try terminal.wait(for: "a spinner") { Self.spinner(of: $0)?.contains("morph-open") == true }
    terminal.type("\u{3}")
    try terminal.wait(for: "the prompt after the error") { $0.text.contains("error[") && $0.text.hasSuffix("\n_1 Phantom>") }
    #expect(terminal.screen.text.contains("_1 Phantom> p.image | morph-open radius=400px shape=disk\nerror["))
    #expect(!terminal.screen.text.contains("_2 "))
  }

  @Test func `Ctrl-D leaves, and asks once when pictures are not saved`() throws {
    let terminal = try start()
    terminal.type("phantom size=64 | threshold otsu\r")
    try terminal.waitForLastLine("_1 Mask>")
    terminal.type("\u{4}")
    try terminal.wait(for: "1 result is not saved; exit anyway? [y/N]")
    terminal.type("n\r")
    try terminal.waitForLastLine("_1 Mask>")
    terminal.type("it | save m.png\r")
    try terminal.wait(for: "a prompt after saving") { $0.text.components(separatedBy: "Mask>").count >= 4 }
    terminal.type("\u{4}")
    #expect(try terminal.waitForExit() == 0)
  }

  @Test(arguments: ["exit", "quit", " exit ", ":exit", ":quit"]) func `words that leave`(word: String) throws {
    let terminal = try start()
    terminal.type("1 + 1\r")
    try terminal.waitForPrompt(after: "_1 Number 2")
    terminal.type(word + "\r")
    #expect(try terminal.waitForExit() == 0)
  }

  @Test func `a variable goes before a word that leaves`() throws {
    let terminal = try start()
    terminal.type("exit = 7\r")
    try terminal.wait(for: "exit = _1 Number 7")
    terminal.type("exit\r")
    try terminal.waitForPrompt(after: "_2 Number 7")
    terminal.type("quit\r")
    #expect(try terminal.waitForExit() == 0)
  }

  @Test func `what is typed ahead shows once, at the next prompt`() throws {
    let terminal = try start()
    terminal.type("p = phantom size=2048; q = p | gaussian-filter sigma=30px\r")
    try terminal.wait(for: "a spinner") { Self.spinner(of: $0) != nil }
    terminal.type("a = 5\rhalf")
    try terminal.wait(for: "both") { $0.text.contains("a = _3 Number 5") && $0.text.hasSuffix("> half") }
    let text = terminal.screen.text
    #expect(text.components(separatedBy: "> a = 5").count == 2 && text.components(separatedBy: "half").count == 2, "\(text)")
  }

  @Test func `undo passes over what was only shown`() throws {
    let terminal = try start()
    terminal.type("a = 3\rb = a * 2\rprint b\r")
    try terminal.wait(for: "b = _2 Number 6")
    terminal.type(":undo\r")
    try terminal.wait(for: "undone: b = ")
  }

  @Test func `words find what is meant`() throws {
    let terminal = try start()
    for (word, found) in [
      ("undo", ":undo"), ("export", "save"), ("consolidation", "segment"), ("ground glass", "severity"), ("exit", ":quit"),
      ("train", "segsh train"),
      ("settings", ":set"), ("blur", "gaussian-filter"), ("ctr", "cardiothoracic-ratio"),
    ] {
      terminal.type("? \(word)\r")
      try terminal.wait(for: "\(word): \(found)") { screen in
        screen.text.components(separatedBy: "? \(word)\n").last?.split(separator: "\n").contains { $0.hasPrefix("  \(found) ") } ?? false
      }
    }
  }

  @Test func `:undo and :redo say what they did`() throws {
    let terminal = try start()
    terminal.type("a = 3\ra = a * 2\r")
    try terminal.wait(for: "a = _2 Number 6")
    terminal.type(":undo\r")
    try terminal.wait(for: "undone: a = ")
    try terminal.wait(for: "a is Number 3")
    terminal.type(":redo\r")
    try terminal.wait(for: "redone: a = ")
    terminal.type(":undo\r:undo\r:undo\r")
    try terminal.wait(for: "nothing to undo")
  }

  @Test func `:save writes the session, or what a value was made from`() throws {
    let terminal = try start()
    terminal.type("p = phantom size=64\rother = 3 + 4\rm = p.image | threshold otsu | morph-open radius=2\r")
    try terminal.wait(for: "m = _3 Mask")
    terminal.type(":save why.seg --why m\r")
    try terminal.waitForPrompt(after: "wrote why.seg")
    let text = try folder.text(of: "why.seg")
    #expect(text.hasPrefix("seglang 1\n"))
    #expect(text.contains("radius=2px"))
    #expect(!text.contains("other"))
    #expect(try Program().run(["check", "why.seg"], in: folder.url).status == 0)
    terminal.type(":save why.seg --why nothing\r")
    try terminal.wait(for: "this session has no value `nothing`")
  }

  @Test func `an unknown meta command is answered with a near one`() throws {
    let terminal = try start()
    terminal.type(":udno\r")
    try terminal.wait(for: "unknown command `:udno`; did you mean `:undo`?")
  }

  @Test func `help explains, searches and lists`() throws {
    let terminal = try start()
    terminal.type("?threshold\r")
    try terminal.wait(for: "Examples")
    terminal.type("? opening\r")
    try terminal.wait(for: "morph-open")
    terminal.type("?thresold\r")
    try terminal.wait(for: "no command `thresold`; did you mean `threshold`?")
  }

  @Test func `help that is longer than the screen goes through the pager`() throws {
    let terminal = try start(environment: ["PAGER": "sed 's/^/paged: /'"])
    terminal.type("?\r")
    try terminal.waitForPrompt(after: "More help")
    #expect(!terminal.screen.text.contains("paged:"))
    terminal.type("help all\r")
    try terminal.waitForPrompt(after: "paged: Help")
    terminal.type("help threshold\r")
    try terminal.waitForPrompt(after: "paged: See also: segment")
    terminal.type("1 + 1\r")
    try terminal.wait(for: "Number 2")
  }

  @Test func `a pager that is missing or closed early does no harm`() throws {
    let missing = try start(environment: ["PAGER": "", "PATH": "/nowhere"])
    missing.type("help all\r")
    try missing.waitForPrompt(after: "?COMMAND explains a command; ? WORD searches the help.")
    let closed = try start(environment: ["PAGER": "head -c 1 >/dev/null"])
    closed.type("help all\r1 + 1\r")
    try closed.wait(for: "Number 2")
  }

  @Test func `a script is opened before the first prompt`() throws {
    try folder.write("seglang 1\nradius = 4px\n", to: "open.seg")
    let terminal = try start(["open.seg"])
    terminal.type("radius\r")
    try terminal.wait(for: "Length 4px")
  }

  @Test func `a dumb terminal without Unicode or color is served too`() throws {
    let terminal = try start(environment: ["TERM": "dumb", "LC_ALL": "C", "NO_COLOR": ""], columns: 40)
    terminal.type("phantom size=64\r")
    try terminal.wait(for: "_1 Phantom>")
    terminal.type("?morph-open\r")
    try terminal.waitForPrompt(after: "Examples")
    #expect(terminal.screen.text.utf8.allSatisfy { $0 < 128 })
    #expect(terminal.screen.text.split(separator: "\n").allSatisfy { $0.count <= 40 })
  }

  @Test func `a killed terminal ends the program`() throws {
    let terminal = try start()
    terminal.signal(SIGHUP)
    #expect(try terminal.waitForExit() == -SIGHUP)
  }
}
