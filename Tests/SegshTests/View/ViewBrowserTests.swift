import Foundation
import SegCommands
import SegLang
import TestSupport
import Testing

/// The page in a real browser. Skipped where Chromium is not installed.
@Suite(.serialized, .enabled(if: Chromium.path != nil, "Chromium is not installed"))
final class ViewBrowserTests {
  private let folder: TemporaryFolder
  /// Kept until the test is over, since the shell ends with it.
  private var prompt: ViewedPrompt?

  init() throws { folder = try TemporaryFolder() }

  /// The page with a segmented phantom.
  private func open(
    _ lines: [String] = ["phantom seed=7 size=256", "_1.image | segment"], width: Int = 1280, height: Int = 900, scheme: String = "dark"
  ) throws -> (prompt: ViewedPrompt, page: Chromium) {
    let prompt = try ViewedPrompt(lines, in: folder)
    self.prompt = prompt
    let page = try Chromium(width: width, height: height, scheme: scheme)
    try page.open(prompt.address)
    try page.wait(
      for: "window.segsh?.stage.picture && window.segsh.stage.layers.length "
        + "&& window.segsh.stage.layers.every((layer) => layer.plane || !layer.shown)")
    return (prompt, page)
  }

  /// A digest of the pixels that are shown, once they have come to rest.
  private func pixels(_ page: Chromium) throws -> Double {
    try page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return try page.number(
      """
      (() => {
        const { canvas } = window.segsh.stage;
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
        copy.drawImage(canvas, 0, 0);
        const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
        let sum = 0;
        for (let i = 0; i < data.length; i += 4) sum = (sum * 31 + data[i] + 7 * data[i + 1] + 13 * data[i + 2]) % 1000000007;
        return sum;
      })()
      """)
  }

  @Test func `the page loads, keeps its token to itself, and follows the prompt`() throws {
    let (prompt, page) = try open()
    #expect(try page.text("location.href") == "http://127.0.0.1:\(prompt.port)/")
    #expect(try page.text("document.title") == "Phantom, seed 7 – segsh")
    #expect(try page.text("document.getElementById('status').textContent") == "live")
    #expect(try page.text("document.getElementById('shown').textContent").hasPrefix("_2 Segmentation"))
    prompt.terminal.type("_2.opacity | fill-holes\r")
    try page.wait(for: "document.getElementById('shown').textContent.startsWith('_3 Mask')")
    // A reload keeps the token of the tab.
    try page.reload()
    try page.wait(for: "window.segsh?.scene.steps?.length >= 3")
    #expect(page.problems == [])
  }

  @Test func `an earlier X-ray is held against the later one`() throws {
    let (prompt, page) = try open([
      "p = phantom seed=3 size=200", "old = p.image | segment", "phantom seed=7 size=256", "it.image | segment",
    ])
    #expect(try page.holds("!window.segsh.scene.layers.some((layer) => layer.key === 'prior-opacity')"))
    let alone = try pixels(page)
    prompt.terminal.type("view browser=false prior=old\r")
    try page.wait(
      for: "window.segsh.stage.before && window.segsh.stage.layers.some((layer) => layer.key === 'prior-opacity' && layer.plane)")
    #expect(try page.text("window.segsh.scene.before.name") == "prior old")
    #expect(try page.holds("/^prior (registered|aligned to) /.test(document.getElementById('placed').textContent)"))
    #expect(try page.holds("!document.getElementById('compare').hidden"))
    let outlined = try pixels(page)
    #expect(outlined != alone)
    try page.press("c")
    #expect(try pixels(page) != outlined, "left of the border lies the prior X-ray")
    prompt.terminal.type("view browser=false\r")
    try page.wait(for: "!window.segsh.scene.layers.some((layer) => layer.key === 'prior-opacity')")
    #expect(page.problems == [])
  }

  @Test func `layers are switched, made strong and drawn as outlines`() throws {
    let (_, page) = try open()
    let all = try pixels(page)
    let click = try page.place(of: "#layer-0")
    try page.drag([click, click])
    #expect(try page.holds("!document.querySelector('#layer-0').checked"))
    let without = try pixels(page)
    #expect(without != all)
    try page.press("1")
    #expect(try pixels(page) == all)
    let style = try page.place(of: "[data-id=\"layer-0-style\"]")
    try page.drag([style, style])
    let outlined = try pixels(page)
    #expect(outlined != all && outlined != without)
    let strength = try page.place(of: "[data-id=\"layer-0-strength\"]", 0.3)
    try page.drag([strength, strength])
    #expect(try pixels(page) != outlined)
    #expect(page.problems == [])
  }

  @Test func `dragging the threshold sends the command, and the mask changes`() throws {
    let (prompt, page) = try open()
    try page.wait(for: "/^above 0\\.\\d+, the model's threshold$/.test(document.getElementById('level-text').textContent)")
    let before = try pixels(page)
    let count = Int(try page.number("window.segsh.scene.steps.length"))
    let (from, to) = (try page.place(of: "#histogram", 0.5), try page.place(of: "#histogram", 0.1))
    try page.mouse("mouseMoved", from.x, from.y, isDown: false)
    try page.mouse("mousePressed", from.x, from.y)
    try page.mouse("mouseMoved", to.x, to.y)
    // What it would keep is shown before anything is sent.
    let preview = try pixels(page)
    #expect(preview != before)
    #expect(try page.holds("window.segsh.scene.steps.length === \(count)"))
    try page.mouse("mouseReleased", to.x, to.y, isDown: false)
    try page.wait(for: "window.segsh.scene.steps.length === \(count + 1)")
    let level = try page.text("document.getElementById('level').value")
    #expect(try page.text("window.segsh.scene.steps.at(-1).line") == "_2 | threshold \(level)")
    try prompt.terminal.wait(for: "_2 | threshold \(level)   (from the page)")
    try page.wait(for: "window.segsh.stage.layers.some((layer) => layer.key === 'mask' && layer.plane)")
    #expect(try pixels(page) != before)
    // The figures stand beside those before.
    #expect(try page.holds("document.querySelector('.grade').textContent.includes('before')"))
    // By keys: to the slider, a step to the right, Enter.
    try page.press("t")
    try page.press("ArrowRight")
    try page.press("Enter")
    try page.wait(for: "window.segsh.scene.steps.length === \(count + 2)")
    try page.press("z")
    try page.wait(for: "window.segsh.scene.steps.length === \(count + 1)")
    try prompt.terminal.wait(for: "undone: _2 | threshold")
    #expect(page.problems == [])
  }

  @Test func `the keyboard does everything, and shows what it does`() throws {
    let (_, page) = try open()
    try page.press("?")
    #expect(try page.holds("document.getElementById('sheet').open"))
    #expect(try page.holds("document.querySelectorAll('#keys dt').length > 25"))
    try page.press("Escape")
    #expect(try page.holds("!document.getElementById('sheet').open"))
    try page.press("p")
    #expect(try page.text("document.activeElement.id") == "stage")
    let fitted = try page.number("window.segsh.stage.scale")
    try page.press("+")
    #expect(try page.number("window.segsh.stage.scale") > fitted)
    let x = try page.number("window.segsh.stage.x")
    try page.press("ArrowRight")
    #expect(try page.number("window.segsh.stage.x") < x)
    try page.press("0")
    #expect(try page.number("window.segsh.stage.scale") == fitted)
    try page.press("w")
    let window = try page.number("window.segsh.stage.picture.window[0]")
    try page.press("ArrowRight")
    #expect(try page.number("window.segsh.stage.picture.window[0]") < window)
    try page.press("v")
    #expect(try page.number("window.segsh.stage.picture.window[0]") == window)
    // A ruler by keys: the cross begins in the middle; ten to the right.
    try page.press("r")
    try page.press("ArrowDown")
    try page.press(" ")
    try page.press("ArrowRight", shift: true)
    try page.press(" ")
    #expect(try page.number("window.segsh.tools.ruler[1][1] - window.segsh.tools.ruler[0][1]") == 10)
    #expect(try page.text("document.getElementById('probe').textContent").contains("gray"))
    #expect(page.problems == [])
  }

  @Test func `a click removes a region or adds it again, and the page shows it while the button is down`() throws {
    let (prompt, page) = try open()
    let count = Int(try page.number("window.segsh.scene.steps.length"))
    // A pixel with nothing but opacity around it.
    let middle = """
      (() => {
        const { width, height } = window.segsh.scene, mask = window.segsh.layers.all.find((layer) => layer.key === "opacity").pixels;
        for (let row = 9; row < height - 9; row++) for (let column = 9; column < width - 9; column++) {
          if ([-8, 0, 8].every((y) => [-8, 0, 8].every((x) => mask.at(row + y, column + x)))) return [row + 0.5, column + 0.5];
        }
      })()
      """
    let place = try #require(try page.run(middle) as? [Double])
    let at = try page.spot(place[0], place[1])
    try page.press("u")
    try page.mouse("mousePressed", at.x, at.y)
    try page.wait(for: "window.segsh.stage.preview")
    #expect(try page.number("window.segsh.scene.steps.length") == Double(count), "a preview is no step")
    try page.mouse("mouseReleased", at.x, at.y, isDown: false)
    try page.wait(for: "window.segsh.scene.steps.length === \(count + 1) && !window.segsh.stage.preview")
    #expect(try page.text("window.segsh.scene.steps.at(-1).line").hasPrefix("_2 | exclude at="))
    try prompt.terminal.wait(for: "(from the page)")
    try page.press("m")
    try page.drag([at, (at.x + 5, at.y + 5)])
    try page.wait(for: "window.segsh.scene.steps.length === \(count + 2)")
    #expect(try page.text("window.segsh.scene.steps.at(-1).line").hasPrefix("_3 | include at="))
    try page.press("z")
    try page.wait(for: "window.segsh.scene.steps.length === \(count + 1)")
    #expect(page.problems == [])
  }

  @Test(.enabled(if: ["include", "exclude", "paint"].allSatisfy { Registry.segsh[$0] != nil }, "there are no commands that correct"))
  func `a correction changes mask and severity, and is a command`() throws {
    let (prompt, page) = try open()
    func percent() throws -> Double { try page.number("window.segsh.scene.severity.after.percent") }
    let before = try percent()
    let count = Int(try page.number("window.segsh.scene.steps.length"))
    // A stroke with the brush through the upper right lung, which is clear.
    try page.press("b")
    try page.drag([try page.spot(70, 80), try page.spot(80, 85), try page.spot(100, 85)])
    try page.wait(for: "window.segsh.scene.steps.length === \(count + 1)")
    try prompt.terminal.wait(for: "(from the page)")
    #expect(try page.text("window.segsh.scene.steps.at(-1).line").hasPrefix("_2 | paint "))
    let painted = try percent()
    #expect(painted > before)
    #expect(try page.holds("document.querySelector('.grade').textContent.includes('before')"))
    // An ellipse that takes away, then back again.
    try page.press("o")
    try page.press("x")
    try page.drag([try page.spot(60, 60), try page.spot(110, 110)])
    try page.wait(for: "window.segsh.scene.steps.length === \(count + 2)")
    #expect(try page.text("window.segsh.scene.steps.at(-1).line").hasPrefix("_3 | exclude ellipse "))
    #expect(try percent() < painted)
    try page.press("z")
    try page.wait(for: "window.segsh.scene.steps.length === \(count + 1)")
    #expect(try percent() == painted)
    #expect(page.problems == [])
  }

  @Test func `moving the threshold after a correction keeps the correction`() throws {
    let (prompt, page) = try open(["phantom seed=7 size=256", "_1.image | segment", "_2 | exclude rectangle [[0, 0], [255, 127]]"])
    try page.wait(for: "document.getElementById('level-note').textContent.includes('1 correction is kept')")
    #expect(try page.text("document.getElementById('before-is').textContent") == "Before: uncorrected.")
    #expect(try page.number("window.segsh.scene.severity.after.right.percent") == 0)
    try page.press("t")
    try page.press("ArrowLeft")
    try page.press("Enter")
    try page.wait(for: "window.segsh.scene.steps.at(-1).line.startsWith('_3 | threshold ')")
    try prompt.terminal.wait(for: "(from the page)")
    #expect(try page.number("window.segsh.scene.severity.after.right.percent") == 0)
    #expect(try page.number("window.segsh.scene.severity.before.right.percent") > 0)
    // The same mask is what was before, as figures, as a layer and left of the border.
    #expect(try page.holds("window.segsh.layers.named('before').detail.startsWith('uncorrected')"))
    #expect(try page.holds("document.querySelector('.grade').textContent.includes('before')"))
    #expect(page.problems == [])
  }

  @Test func `moving the picture draws the same as drawing it anew`() throws {
    let (_, page) = try open()
    try page.run("window.segsh.stage.zoom(1.7, 200, 200)")
    for (dx, dy) in [(31, 0), (-57, 12), (3, -90), (900, 0), (-900, 40)] {
      _ = try pixels(page)
      try page.run("window.segsh.stage.pan(\(dx), \(dy))")
      let moved = try pixels(page)
      try page.run("window.segsh.stage.redraw()")
      #expect(try pixels(page) == moved)
    }
  }

  @Test func `the probe says what the shell says`() throws {
    let (prompt, page) = try open()
    try page.wait(for: "window.segsh.layers.named('probability')?.pixels")
    let spot = try page.spot(128.5, 70.5)
    try page.mouse("mouseMoved", spot.x, spot.y, isDown: false)
    let probe = try page.text("document.getElementById('probe').textContent")
    #expect(probe.contains("row 128, column 70"))
    func said(_ text: String, _ number: Int) throws -> String {
      prompt.terminal.type(text + "\r")
      try prompt.terminal.wait(for: "_\(number)") { $0.text.contains("_\(number) Number") && $0.text.hasSuffix(">") }
      let words = prompt.terminal.screen.text.split { $0.isWhitespace }
      let place = try #require(words.lastIndex(of: "_\(number)"))
      return String(try #require(words.dropFirst(place + 2).first))
    }
    #expect(probe.contains("gray \(try said("_1.image[128, 70]", 3))"))
    let probability = try #require(Double(try said("_2.probability[128, 70]", 4)))
    let shown = try #require(probe.firstMatch(of: /probability ([\d.]+)/)?.1)
    #expect(abs((Double(shown) ?? -1) - probability) < 0.002)
    #expect(probe.contains("mm down"))
  }

  @Test func `before and after stand side by side`() throws {
    let (_, page) = try open(["phantom seed=7 size=256", "_1.image | segment", "_2 | threshold 0.2"])
    try page.wait(for: "window.segsh.stage.layers.some((layer) => layer.key === 'mask' && layer.plane)")
    let after = try pixels(page)
    try page.press("c")
    try page.wait(for: "window.segsh.stage.layers.some((layer) => layer.key === 'before' && layer.plane)")
    let both = try pixels(page)
    #expect(both != after)
    for _ in 0..<6 { try page.press(",") }
    let fartherLeft = try pixels(page)
    for _ in 0..<12 { try page.press(".") }
    #expect(try fartherLeft != both || pixels(page) != both, "the border passes through opacity on one side at least")
    try page.press("c")
    #expect(try pixels(page) == after)
    #expect(page.problems == [])
  }

  @Test func `an earlier step is looked at by choosing it`() throws {
    let (_, page) = try open()
    // The panels above the steps have their full height.
    try page.wait(for: "document.getElementById('level-text').textContent.includes('threshold')")
    let step = try page.place(of: "#steps li:first-child button")
    try page.drag([step, step])
    try page.wait(for: "document.getElementById('shown').textContent.startsWith('_1 Phantom')")
    #expect(try page.holds("document.querySelector('#steps li:first-child button').getAttribute('aria-current') === 'step'"))
    #expect(page.problems == [])
  }

  @Test func `the page says when the shell has ended`() throws {
    let (prompt, page) = try open()
    prompt.terminal.signal(9)
    _ = try prompt.terminal.waitForExit()
    try page.wait(for: "document.getElementById('status').textContent === 'the shell has ended'")
  }

  @Test(arguments: ["dark", "light"]) func `every control has a name, a contrast and a visible focus`(_ scheme: String) throws {
    let (_, page) = try open(["phantom seed=7 size=256", "_1.image | segment", "_2 | threshold 0.2"], scheme: scheme)
    try page.wait(for: "document.querySelectorAll('#layers li').length > 3")
    try page.run(Self.checks)
    #expect(try page.run("unnamed()") as? [String] == [])
    #expect(try page.run("faint()") as? [String] == [])
    #expect(try page.run("doubled()") as? [String] == [])
    #expect(try page.text("document.documentElement.lang") == "en")
    // The order of the Tab key is that of the page, and each place can be seen.
    try page.run("document.activeElement.blur(); window.scrollTo(0, 0)")
    var places: [Double] = []
    for _ in 0..<12 {
      try page.press("Tab")
      places.append(try page.number("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
      #expect(try page.holds("parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2"))
    }
    #expect(places == places.sorted())
    #expect(Set(places).count == places.count)
    // The help is part of it.
    try page.press("?")
    #expect(try page.run("faint()") as? [String] == [])
    #expect(page.problems == [])
  }

  /// What is checked of every element that is shown.
  static let checks = """
    const shown = (e) => e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && e.getBoundingClientRect().width > 1;
    const words = (e) => e.getAttribute("aria-label") || [...(e.labels ?? [])].map((l) => l.textContent).join("") ||
      (e.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join("") ||
      (e.matches("button, a") ? e.textContent : "");
    window.unnamed = () => [...document.querySelectorAll("button, input, select, a, canvas:not([aria-hidden]), [role=radiogroup], aside, dialog")]
      .filter((e) => (shown(e) || e.matches("a")) && !words(e).trim()).map((e) => e.outerHTML.slice(0, 120));
    window.doubled = () => {
      const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
      return ids.filter((id, i) => ids.indexOf(id) !== i);
    };
    const parts = (color) => { const m = color.match(/[\\d.]+/g).map(Number); return m.length > 3 ? m : [...m, 1]; };
    const light = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const ground = (e) => {
      let [r, g, b, a] = [0, 0, 0, 0];
      for (let at = e; at && a < 1; at = at.parentElement) {
        const [x, y, z, w] = parts(getComputedStyle(at).backgroundColor);
        [r, g, b] = [r + x * w * (1 - a), g + y * w * (1 - a), b + z * w * (1 - a)];
        a += w * (1 - a);
      }
      return [r, g, b];
    };
    window.faint = () => [...document.querySelectorAll("body *")].filter((e) => shown(e) &&
      [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())).map((e) => {
        const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
        return [e.tagName + " " + e.textContent.trim().slice(0, 40), (a + 0.05) / (b + 0.05)];
      }).filter(([, ratio]) => ratio < 4.5).map(([name, ratio]) => `${name}: ${ratio.toFixed(2)}`);
    """

  @Test func `a narrow window shows everything below one another`() throws {
    let (_, page) = try open(width: 480, height: 900)
    #expect(try page.holds("document.documentElement.scrollWidth <= window.innerWidth"))
    #expect(
      try page.holds(
        "document.querySelector('.panels').getBoundingClientRect().top >= document.querySelector('.view').getBoundingClientRect().bottom"))
    #expect(page.problems == [])
  }
}
