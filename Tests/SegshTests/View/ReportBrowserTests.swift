import Foundation
import TestSupport
import Testing

/// Reports in a real browser. Skipped where Chromium is not installed.
@Suite(.serialized, .enabled(if: Chromium.path != nil, "Chromium is not installed"))
struct ReportBrowserTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(
    _ line: String = "phantom seed=7 size=256 opacity=30% | segment | morph-open radius=1px | severity | report case.html",
    file: String = "case.html", width: Int = 1280, height: Int = 900, scheme: String = "light"
  ) throws -> Chromium {
    let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Models").standardized.path
    let outcome = try Program().run(["-c", line], in: folder.url, environment: ["SEGSH_MODELS": models])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = try Chromium(width: width, height: height, scheme: scheme)
    try page.open(folder.url.appendingPathComponent(file).absoluteString)
    try page.wait(for: "document.readyState === 'complete' && document.querySelector('main section')")
    return page
  }

  @Test func `layers are switched, the window moves, and the picture zooms`() throws {
    let page = try open()
    #expect(try page.holds("getComputedStyle(document.querySelector('.stage .heat')).display === 'none'"))
    for layer in ["lungs", "opacity", "heat", "zones"] {
      let shown = "getComputedStyle(document.querySelector('.stage .\(layer)')).display !== 'none'"
      let before = try page.holds(shown)
      try page.run("document.getElementById('layer-\(layer)').click()")
      #expect(try page.holds(shown) != before, "\(layer)")
    }
    func set(_ id: String, _ value: String) throws {
      try page.run("(() => { const e = document.querySelector('\(id)'); e.value = \(value); e.dispatchEvent(new Event('input')); })()")
    }
    try set("[data-strength=opacity]", "70")
    #expect(try page.number("Number(getComputedStyle(document.querySelector('.stage .opacity')).opacity)") == 0.7)
    try set("#center", "128")
    try set("#width", "51")
    #expect(abs(try page.number("Number(document.querySelector('#gray-window feFuncR').getAttribute('slope'))") - 5) < 1e-9)
    try set("#zoom", "2")
    #expect(try page.text("document.querySelector('.stage').getAttribute('viewBox')") == "64 64 128 128")
    try page.run("document.querySelector('.stage').focus()")
    try page.press("ArrowRight")
    #expect(try page.number("document.querySelector('.stage').viewBox.baseVal.x") > 64)
    try page.run("document.getElementById('theme').click()")
    #expect(try page.text("document.documentElement.dataset.theme") == "dark")
    #expect(page.problems == [])
  }

  @Test(arguments: ["dark", "light"]) func `every control has a name, and every text a contrast`(_ scheme: String) throws {
    let page = try open(scheme: scheme)
    try page.run(ViewBrowserTests.checks)
    #expect(try page.run("unnamed()") as? [String] == [])
    #expect(try page.run("faint()") as? [String] == [])
    #expect(try page.run("doubled()") as? [String] == [])
    #expect(try page.holds("[...document.images].every((image) => image.alt && image.naturalWidth > 0)"))
    #expect(try page.holds("document.querySelector('.stage').getAttribute('aria-label').includes('of the lungs opaque')"))
    #expect(page.problems == [])
  }

  @Test func `what a file or a title is called does not run`() throws {
    let page = try open(
      "phantom size=96 | segment | severity | report case.html title=\"<script>document.title='run'</script><img src=x onerror=\\\"document.title='run'\\\">\""
    )
    #expect(try page.text("document.title").hasPrefix("<script>"))
    #expect(try page.holds("document.querySelectorAll('h1 *').length === 0"))
    #expect(page.problems == [])
    // Nor would what got in: the page lets nothing run but its own.
    try page.run("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\" onerror=\"document.title=\\'run\\'\">')")
    try page.run("new Promise((done) => setTimeout(done, 200))")
    #expect(try page.text("document.title").hasPrefix("<script>"))
  }

  @Test func `a phone shows everything below one another`() throws {
    let page = try open(width: 390, height: 844)
    #expect(try page.holds("document.documentElement.scrollWidth <= window.innerWidth"))
    #expect(page.problems == [])
  }

  @Test func `a cohort is a page too`() throws {
    let page = try open(
      "1..4 | each { phantom size=96 seed=it opacity=20% | segment | severity } | report cohort.html", file: "cohort.html", scheme: "dark")
    try page.run(ViewBrowserTests.checks)
    #expect(try page.run("faint()") as? [String] == [])
    #expect(try page.run("unnamed()") as? [String] == [])
    #expect(try page.number("document.querySelectorAll('[aria-labelledby=severe] tbody tr').length") == 4)
    #expect(page.problems == [])
  }
}
