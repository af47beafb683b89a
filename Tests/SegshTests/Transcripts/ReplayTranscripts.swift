import Foundation
import TestSupport
import Testing

/// `segsh run --lock` and `segsh replay`.
@Suite struct ReplayTranscripts {
  private let program = Program()
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      """
      seglang 1
      param image: Path = a.png "picture"
      img = load (image)
      mask = img | threshold 100 | morph-open radius=2px
      mask | save mask.png
      print "{mask.area > 0}"

      """, to: "case.seg")
    try #require(segsh("phantom", "a.png", "--size", "64", "--seed", "3").status == 0)
  }

  private func segsh(_ arguments: String...) throws -> Program.Outcome { try program.run(arguments, in: folder.url) }

  private func remove(_ name: String) throws { try FileManager.default.removeItem(at: folder.url.appendingPathComponent(name)) }
  private func modified(_ name: String) throws -> Date? {
    try FileManager.default.attributesOfItem(atPath: folder.url.appendingPathComponent(name).path)[.modificationDate] as? Date
  }

  @Test func `a locked run is verified, and verifying writes nothing`() throws {
    let run = try segsh("run", "case.seg", "--lock")
    #expect(run == .init(status: 0, output: "true\n", errors: "saved mask.png\nlocked 4 steps in case.seg.lock\n"))
    let before = try modified("mask.png")
    #expect(try segsh("replay", "case.seg", "--verify") == .init(status: 0, output: "case.seg: 4 steps identical\n", errors: ""))
    #expect(try modified("mask.png") == before)
    #expect(try segsh("replay", "case.seg", "--verify", "--threads", "1").status == 0)
    let plain = try segsh("replay", "case.seg")
    #expect(plain == .init(status: 0, output: "true\n", errors: "saved mask.png\ncase.seg: 4 steps identical\n"))
    let json = try segsh("replay", "case.seg", "--verify", "--json")
    #expect(json.output.hasPrefix("{\"subject\": \"case.seg\", \"identical\": true, \"steps\": 4"))
    #expect(try segsh("check", "case.seg").status == 0)
  }

  @Test func `what a cohort's script writes in its blocks and loops is made again from its own case`() throws {
    for seed in 1...3 { try #require(segsh("phantom", "case-\(seed).png", "--size", "64", "--seed", "\(seed)").status == 0) }
    try folder.write(
      """
      seglang 1
      fn measure(x: Image) {
        x | save "f-{x.mean:.1}.png"
        return x.mean
      }
      rows = load-cases case-*.png | each {
        low = it | threshold 100
        low | overlay | save "over-{low.area}.png"
        log "case"
        if low.area > 1 {
          it | save "again-{low.area}.png"
          {area: low.area, mean: it | measure}
        } else {
          {area: 0, mean: 0}
        }
      }
      rows | sort by=area | save rows.csv
      for x in load-cases case-*.png spacing=0.5mm {
        m = x | threshold 120 | morph-open radius=1mm
        m | save "m-{m.area}.png"
      }

      """.replacingOccurrences(of: "mean: it | measure}", with: "mean: (it | measure)}"), to: "cohort.seg")
    let run = try segsh("run", "cohort.seg", "--lock")
    #expect(run.status == 0, "\(run.errors)")
    #expect(try segsh("replay", "cohort.seg", "--verify").status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    let written = names.filter { !$0.hasSuffix(".json") }.filter { name in
      ["over-", "again-", "m-", "f-", "rows.csv"].contains { name.hasPrefix($0) }
    }
    #expect(written.count == 13)
    for name in written.sorted() {
      let replay = try segsh("replay", name, "--verify")
      #expect(replay.status == 0, "\(name): \(replay.output)\(replay.errors)")
      let inputs = replay.output.components(separatedBy: "(SHA-256").count - 1
      #expect(inputs == (name == "rows.csv" ? 3 : 1), "\(name) hangs on its own case alone")
    }
  }

  @Test func `a moved cohort with the same image twice and with broken files replays`() throws {
    let manager = FileManager.default
    try manager.createDirectory(at: folder.url.appendingPathComponent("in/ward"), withIntermediateDirectories: true)
    for seed in 1...3 { try #require(segsh("phantom", "in/x\(seed).png", "--size", "64", "--seed", "\(70 + seed)").status == 0) }
    for (old, new) in [("x1", "ward/w"), ("x2", "x9")] {
      try manager.copyItem(at: folder.url.appendingPathComponent("in/\(old).png"), to: folder.url.appendingPathComponent("in/\(new).png"))
    }
    for (name, text) in [("x4", ""), ("x5", "no")] { try folder.write(text, to: "in/\(name).png") }
    try folder.write(
      "seglang 1\nparam input: Glob\nload-cases (input) | each errors=keep { {mean: it.mean} } | save rows.csv\n", to: "rows.seg")
    #expect(try segsh("run", "rows.seg", "--lock", "--input", "in/**").status == 4)
    try manager.moveItem(at: folder.url.appendingPathComponent("in"), to: folder.url.appendingPathComponent("moved"))
    let replay = try segsh("replay", "rows.seg", "--verify", "--data", "moved")
    #expect(replay.status == 0, "\(replay.output)\(replay.errors)")
    #expect(try segsh("replay", "rows.csv", "--verify", "--data", "moved").status == 0)
    try manager.removeItem(at: folder.url.appendingPathComponent("moved/x3.png"))
    #expect(try segsh("replay", "rows.seg", "--verify", "--data", "moved").status != 0)
  }

  @Test func `what the params were given is in the lock`() throws {
    #expect(try segsh("phantom", "b.png", "--size", "64", "--seed", "5").status == 0)
    #expect(try segsh("run", "case.seg", "--lock", "--image", "b.png").status == 0)
    #expect(try folder.text(of: "case.seg.lock").contains("\"params\": {\"image\": \"input1.png\"}"))
    #expect(try segsh("replay", "case.seg", "--verify").status == 0)
  }

  @Test func `a changed line, a changed input and a missing one each say so`() throws {
    #expect(try segsh("run", "case.seg", "--lock").status == 0)
    let text = try folder.text(of: "case.seg")
    try folder.write(text.replacingOccurrences(of: "threshold 100", with: "threshold 101"), to: "case.seg")
    let line = try segsh("replay", "case.seg", "--verify")
    #expect(line.status == 3)
    #expect(line.output.contains("step 2, differs: _1 | threshold 101\n    recorded: _1 | threshold 100\n"))
    #expect(line.output.contains(" px changed ("))
    #expect(try segsh("replay", "case.seg").status == 0)
    try folder.write(text, to: "case.seg")
    try FileManager.default.createDirectory(at: folder.url.appendingPathComponent("old"), withIntermediateDirectories: false)
    try FileManager.default.moveItem(
      at: folder.url.appendingPathComponent("a.png"), to: folder.url.appendingPathComponent("old/other-name.png"))
    let missing = try segsh("replay", "case.seg", "--verify")
    #expect(missing.status == 1)
    #expect(missing.errors.contains("the input `a.png` (SHA-256 ") && missing.errors.contains("--data DIR"))
    #expect(try segsh("replay", "case.seg", "--verify", "--data", "old").status == 0)
    #expect(try segsh("phantom", "a.png", "--size", "64", "--seed", "4").status == 0)
    let changed = try segsh("replay", "case.seg", "--verify")
    #expect(changed.status == 3)
    #expect(changed.output.contains("input a.png has changed: SHA-256 "))
    #expect(try segsh("replay", "case.seg", "--verify", "--data", "old").status == 0)
  }

  @Test func `a missing or damaged lock is answered with the way to one`() throws {
    let missing = try segsh("replay", "case.seg", "--verify")
    #expect(
      missing
        == .init(
          status: 1, output: "", errors: "error: there is no lock file `case.seg.lock`; create it with `segsh run case.seg --lock`\n"))
    try folder.write("{\"segsh_lock\": 1", to: "case.seg.lock")
    let damaged = try segsh("replay", "case.seg", "--verify")
    #expect(damaged.status == 1 && damaged.errors.hasPrefix("error: the lock file `case.seg.lock` is damaged: "))
    #expect(try segsh("replay", "cas.seg").errors.contains("did you mean `case.seg`?"))
    #expect(try segsh("replay", "case.seg", "--data", "nowhere").status == 2)
  }

  @Test func `a picture is made again from its recipe`() throws {
    #expect(try segsh("-c", "load a.png | threshold 100 | overlay color=red | save over.png").status == 0)
    let good = try segsh("replay", "over.png", "--verify")
    #expect(good.status == 0)
    #expect(good.output.hasPrefix("over.png: 4,096 pixels identical\n  reproduced in 3 steps from a.png (SHA-256 "))
    #expect(try segsh("replay", "a.png", "--verify").output.hasPrefix("a.png: 4,096 pixels identical\n"))
    try remove("a.png")
    let missing = try segsh("replay", "over.png", "--verify")
    #expect(missing.status == 1 && missing.errors.contains("the input `input1.png`"))
    #expect(try segsh("phantom", "a.png", "--size", "64", "--seed", "4").status == 0)
    let changed = try segsh("replay", "over.png", "--verify")
    #expect(changed.status == 1 && changed.errors.contains("the input `input1.png`"))
    #expect(try segsh("-c", "phantom size=64 | save none.png recipe=none").status == 0)
    #expect(try segsh("replay", "none.png").errors.hasPrefix("error: none.png contains no recipe: "))
    #expect(try segsh("-c", "phantom size=64 | save p.jpg").status == 0)
    #expect(try segsh("replay", "p.jpg").errors.contains("only PNG, SVG and CSV files contain a recipe"))
  }

  @Test func `a session is saved with a lock, and its script gives the same values`() throws {
    let terminal = try PseudoTerminal(Program(), [], in: folder.url)
    try terminal.wait(for: "a prompt") { $0.text.hasSuffix(">") }
    terminal.type("img = load a.png\rm = img | threshold otsu\rk = m.area\rm | save m.png\r")
    try terminal.wait(for: "saved m.png")
    terminal.type(":undo\r")
    try terminal.wait(for: "m.png is not deleted")
    terminal.type(":history\r")
    try terminal.wait(for: "-> m = _2 Mask from img")
    terminal.type(":save s.seg --why k\r")
    try terminal.wait(for: "locked 4 steps")
    #expect(try segsh("check", "s.seg").status == 0)
    #expect(try segsh("replay", "s.seg", "--verify") == .init(status: 0, output: "s.seg: 4 steps identical\n", errors: ""))
    let digest = try #require(try folder.text(of: "s.seg.lock").components(separatedBy: "\"sha256\": \"").dropFirst().first).prefix(64)
    #expect(
      try folder.text(of: "s.seg") == "seglang 1\nparam xray1: Path \"PNG file with SHA-256 \(digest)\"\nimg = load (xray1)\n"
        + "m = img | threshold otsu\nk = m.area\nprint k\n")
    let run = try segsh("run", "s.seg", "--xray1", "a.png")
    #expect(run.status == 0 && Int(run.output.trimmingCharacters(in: .newlines)) != nil, "\(run.output)\(run.errors)")
  }
}
