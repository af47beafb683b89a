import Foundation
import Platform
import TestSupport
import Testing

/// The page's server beside a prompt, without a browser: what it tells, what it takes, and when it ends.
@Suite(.serialized) struct ViewTranscripts {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func start(_ lines: [String], environment: [String: String] = [:]) throws -> ViewedPrompt {
    try ViewedPrompt(lines, in: folder, environment: environment)
  }

  private static func steps(_ scene: [String: Any]) -> [[String: Any]] { scene["steps"] as? [[String: Any]] ?? [] }
  private static func line(_ scene: [String: Any], _ text: String) -> [String: Any]? {
    steps(scene).first { ($0["line"] as? String)?.contains(text) == true }
  }

  @Test func `a new result reaches the page by itself`() throws {
    let page = try start(["phantom size=64"])
    let scene = try page.scene()
    #expect(scene["title"] as? String == "Phantom, seed 1")
    #expect(scene["width"] as? Int == 64)
    let picture = try #require(scene["picture"] as? [String: Any])
    let plane = try #require(picture["plane"] as? String)
    #expect(page.get("/planes/\(plane)")?.body.count == 64 * 64)
    page.terminal.type("_1.image | threshold 100\r")
    _ = try page.scene { Self.line($0, "threshold 100") != nil }
  }

  @Test func `a change on the page is a line at the prompt, above what is being typed`() throws {
    let page = try start(["phantom size=64"])
    let step = try #require(Self.steps(try page.scene()).last?["id"] as? Int)
    page.terminal.type("half a li")
    try page.terminal.wait(for: "half a li")
    #expect(page.post(#"{"do":"threshold","step":\#(step),"level":120}"#) == 202)
    try page.terminal.wait(for: "the line and what was typed") {
      $0.text.contains("_1 | threshold 120   (from the page)\n_2 Mask ") && $0.text.hasSuffix("_2 Mask> half a li")
    }
    let scene = try page.scene { Self.line($0, "_1 | threshold 120") != nil }
    let levels = try #require(scene["levels"] as? [[String: Any]])
    #expect(levels.first?["level"] as? Double == 120)
    // What was typed is still a line that can be edited, and what came from the page is history.
    page.terminal.type("\u{15}_2.area > 0\r")
    try page.terminal.wait(for: "_3 Bool true")
    #expect(try folder.text(of: ".local/state/segsh/history").contains("\n_1 | threshold 120\n"))
    #expect(page.post(#"{"do":"undo"}"#) == 202)
    try page.terminal.wait(for: "undone: _2.area > 0")
  }

  @Test func `a threshold that is moved keeps the corrections of the segmentation and of the mask`() throws {
    let page = try start([
      "phantom seed=7 size=128 opacity=30%", "_1.image | segment", "_2 | exclude rectangle [[0, 0], [127, 63]]",
    ])
    func severity(_ scene: [String: Any], _ side: String) -> Double? {
      ((scene["severity"] as? [String: Any])?[side] as? [String: Any])?["percent"] as? Double
    }
    let corrected = try page.scene { Self.line($0, "exclude rectangle") != nil }
    let levels = try #require(corrected["levels"] as? [[String: Any]])
    #expect(levels.first?["keeps"] as? Int == 1)
    let source = try #require(levels.first?["step"] as? Int)
    #expect(page.post(#"{"do":"threshold","step":\#(source),"level":0.2}"#) == 202)
    let cut = try page.scene { Self.line($0, "_3 | threshold 0.2") != nil }
    #expect((cut["severity"] as? [String: Any])?["before_is"] as? String == "uncorrected")
    let layers = cut["layers"] as? [[String: Any]] ?? []
    #expect((layers.first { $0["key"] as? String == "before" }?["detail"] as? String)?.hasPrefix("uncorrected, ") == true)
    page.terminal.type("(_4 minus _2.left).area == 0\r")
    try page.terminal.wait(for: "_5 Bool true")
    // A stroke on the mask stays too, as a step of its own.
    let mask = try #require(cut["shown"] as? Int)
    #expect(page.post(#"{"do":"paint","step":\#(mask),"points":[60,90,60,100],"radius":4}"#) == 202)
    let painted = try page.scene { Self.line($0, "_4 | paint") != nil }
    #expect((painted["levels"] as? [[String: Any]])?.first?["keeps"] as? Int == 2)
    #expect((painted["levels"] as? [[String: Any]])?.first?["level"] as? Double == 0.2)
    #expect(page.post(#"{"do":"threshold","step":\#(source),"level":0.6}"#) == 202)
    let again = try page.scene { Self.line($0, "threshold 0.6") != nil && $0["shown"] as? Int == $0["latest"] as? Int }
    try page.terminal.wait(for: "_3 | threshold 0.6 | paint \"60,90 +0+10\" radius=4px")
    let (after, before) = (try #require(severity(again, "after")), try #require(severity(again, "before")))
    page.terminal.type("s = it | severity; near = [s.percent - \(after), s.before.percent - \(before)]\r")
    page.terminal.type("[s.corrections == 2, near[0] ^ 2 + near[1] ^ 2 < 0.0001, s.percent < 100]\r")
    try page.terminal.wait(for: "[true, true, true]")
  }

  @Test func `errors and nonsense change nothing`() throws {
    let page = try start(["phantom size=64"])
    let step = try #require(Self.steps(try page.scene()).last?["id"] as? Int)
    #expect(page.post(#"{"do":"save","step":\#(step),"path":"x.png"}"#) == 202)
    #expect(page.post(#"{"do":"threshold","step":99999,"level":3}"#) == 202)
    #expect(page.post(#"{"do":"include","step":\#(step),"shape":"fill","points":[100000,100000]}"#) == 202)
    #expect(page.post(#"{"do":"threshold","step":\#(step),"level":77}"#) == 202)
    try page.terminal.wait(for: "_1 | threshold 77   (from the page)\n_2 Mask")
    #expect(!page.terminal.screen.text.contains("save"))
    #expect(!FileManager.default.fileExists(atPath: folder.url.appendingPathComponent("x.png").path))
  }

  @Test func `an earlier step can be looked at, and nothing changes`() throws {
    let page = try start(["phantom size=64", "_1.image | threshold 100"])
    let first = try #require(Self.steps(try page.scene()).first?["id"] as? Int)
    #expect(page.post(#"{"do":"look","step":\#(first)}"#) == 202)
    let scene = try page.scene { $0["shown"] as? Int == first }
    #expect(scene["latest"] as? Int != first)
    page.terminal.type(":history\r")
    try page.terminal.wait(for: "2  _1.image | threshold 100")
  }

  @Test func `no name and no path is shown while names are hidden`() throws {
    let prepared = try Program().run(["-c", "phantom size=64 | save Doe_Jane.png"], in: folder.url)
    #expect(prepared.status == 0)
    let page = try start(["load Doe_Jane.png", "_1 | gaussian-filter sigma=2px"])
    let hidden = try page.scene()
    #expect(!"\(hidden)".contains("Doe"))
    #expect((hidden["title"] as? String)?.hasPrefix("PNG ") == true)
    page.terminal.type(":set phi=show\r")
    let shown = try page.scene { "\($0)".contains("Doe_Jane") }
    #expect(shown["title"] as? String == "Doe_Jane.png")
  }

  @Test(arguments: [SIGKILL, SIGTERM]) func `the page ends with the shell`(_ signal: Int32) throws {
    let page = try start(["phantom size=64"])
    #expect(page.get("/")?.status == 200)
    page.terminal.signal(signal)
    _ = try page.terminal.waitForExit()
    #expect(LoopbackClient(port: page.port) == nil)
  }

  @Test func `a browser is led by a file that its owner alone can read`() throws {
    try folder.write("#!/bin/sh\ncp -p \"${1#file://}\" copy.html; printf '%s' \"$1\" > asked; mv asked argument\n", to: "browse")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.appendingPathComponent("browse").path)
    let page = try start(["phantom size=64"], environment: ["BROWSER": "\(folder.url.path)/browse"])
    let argument = folder.url.appendingPathComponent("argument").path
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: argument) { usleep(50_000) }
    #expect(!(try folder.text(of: "argument").contains(page.token)))
    #expect(try folder.text(of: "copy.html").contains("url=http://127.0.0.1:\(page.port)/#\(page.token)"))
    let copy = try FileManager.default.attributesOfItem(atPath: folder.url.appendingPathComponent("copy.html").path)
    #expect(copy[.posixPermissions] as? Int == 0o600)
    page.terminal.type(":quit\r")
    #expect(try page.terminal.waitForExit() == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/.cache/segsh").allSatisfy { !$0.contains("view") })
  }

  @Test func `over ssh the prompt says the tunnel`() throws {
    let page = try start(["phantom size=64"], environment: ["SSH_CONNECTION": "10.0.0.1 5000 10.0.0.2 22"])
    #expect(page.terminal.screen.text.contains("ssh -L \(page.port):127.0.0.1:\(page.port) 10.0.0.2"))
  }

  @Test func `without a prompt there is nothing to follow`() throws {
    let run = try Program().run(["-c", "view"], in: folder.url)
    #expect(run.status == 0)
    #expect(run.errors.contains("the live view requires the interactive prompt"))
  }
}
