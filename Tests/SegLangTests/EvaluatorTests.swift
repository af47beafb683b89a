import SegLang
import Testing

/// What a text prints in script mode, or its diagnostics.
func output(_ script: String) -> String {
  let toy = ToySession()
  let outcome = toy.session(.script).execute(script, named: "a.seg")
  return toy.written + Renderer().render(outcome.diagnostics)
}

@Suite("Evaluating")
struct EvaluatorTests {
  @Test func `pipelines, variables and results`() throws {
    let toy = ToySession()
    let session = toy.session()
    let outcome = session.execute("img = load a.png; mask = img | threshold 3 | morph-open radius=2mm")
    #expect(outcome.diagnostics.isEmpty, "\(Renderer().render(outcome.diagnostics))")
    #expect(outcome.results.map(\.line) == ["img = _1 Image 3x2", "mask = _2 Mask 3 px"])
    #expect(session.history == ["img = load a.png; mask = img | threshold 3 | morph-open radius=2mm shape=disk times=1"])
    #expect(session.execute("mask.area * 2").results.map(\.line) == ["_3 Number 6"])
    #expect(session.execute("overlay opacity=40%").results.map(\.line) == ["_4 Image 3x2"])
    #expect(toy.notes == ["it = _2 Mask 3 px"])
    #expect(session.history.last == "mask | overlay background=img opacity=0.4 outline=false")
  }

  @Test func `statements`() {
    #expect(
      output(
        """
        seglang 1
        fn twice(x: Number, plus = 1) {
          if x > 10 { return x } else if x == 3 { return 0 }
          return x * 2 + plus
        }
        total = 0
        for i in 1..4 { total := total + i }
        print total
        print (twice 4)
        print (5 | twice plus=2)
        print (twice 12)
        while total > 5 { total := total - 3 }
        print "total {total}, {total / 3:.2}"
        for r in 1px..5px:2px { print r * 2 }
        r = {a: 1, b: [1, 2, "x"]}
        print r.b[1] + r.a
        assert total == 4
        """) == "10\n9\n12\n12\ntotal 4, 1.33\n2px\n6px\n10px\n3\n")
  }

  @Test func `loops end early, or go on with the next round`() {
    #expect(
      output(
        """
        seglang 1
        for i in 1..9 {
          if i == 2 { continue }
          for k in 1..9 { if k > i { break }; if k == 3 { continue }; print "{i}.{k}" }
          if i == 3 { break }
        }
        n = 0
        while true {
          n := n + 1
          if n < 4 { continue } else { try { break } catch e { print e.message } }
        }
        print n
        fn first(xs: List) { for x in xs { if x > 2 { return x } else { continue } } }
        print ([1, 2, 5, 7] | first)
        """) == "1.1\n3.1\n3.2\n4\n5\n")
  }

  @Test func `numbers, lists and texts have functions`() {
    #expect(
      output(
        """
        seglang 1
        x = 0 - 2.5
        print "{x.abs} {x.round} {x.floor} {x.ceil} {(16).sqrt} {(1).exp.log} {(2).exp:.4}"
        xs = [3, 1, 2, 10]
        print "{xs.sum} {xs.mean} {xs.median} {xs.min} {xs.max} {xs[1..2]} {[].sum}"
        name = "xrays/P01_AP.png"
        print "{name.stem.lower} {name.upper} {name.extension} {name.stem[0..2]} {name[6]} {' a '.trimmed}| {'12.5'.number}"
        """) == "2.5 -3 -3 -2 4 1 7.3891\n16 4 2.5 1 10 [1, 2] 0\np01_ap XRAYS/P01_AP.PNG png P01 P a| 12.5\n")
  }

  @Test(arguments: [
    ("print (0 - 1).sqrt", "E305"), ("print (0).log", "E305"), ("print (1000).exp", "E305"), ("print [].mean", "E305"),
    ("print [1, \"a\"].sum", "E305"), ("print [1, 2][1..2]", "E305"), ("print [1, 2][1..0]", "E305"), ("print \"ab\"[0..5]", "E305"),
    ("print \"ab\"[0 - 1]", "E305"), ("print [1, 2, 3][0..2:2]", "E305"), ("print \"a\".number", "E311"), ("print (3)[0..1]", "E216"),
    ("print [1, 2][0.5..1]", "E211"), ("print [1, 2][true..1]", "E203"),
  ])
  func `functions and parts have no wrong values`(line: String, code: String) {
    #expect(output("seglang 1\n\(line)").contains("error[\(code)]"), "\(output("seglang 1\n\(line)"))")
  }

  @Test func `a log says the same thing as often as it is told to`() {
    let toy = ToySession()
    let outcome = toy.session().execute("for i in 1..3 { log \"x\" }; log 4")
    #expect(!outcome.hasErrors)
    #expect(toy.notes == ["x", "x", "x", "4"])
  }

  @Test func `pictures combine pixel by pixel, and parts are reached by name`() {
    #expect(
      output(
        """
        img = load a.png
        seg = img | segment
        both = (img > 2) and not seg.opacity
        print both.area
        print (seg | morph-open radius=1px).area
        print (seg.lungs minus seg.opacity).area
        print img.width * 2 - 1
        """) == "2\n2\n3\n5\n")
  }

  @Test func `what goes wrong while running says where`() {
    #expect(
      output("x = 3\nprint x / (x - 3)") == """
        error[E305]: division by zero
          a.seg:2:9   print x / (x - 3)
                              ^

        """)
    #expect(
      output("load a.png | threshold p50 | save b.png") == """
        error[E301]: `threshold`: only raw levels work here
          a.seg:1:14   load a.png | threshold p50 | save b.png
                                    ^^^^^^^^^

        """)
    #expect(output("fn f(x) { return (f x) }\nprint (f 1)").hasPrefix("error[E303]: function calls are nested more than 100 levels deep\n"))
    #expect(output("while true { }").hasPrefix("error[E304]: loops took more than 1000000 iterations in total\n"))
    #expect(output("x = [1, 2]\nprint x[2]").hasPrefix("error[E307]: index 2 is out of range: 2 items, counted from 0\n"))
    #expect(output("assert 1 > 2").hasPrefix("error[E308]: not true: 1 > 2\n"))
    #expect(output("print 1..0:0").hasPrefix("1..0:0"))
    #expect(output("for i in 1..3:0 { }").hasPrefix("error[E305]: the step of a range cannot be zero\n"))
  }

  @Test func `a file name that starts like a variable is a file name`() {
    let toy = ToySession()
    let session = toy.session()
    _ = session.execute("img = load a.png")
    #expect(!session.execute("load img.png").hasErrors)
    #expect(!session.execute("save img.png").hasErrors)
    #expect(toy.written == "saved img.png\n")
    #expect(!session.execute("save img b.png").hasErrors)
  }

  @Test func `a failure can be caught, and what was open before is there again`() {
    #expect(
      output(
        """
        fn risky(n: Number) {
          for i in 1..3 { if i == n { return 1 / (n - i) } }
          return 7
        }
        n = 0
        try { n := 1; print (risky 2) } catch e { print "{e.code}: {e.message}" }
        print n + (risky 9)
        """) == "E305: division by zero\n8\n")
  }

  @Test func `expectations are counted by a test and stepped over by a run`() {
    let script = "expect 1 + 1 == 2\nexpect 1 > 2\nx = 3"
    #expect(!ToySession().session(.script).execute(script).hasErrors)
    let session = ToySession().session(.script)
    session.testsExpectations = true
    let outcome = session.execute(script)
    #expect(outcome.expectationsMet == 1)
    #expect(outcome.unmetExpectations.map(\.message) == ["not true: 1 > 2"])
    #expect(session["x"] as? Double == 3)
  }

  @Test func `a line that fails or is stopped leaves everything as it was`() {
    let toy = ToySession()
    let session = toy.session()
    _ = session.execute("a = load a.png")
    #expect(session.execute("b = 1; c = a | threshold p50").hasErrors)
    #expect(session.variables.map(\.name) == ["a"])
    toy.cancelled.withLock { $0 = true }
    let stopped = session.execute("b = a | threshold 3")
    #expect(stopped.wasCancelled)
    #expect(session.variables.map(\.name) == ["a"])
    #expect(session.history == ["a = load a.png"])
  }

  @Test func `undo and redo say what they change`() {
    let session = ToySession().session()
    _ = session.execute("img = load a.png")
    _ = session.execute("mask = img | threshold 3")
    _ = session.execute("mask = img | threshold 5")
    #expect(session.undo() == "undone: mask = img | threshold 5\n  mask is Mask 3 px (was 1 px); _3 removed; it = _2")
    #expect(session.undo() == "undone: mask = img | threshold 3\n  mask removed; _2 removed; it = _1")
    #expect(session.redo() == "redone: mask = img | threshold 3\n  mask is Mask 3 px; _2 restored; it = _2")
    #expect(session.redo() == "redone: mask = img | threshold 5\n  mask is Mask 1 px (was 3 px); _3 restored; it = _3")
    #expect(session.redo() == nil)
    #expect(session.execute("_2.area").results.map(\.line) == ["_4 Number 3"])
    #expect(session.undo() != nil)
    _ = session.execute("k = 3")
    #expect(session.redo() == nil)
  }

  @Test func `lines that only show something are no step to undo; they come back with what they showed`() {
    let toy = ToySession()
    let session = toy.session()
    _ = session.execute("img = load a.png")
    _ = session.execute("mask = img | threshold 3")
    _ = session.execute("print mask.area")
    _ = session.execute("print 1; print 2")
    #expect(session.undoable == ["img = load a.png", "mask = img | threshold 3"])
    #expect(session.undo() == "undone: mask = img | threshold 3\n  mask removed; _2 removed; it = _1")
    #expect(session.history == ["img = load a.png"])
    #expect(session.redo() == "redone: mask = img | threshold 3\n  mask is Mask 3 px; _2 restored; it = _2")
    #expect(session.history == ["img = load a.png", "mask = img | threshold 3", "print mask.area", "print 1; print 2"])
    _ = session.execute("fn twice(x: Number) { return x * 2 }")
    #expect(session.undo()?.contains("twice removed") == true, "something was declared")
    _ = session.undo()
    _ = session.undo()
    _ = session.execute("print 3")
    #expect(session.undo() == nil)
  }

  @Test func `arithmetic has a finite result or none`() {
    for (text, message) in [
      ("1e308 * 10", "exceeds the largest number"), ("-1e308 * 10", "exceeds the largest number"),
      ("1e308 + 1e308", "exceeds the largest number"),
      ("-1e308 - 1e308", "exceeds the largest number"), ("1 / 1e-309", "exceeds the largest number"),
      ("10 ^ 400", "exceeds the largest number"),
      ("0 ^ -1", "division by zero"), ("1 / 0", "division by zero"), ("1 % 0", "division by zero"), ("(-8) ^ 0.5", "not a real number"),
      ("1e308px * 10", "exceeds the largest number"), ("1e308mm + 1e308mm", "exceeds the largest number"), ("1px / 0", "division by zero"),
      ("1px / 0px", "division by zero"), ("1e308deg * 10", "exceeds the largest number"), ("10deg / 0deg", "division by zero"),
      ("10% / 0", "division by zero"), ("1px / 1mm", "cannot be combined here"),
    ] { #expect(output("print (\(text))").contains(message), "\(text): \(output("print (\(text))"))") }
  }

  @Test func `remainders are exact and have the sign of the divisor`() {
    // As Python's %.
    for (text, value) in [
      ("-7 % 4", "1"), ("7 % -4", "-1"), ("-7.5 % 2", "0.5"), ("1e17 % 3", "1"), ("1e300 % 7", "1"), ("5.5 % 5.5", "0"),
      ("0.3 % 0.1", "0.09999999999999998"),
    ] { #expect(output("print (\(text))") == value + "\n", "\(text)") }
  }

  @Test func `shares stay shares`() {
    for (text, value) in [
      ("20% + 20%", "40%"), ("60% - 20%", "40%"), ("20% * 2", "40%"), ("80% / 2", "40%"), ("80% / 20%", "4"), ("-(20%)", "-20%"),
      ("200 * 10%", "20"), ("1 - 10%", "0.9"), ("10% < 0.2", "true"), ("90deg / 45deg", "2"), ("1cm == 10mm", "true"),
      ("1cm + 1mm", "1.1cm"),
    ] { #expect(output("print (\(text))") == value + "\n", "\(text): \(output("print (\(text))"))") }
  }

  @Test func `a share that is compared with a number that is none is noted`() {
    let toy = ToySession()
    let outcome = toy.session().execute("a = 14.2 > 30%; b = 30% < 14.2; c = 0.4 > 30%; d = 40% == 0.4; e = 1.2 > 110%; f = 20% < 30%")
    #expect(outcome.results.map(\.oneLine) == ["true", "true", "true", "true", "true", "true"])
    #expect(toy.notes == ["30% means 0.3; it is compared with 14.2"])
  }

  @Test func `a number is what its digits say, and is printed so that it reads back`() {
    for text in ["9007199254740993", "123456789012345678", "1e-400", "0.0e5e", "1e999"] {
      #expect(output("print \(text)").contains("error["), "\(text): \(output("print \(text)"))")
    }
    for (text, shown) in [
      ("9007199254740992", "9007199254740992"), ("9007199254740991", "9007199254740991"), ("1e22", "1e+22"), ("0e5", "0"), ("-0", "0"),
      ("0.1 + 0.2", "0.30000000000000004"), ("1e15 + 0.5", "1000000000000000.5"), ("5e-324", "5e-324"), ("123456.789", "123456.789"),
    ] { #expect(output("print (\(text))") == shown + "\n", "\(text): \(output("print (\(text))"))") }
    // Decimals are those of the binary value, as in C.
    let shown = output("print \"{1.115:.2} {2.675:.2} {0.125:.2} {0.375:.2} {1e15:.1} {-0.001:.2}\"")
    #expect(shown == "1.11 2.67 0.12 0.38 1000000000000000.0 0.00\n")
  }

  @Test func `a session is saved as a strict script that gives the same values, whole or only what one value needs`() throws {
    let session = ToySession().session()
    for line in [
      "img = load a.png", "threshold --level 3 --method otsu", "_2 | morph-open radius=2", "img | threshold 5", "seg = img | segment",
      "seg.opacity and _3", "k = _3.area + 1", "threshold img (k)", "save out.png", "print \"{k} px\"",
    ] {
      let outcome = session.execute(line)
      #expect(!outcome.hasErrors, "\(Renderer().render(outcome.diagnostics))")
    }
    let script = try #require(session.script())
    #expect(
      script == """
        seglang 1
        img = load a.png
        mask_2 = img | threshold 3 otsu
        mask_3 = mask_2 | morph-open radius=2px shape=disk times=1
        mask_4 = img | threshold 5
        seg = img | segment
        mask_6 = seg.opacity and mask_3
        k = mask_3.area + 1
        mask_8 = img | threshold (k)
        mask_8 | save out.png
        print "{k} px"

        """)
    let report = SyntaxTree.check(SourceText(script), against: toys, mode: .script).report
    #expect(report.diagnostics.isEmpty, "\(Renderer().render(report.diagnostics))")
    let again = ToySession().session(.script)
    #expect(!again.execute(script).hasErrors)
    #expect((again["mask_8"] as? Stencil) == (session.result(8) as? Stencil))
    #expect(
      session.script(why: "k") == """
        seglang 1
        img = load a.png
        k = (img | threshold 3 otsu | morph-open radius=2px shape=disk times=1).area + 1

        """)
    #expect(session.script(why: "nothing") == nil)
  }

  @Test func `long chains of steps are let go without deep recursion`() {
    #expect(output("img = load a.png\nx = img.width\nfor i in 1..20000 { x := x + img.width }\nprint x") == "60003\n")
  }

  @Test func `parameters of a script come from outside, checked`() {
    let script = "param radius: Length = 2mm in 0.5mm..10mm \"opening radius\"\nprint radius"
    func run(_ arguments: [String: String]) -> String {
      let toy = ToySession()
      let outcome = toy.session(.script).execute(script, named: "a.seg", arguments: arguments)
      return toy.written + outcome.diagnostics.map { $0.code + " " + $0.message }.joined()
    }
    #expect(run([:]) == "2mm\n")
    #expect(run(["radius": "3mm"]) == "3mm\n")
    #expect(run(["radius": "12mm"]) == "E205 `radius` is 12mm, outside 0.5mm..10mm")
    #expect(run(["radius": "big"]) == "E213 cannot read `big` as `radius`")
    #expect(run(["radiu": "1mm"]) == "E310 the script has no parameter `radiu`")
  }
}
