import Foundation
import TestSupport
import Testing

/// A worklist on the page in a real browser. Skipped where Chromium is not installed.
@Suite(.serialized, .enabled(if: Chromium.path != nil, "Chromium is not installed"))
final class WorklistBrowserTests {
  private let folder: TemporaryFolder
  /// Kept until the test is over, since the shell ends with it.
  private var prompt: ViewedPrompt?

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("ward"), withIntermediateDirectories: true)
    let made = try Program().run(["-c", "for k in 1..3 { phantom seed=k size=128 | save \"ward/{k}.png\" }"], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
  }

  private func open(_ line: String, width: Int = 1280) throws -> (prompt: ViewedPrompt, page: Chromium) {
    let prompt = try ViewedPrompt([line], in: folder)
    self.prompt = prompt
    let page = try Chromium(width: width, height: 900)
    try page.open(prompt.address)
    try page.wait(for: "window.segsh?.worklist.isOpen && window.segsh.worklist.rows")
    return (prompt, page)
  }

  private func click(_ page: Chromium, _ selector: String) throws {
    let place = try page.place(of: selector)
    try page.drag([place, place])
  }

  private func control(_ page: Chromium, _ key: String) throws {
    for type in ["keyDown", "keyUp"] {
      try page.call("Input.dispatchKeyEvent", ["type": type, "key": key, "code": key, "modifiers": 2, "windowsVirtualKeyCode": 13])
    }
  }

  private func wait(_ page: Chromium, place: Int) throws {
    try page.wait(
      for: "window.segsh.worklist.state.place === \(place) && window.segsh.scene.layers?.some((layer) => layer.key === 'opacity')")
  }

  @Test func `each click is a line at the prompt, and the page follows the prompt`() throws {
    let (prompt, page) = try open("worklist ward reader=AB")
    #expect(try page.text("document.getElementById('worklist-count').textContent") == "0 of 3 decided")
    #expect(try page.holds("document.getElementById('case-accept').disabled && document.getElementById('comment').disabled"))
    try click(page, "#case-next")
    try wait(page, place: 0)
    try prompt.terminal.wait(for: "worklist next   (from the page)")
    #expect(try page.text("document.getElementById('case-title').textContent") == "Case 1 of 3: waiting")
    // A comment is text, whatever it contains; its letters are no shortcuts.
    try page.press("j")
    try page.call("Input.insertText", ["text": "apex \"cut\" {x} | save y; b"])
    try control(page, "Enter")
    try page.wait(for: "window.segsh.worklist.state.comment === 'apex \"cut\" {x} | save y; b'")
    #expect(!FileManager.default.fileExists(atPath: folder.file("y")))
    try page.press("Tab")
    try control(page, "Enter")
    try page.wait(for: "window.segsh.worklist.rows[0].status === 'accepted'")
    #expect(try page.text("document.getElementById('worklist-count').textContent") == "1 of 3 decided")
    try page.wait(for: "document.getElementById('told').textContent.startsWith('case 1 accepted')")
    // The prompt opens another one.
    prompt.terminal.type("worklist from=3\r")
    try wait(page, place: 2)
    #expect(try page.text("document.querySelector('#cases [aria-selected=true]').dataset.index") == "2")
    // A correction on the page changes the state at once.
    #expect(
      prompt.post(
        #"{"do":"include","step":\#(Int(try page.number("window.segsh.scene.correct.step"))),"shape":"rectangle","points":[30,30,60,60]}"#)
        == 202)
    try page.wait(for: "window.segsh.worklist.rows[2].status === 'correcting'")
    try click(page, "#case-accept")
    try page.wait(for: "window.segsh.worklist.rows[2].status === 'corrected'")
    try click(page, "#case-next")
    try wait(page, place: 1)
    #expect(try page.holds("document.getElementById('case-next').disabled"), "no other case waits")
    #expect(page.problems == [])
  }

  @Test func `a text that was not saved is kept before another case opens`() throws {
    let (_, page) = try open("worklist ward")
    try click(page, "#case-next")
    try wait(page, place: 0)
    try click(page, "#comment")
    try page.call("Input.insertText", ["text": "almost lost"])
    try click(page, "#case-next")
    try wait(page, place: 1)
    #expect(try page.text("document.getElementById('comment').value").isEmpty)
    #expect(try page.holds("window.segsh.worklist.rows[0].comment"))
    try page.press("PageUp")
    #expect(page.problems == [])
  }

  @Test func `the list works by keys, and of 10,000 cases only those in view exist`() throws {
    let rows = (0..<10_000).map { _ in "ward/1.png" }.joined(separator: "\n")
    try folder.write("file\n\(rows)\n", to: "many.csv")
    let (_, page) = try open("worklist many.csv")
    #expect(try page.number("document.querySelectorAll('#cases [role=option]').length") < 40)
    #expect(try page.text("document.querySelector('#cases [role=option]').getAttribute('aria-setsize')") == "10000")
    try page.press("q")
    #expect(try page.text("document.activeElement.id") == "cases")
    try page.press("End")
    try page.wait(for: "document.getElementById('cases').getAttribute('aria-activedescendant') === 'case-9999'")
    #expect(try page.holds("document.getElementById('case-9999').getAttribute('aria-label').startsWith('case 10000')"))
    try page.press("ArrowUp")
    try page.press("Enter")
    try wait(page, place: 9998)
    #expect(try page.text("document.activeElement.id") == "cases", "the focus stays in the list")
    #expect(page.problems == [])
  }

  @Test func `differences of two readers are settled on the page`() throws {
    let lines = [
      "worklist ward reader=A", "next", "accept", "worklist ward reader=B", "next",
      "less = seg | exclude rectangle [[0, 0], [127, 64]]", "accept",
    ]
    let read = try Program().run([], in: folder.url, input: lines.map { $0 + "\n" }.joined())
    #expect(read.status == 0, "\(read.errors)")
    let (prompt, page) = try open("worklist ward adjudicate=A,B", width: 800)
    try click(page, "#case-next")
    try page.wait(
      for: "window.segsh.stage.layers.filter((layer) => layer.key.startsWith('reader') && layer.shown && layer.plane).length === 2")
    let looks = try page.text(
      "JSON.stringify(window.segsh.scene.layers.filter((l) => l.key.startsWith('reader') && l.shown).map((l) => [l.name, l.dashes, l.outline]))"
    )
    #expect(looks == #"[["opacity of A","solid",true],["opacity of B","dashed",true]]"#)
    #expect(try page.holds("document.documentElement.scrollWidth <= 800"))
    try click(page, "[data-id=\"reader-1\"]")
    try prompt.terminal.wait(for: "worklist accept \"B\"   (from the page)")
    try page.wait(for: "window.segsh.worklist.rows[0].status === 'accepted'")
    #expect(page.problems == [])
  }
}
