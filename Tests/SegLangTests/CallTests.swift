import Testing

@testable import SegLang

@Suite("Calls")
struct CallTests {
  @Test func `a call in a loop is resolved for the types that it gets`() {
    let loop = """
      img = load a.png
      for x in [1, 2, "otsu", 1] {
        m = img | threshold x
        print m.area
      }
      """
    #expect(output(loop) == "5\n4\n4\n5\n")
    #expect(
      output("fn f(a, b = 2, c: Length = 3px) { return [a, b, c] }\nfor x in [1, \"y\"] { print (f x) }") == "[1, 2, 3px]\n[y, 2, 3px]\n")
    #expect(output("fn f(a) { return a }\nfor i in 1..3 { print (f (f i)) * 2 }") == "2\n4\n6\n")
  }

  @Test func `a word that is a variable in one turn and none in another is read anew`() {
    let toy = ToySession()
    let session = toy.session()
    _ = session.execute("fn f(x) { return x }")
    #expect(session.execute("f 3").results.map(\.line) == ["_1 Number 3"])
    #expect(session.execute("img = load a.png; f img").results.map(\.line) == ["img = _2 Image 3x2", "_2 Image 3x2"])
    #expect(session.execute("f _1").results.map(\.line) == ["_3 Number 3"])
  }

  @Test func `a step knows what each argument was and where it came from`() throws {
    let session = ToySession().session()
    _ = session.execute("img = load a.png; s = img | segment; m = img | threshold 3 within=(s.lungs); n = m | morph-open times=2")
    let cut = try #require(session.step(of: "m"))
    #expect(cut.calls(ThresholdCommand.self) && !cut.calls(MorphOpenCommand.self))
    #expect(cut.constant(of: "level") as? Intensity == .raw(3))
    #expect(cut.constant(of: "within") == nil && cut.step(of: "level") == nil)
    #expect(cut.step(of: "within")?.property?.properties == ["lungs"])
    #expect(cut.pipedStep === session.step(of: "img"))
    let opened = try #require(session.step(of: "n"))
    #expect(opened.constant(of: "times") as? Double == 2)
    #expect(opened.constant(of: "radius") as? Length == .pixels(1))
    #expect(opened.constant(of: "mask") == nil)
  }

  @Test func `an expression is written as it was, with its constants in place of variables`() throws {
    let session = ToySession().session()
    _ = session.execute("m = load a.png | threshold 3; k = -3; r = 1..3")
    let written = [
      "k ^ 2 + m.area": "(-3) ^ 2 + m.area", "(m.area + 1) / (k)": "(m.area + 1) / (-3)", "((m)).area * 2": "m.area * 2",
      "[m.area, 0.50, p50]": "[m.area, 0.50, p50]", "{a: m.area, b: k}": "{a: m.area, b: -3}",
      "\"{m.area:.1} of {k}\"": "\"{(m.area):.1} of -3\"", "not (m.area > 1e3)": "not (m.area > 1e3)",
    ]
    for (text, canonical) in written {
      _ = session.execute(text)
      #expect(session.history.last == canonical, "\(text)")
    }
  }

  @Test func `a block's own failure leaves the frame as it was`() {
    let script = """
      fn f(x) {
        y = x
        try {
          y := 5
          assert x > 1
        } catch e { log e.code }
        return y
      }
      print (f 1)
      print (f 2)
      """
    #expect(output(script) == "1\n5\n")
  }
}
