import Foundation
import TestSupport
import Testing

/// The images of the documentation, made of phantoms by the program itself. Written again with `SEGSH_UPDATE_IMAGES=1` (`make images`), skipped otherwise: a browser's pixels
/// differ from version to version.
@Suite(
  .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["SEGSH_UPDATE_IMAGES"] == "1" && Chromium.path != nil,
    "SEGSH_UPDATE_IMAGES=1 with Chromium writes them anew"))
struct DocumentationImageTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ data: Data, _ name: String) throws {
    #expect(data.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    try data.write(to: Self.root.appendingPathComponent("Docs/images/\(name)"), options: .atomic)
  }

  private func run(_ arguments: [String]) throws {
    let outcome = try Program().run(
      arguments, in: folder.url, environment: ["SEGSH_MODELS": Self.root.appendingPathComponent("Models").path])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func made(_ name: String) throws -> Data { try Data(contentsOf: folder.url.appendingPathComponent(name)) }

  @Test func `overlay`() throws {
    try run(["run", Self.root.appendingPathComponent("scripts/examples/quick-look.seg").path, "--out", "overlay.png"])
    try write(try made("overlay.png"), "overlay.png")
  }

  @Test func `view`() throws {
    let prompt = try ViewedPrompt(["phantom seed=7", "_1.image | segment", "mask = _2 | threshold 0.2"], in: folder)
    let page = try Chromium(width: 1280, height: 860)
    try page.call("Emulation.setScrollbarsHidden", ["hidden": true])
    try page.open(prompt.address)
    try page.wait(for: "window.segsh?.stage.picture && window.segsh.stage.layers.filter((layer) => layer.plane).length > 2")
    try page.press("c")
    try page.wait(
      for: "window.segsh.stage.split !== null && window.segsh.stage.layers.every((layer) => layer.side === 'both' || layer.plane)")
    // The layer of what was before shows it on its side.
    try page.run(
      "(() => { const box = [...document.querySelectorAll('#layers li')].find((li) => li.textContent.includes('before')).querySelector('input[type=checkbox]'); if (!box.checked) box.click(); })()"
    )
    try page.run("new Promise((done) => setTimeout(done, 800))")
    try write(try page.screenshot(), "view.png")
    #expect(page.problems == [])
  }

  @Test func `worklist`() throws {
    try FileManager.default.createDirectory(atPath: folder.url.appendingPathComponent("ward").path, withIntermediateDirectories: true)
    try run(["-c", "for k in 1..10 { phantom seed=k | save \"ward/{k}.png\" }"])
    let prompt = try ViewedPrompt(["worklist ward reader=AB order=uncertain"], in: folder)
    let page = try Chromium(width: 1280, height: 860)
    try page.call("Emulation.setScrollbarsHidden", ["hidden": true])
    try page.open(prompt.address)
    try page.wait(for: "window.segsh?.worklist.isOpen")
    func click(_ selector: String) throws {
      let place = try page.place(of: selector)
      try page.drag([place, place])
    }
    for number in 0..<4 {
      try click("#case-next")
      try page.wait(for: "window.segsh.worklist.state.place === \(number) && window.segsh.stage.layers.some((layer) => layer.plane)")
      if number == 1 {
        try click("#comment")
        try page.call("Input.insertText", ["text": "the left base is hard to judge"])
      }
      guard number < 3 else { break }
      try click("#case-accept")
      try page.wait(for: "window.segsh.worklist.rows[\(number)].status === 'accepted'")
    }
    try page.run("new Promise((done) => setTimeout(done, 1500))")
    try write(try page.screenshot(), "worklist.png")
    #expect(page.problems == [])
  }

  @Test func `report`() throws {
    try run(["-c", "phantom seed=7 | segment | severity | report case.html"])
    let page = try Chromium(width: 1100, height: 940, scheme: "light")
    try page.call("Emulation.setScrollbarsHidden", ["hidden": true])
    try page.open(folder.url.appendingPathComponent("case.html").absoluteString)
    try page.wait(for: "document.readyState === 'complete' && document.querySelector('main section')")
    try page.run("document.getElementById('layer-zones').checked || document.getElementById('layer-zones').click()")
    try write(try page.screenshot(), "report.png")
  }

  @Test func `plots`() throws {
    let lines = [
      "phantom seed=7 | segment | severity | plot | save a.svg", "phantom seed=7 | threshold otsu | plot | save b.svg",
      "[[\"2020-03-13\", 3], [\"2020-03-17\", 5], [\"2020-03-30\", 9]] | each { {date: it[0], score: (phantom seed=(it[1]) | segment | severity)} } | plot | save c.svg",
      "phantom seed=7 | profile row=256 column=40 to_row=256 to_column=470 | plot | save d.svg",
    ]
    for line in lines { try run(["-c", line]) }
    let drawings = try "abcd".map { "<div>\(String(decoding: try made("\($0).svg"), as: UTF8.self))</div>" }.joined()
    let style =
      "body { margin: 0; background: #e0e0e0; display: grid; grid-template-columns: 1fr 1fr; gap: 12px } div { background: #fff } svg { width: 502px; height: auto; display: block }"
    try "<!doctype html><meta charset=utf-8><style>\(style)</style>\(drawings)".write(
      to: folder.url.appendingPathComponent("plots.html"), atomically: true, encoding: .utf8)
    let page = try Chromium(width: 1016, height: 800, scheme: "light")
    try page.call("Emulation.setScrollbarsHidden", ["hidden": true])
    try page.open(folder.url.appendingPathComponent("plots.html").absoluteString)
    try page.wait(for: "document.readyState === 'complete' && document.querySelectorAll('svg').length === 4")
    try write(try page.screenshot(), "plots.png")
  }
}
