import Foundation
import TestSupport
import Testing

/// What follows the hand on the page, and what everyone can use and read. Skipped where Chromium is not installed.
@Suite(.serialized, .enabled(if: Chromium.path != nil, "Chromium is not installed"))
final class ViewPreviewBrowserTests {
  private let folder: TemporaryFolder
  /// Kept until the test is over, since the shell ends with it.
  private var prompt: ViewedPrompt?

  init() throws { folder = try TemporaryFolder() }

  private func open(
    _ lines: [String] = ["phantom seed=7 size=256", "_1.image | segment"], width: Int = 1280, height: Int = 900, scheme: String = "dark"
  )
    throws -> Chromium
  {
    let prompt = try ViewedPrompt(lines, in: folder)
    self.prompt = prompt
    let page = try Chromium(width: width, height: height, scheme: scheme)
    try page.open(prompt.address)
    try page.wait(
      for: "window.segsh?.stage.picture && window.segsh.stage.layers.length "
        + "&& window.segsh.stage.layers.every((layer) => layer.plane || !layer.shown)")
    return page
  }

  private static let after = "JSON.stringify(window.segsh.scene.severity.after)"
  private static let ahead = "JSON.stringify(window.segsh.preview.shown.severity)"
  private static let settled = "window.segsh.preview.shown && !window.segsh.preview.isWaiting"
  private static let percent = "document.querySelector('.grade strong').textContent"

  private func steps(_ page: Chromium) throws -> Int { Int(try page.number("window.segsh.scene.steps.length")) }

  @Test func `while the threshold is dragged the values are those that will be recorded`() throws {
    let page = try open()
    try page.wait(for: "/the model's threshold/.test(document.getElementById('level-text').textContent)")
    let (count, before) = (try steps(page), try page.text(Self.after))
    let start = try page.place(of: "#histogram", 0.6)
    try page.mouse("mouseMoved", start.x, start.y, isDown: false)
    try page.mouse("mousePressed", start.x, start.y)
    var seen: Set<String> = []
    for share in [0.5, 0.3, 0.1, 0.05] {
      let place = try page.place(of: "#histogram", share)
      try page.mouse("mouseMoved", place.x, place.y)
      try page.wait(for: Self.settled + " && document.getElementById('severity-state').textContent.startsWith('preview above ')")
      seen.insert(try page.text(Self.percent))
    }
    #expect(seen.count > 1, "\(seen)")
    let ahead = try page.text(Self.ahead)
    #expect(ahead != before)
    #expect(try steps(page) == count, "nothing is recorded yet")
    // What is drawn on the lungs follows too, and what is read of the slider.
    #expect(try page.text("document.getElementById('level').getAttribute('aria-valuetext')").contains("of the lungs opaque"))
    let end = try page.place(of: "#histogram", 0.05)
    try page.mouse("mouseReleased", end.x, end.y, isDown: false)
    try page.wait(for: "window.segsh.scene.steps.length === \(count + 1)")
    #expect(try page.text(Self.after) == ahead)
    #expect(try page.text("document.getElementById('severity-state').textContent") == "")
    #expect(try page.text("window.segsh.scene.steps.at(-1).line").hasPrefix("_2 | threshold 0.05"))
    #expect(page.problems == [])
  }

  @Test func `a preview leaves the prompt as it is`() throws {
    let page = try open()
    let terminal = try #require(prompt?.terminal)
    terminal.type("half a li")
    try terminal.wait(for: "half a li")
    let before = terminal.screen.text
    try page.wait(for: "/the model's threshold/.test(document.getElementById('level-text').textContent)")
    try page.press("t")
    for _ in 0..<5 { try page.press("ArrowLeft") }
    try page.wait(for: Self.settled)
    #expect(terminal.screen.text == before)
  }

  @Test func `leaving the threshold brings the recorded values back`() throws {
    let page = try open()
    try page.wait(for: "/the model's threshold/.test(document.getElementById('level-text').textContent)")
    let (count, before) = (try steps(page), try page.text(Self.percent))
    try page.press("t")
    for _ in 0..<30 { try page.press("ArrowLeft") }
    try page.wait(for: Self.settled)
    #expect(try page.text(Self.percent) != before)
    try page.press("Escape")
    #expect(try page.text(Self.percent) == before)
    #expect(try page.text("document.getElementById('severity-state').textContent") == "")
    #expect(try steps(page) == count)
    #expect(page.problems == [])
  }

  @Test func `while a brush, an eraser, a lasso or an ellipse moves the values are those that will be recorded`() throws {
    let page = try open()
    for (index, (key, excludes)) in [("b", false), ("e", false), ("l", false), ("o", true)].enumerated() {
      let count = try steps(page)
      try page.press(key)
      if excludes { try page.press("x") }
      let places = try [(70, 80), (80, 84), (100, 86), (105, 70)].map { try page.spot($0.0, $0.1) }
      try page.mouse("mouseMoved", places[0].x, places[0].y, isDown: false)
      try page.mouse("mousePressed", places[0].x, places[0].y)
      for place in places.dropFirst() { try page.mouse("mouseMoved", place.x, place.y) }
      try page.wait(for: Self.settled + " && document.getElementById('severity-state').textContent.startsWith('preview')")
      let ahead = try page.text(Self.ahead)
      let text = try page.text(Self.percent)
      #expect(try steps(page) == count, "nothing is recorded yet")
      try page.mouse("mouseReleased", places[3].x, places[3].y, isDown: false)
      try page.wait(for: "window.segsh.scene.steps.length === \(count + 1)")
      #expect(try page.text(Self.after) == ahead, "tool \(index)")
      #expect(try page.text(Self.percent) == text)
    }
    #expect(page.problems == [])
  }

  @Test func `a stroke by keys is measured while it is drawn`() throws {
    let page = try open()
    let count = try steps(page)
    try page.press("b")
    try page.press("p")
    try page.run("window.segsh.tools.cross = [70.5, 80.5]")
    try page.press(" ")
    try page.press("ArrowDown", shift: true)
    try page.press("ArrowDown", shift: true)
    try page.wait(for: Self.settled)
    let ahead = try page.text(Self.ahead)
    try page.press(" ")
    try page.wait(for: "window.segsh.scene.steps.length === \(count + 1)")
    #expect(try page.text(Self.after) == ahead)
    #expect(page.problems == [])
  }

  @Test(arguments: [(1400, 900), (1000, 700), (480, 900)]) func `no message covers the image`(_ width: Int, _ height: Int) throws {
    let page = try open(width: width, height: height)
    try page.press("b")
    #expect(try page.text("document.getElementById('hint').textContent").hasPrefix("Brush"))
    let overlap = """
      (() => {
        const frame = document.getElementById('frame').getBoundingClientRect();
        return [...document.querySelectorAll('.messages, #hint, #told')].some((e) => {
          const box = e.getBoundingClientRect();
          return box.height > 0 && box.top < frame.bottom - 0.5 && box.bottom > frame.top + 0.5;
        });
      })()
      """
    #expect(try !page.holds(overlap))
    try page.press("z")
    try page.wait(for: "document.getElementById('told').textContent !== ''")
    #expect(try !page.holds(overlap))
    #expect(try page.holds("document.getElementById('told').getBoundingClientRect().height > 10"))
    #expect(page.problems == [])
  }

  @Test func `outlines differ by dashes or width, and the prior is dashed`() throws {
    let page = try open([
      "q = phantom seed=3 size=200", "old = q.image | segment", "p = phantom seed=7 size=256", "s = p | segment",
      "a = s | threshold 0.2", "b = s | threshold 0.3", "c = s | threshold 0.7", "d = s | threshold 0.8", "e = s | threshold 0.9",
    ])
    self.prompt?.terminal.type("view browser=false prior=old\r")
    try page.wait(for: "window.segsh.scene.layers?.some((layer) => layer.key === 'prior-opacity')")
    let looks = try #require(
      try page.run("window.segsh.scene.layers.filter((layer) => layer.kind === 'mask').map((layer) => `${layer.dashes} ${layer.thick}`)")
        as? [String])
    #expect(looks.count >= 10, "\(looks)")
    #expect(Set(looks).count == looks.count, "\(looks)")
    #expect(try page.text("window.segsh.scene.layers.find((layer) => layer.key === 'prior-opacity').dashes") == "dashed")
    #expect(page.problems == [])
  }

  @Test func `the probability layer has a scale of its colors`() throws {
    let page = try open()
    #expect(try page.holds("!document.querySelector('.color-scale')"))
    let index = Int(try page.number("window.segsh.layers.all.findIndex((layer) => layer.kind === 'probability')"))
    try page.press("\(index + 1)")
    #expect(try page.text("document.querySelector('.color-scale').innerText").split { $0.isWhitespace } == ["0", "0.5", "1"])
    #expect(try page.text("document.querySelector('.color-scale').getAttribute('aria-label')").contains("probability"))
    #expect(page.problems == [])
  }

  @Test func `the image is described in words by zone`() throws {
    let page = try open()
    let words = try page.text("document.getElementById(document.getElementById('stage').getAttribute('aria-describedby')).textContent")
    #expect(words.contains("right lung ") && words.contains("lower ") && words.contains(" region"), "\(words)")
  }

  /// axe-core comes from the package axe-core-python of PyPI.
  @Test(arguments: ["dark", "light"]) func `axe finds no fault`(_ scheme: String) throws {
    guard let python = TestPython.path(importing: "axe_core_python") else { return }
    let script = "import axe_core_python, pathlib; print(pathlib.Path(axe_core_python.__path__[0]) / 'axe.min.js')"
    let path = try Program(executable: python).run(["-c", script], in: folder.url).output.trimmingCharacters(in: .whitespacesAndNewlines)
    let axe = try String(contentsOfFile: path, encoding: .utf8)
    let page = try open(["phantom seed=7 size=256", "_1.image | segment", "_2 | threshold 0.2"], scheme: scheme)
    try page.wait(for: "document.querySelectorAll('#layers li').length > 3")
    try page.run(axe + "; undefined")
    let faults =
      "axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`)))"
    #expect(try page.run(faults) as? [String] == [])
    // The same with a tool, a comparison, the color scale and a preview; and with the list of keys.
    try page.press("b")
    try page.press("c")
    try page.run("document.querySelectorAll('#layers input[type=checkbox]').forEach((box) => { if (!box.checked) box.click(); })")
    try page.press("t")
    for _ in 0..<3 { try page.press("ArrowLeft") }
    try page.wait(for: Self.settled)
    #expect(try page.run(faults) as? [String] == [])
    try page.press("?")
    #expect(try page.run(faults) as? [String] == [])
  }

  /// Everything that can be clicked is reached by Tab or has a key.
  @Test func `every control is reached by the keyboard`() throws {
    let page = try open(["phantom seed=7 size=256", "_1.image | segment", "_2 | threshold 0.2"])
    try page.wait(for: "document.querySelectorAll('#layers li').length > 3")
    try page.press("c")
    try page.run("document.activeElement.blur(); window.reached = new Set()")
    for _ in 0..<120 {
      try page.press("Tab")
      try page.run("window.reached.add(document.activeElement)")
    }
    let missed = """
      [...document.querySelectorAll('button, input, select, a, #stage')].filter((e) => e.checkVisibility() && !e.disabled && !window.reached.has(e)
        && !(e.type === 'radio' && [...window.reached].some((other) => other.name === e.name)))
        .map((e) => e.outerHTML.slice(0, 100))
      """
    #expect(try page.run(missed) as? [String] == [])
    #expect(page.problems == [])
  }
}
