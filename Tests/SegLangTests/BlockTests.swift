import SegLang
import Testing

@Suite("Blocks as arguments")
struct BlockTests {
  func errors(_ script: String, _ mode: Mode = .script) -> [String] {
    SyntaxTree.check(SourceText(script), against: toys, mode: mode).report.diagnostics.map(\.code)
  }

  @Test func `run for every item, with values from outside as they were`() {
    #expect(
      output(
        """
        k = 10
        fn twice(x: Number) {
          return x * 2
        }
        xs = 1..3 | each { it + k }
        k := 20
        print xs
        print ([1, 2, 3] | each { it | twice })
        print (1..4 | where { it % 2 == 0 })
        print (1..2 | each {
          n = it
          1..n | each { it * n }
        })
        print (1..3 | each { if it == 2 { "two" } else { it } })
        1..2 | each { print "no {it}" }
        """) == "[11, 12, 13]\n[2, 4, 6]\n[2, 4]\n[[1], [2, 4]]\n[1, two, 3]\nno 1\nno 2\n")
  }

  @Test func `are arguments of functions too`() {
    #expect(
      output("fn twice(xs: List, what: Block) {\n  return xs | each (what) | each what\n}\nprint ([1, 2] | twice { it * 3 })")
        == "[9, 18]\n")
  }

  @Test func `are checked, with 'it' of the items' type`() {
    #expect(errors("print ([\"a\"] | each { it | threshold 3 })") == ["E203"])
    #expect(errors("print ([(load a.png)] | each { it | treshold 3 })") == ["E101"])
    #expect(errors("print ([(load a.png)] | each { it.wdth })") == ["E103"])
    #expect(errors("print ([1, 2] | where { it + 1 })") == ["E203"])
    #expect(errors("print (1..3 | each { k })") == ["E102"])
    #expect(errors("print (1..3 | each 3)") == ["E213"])
    #expect(errors("print (1..3 | each)") == ["E201"])
    #expect(errors("x = load { it }") == ["E203"])
    #expect(errors("k = 1\nprint (1..3 | each { k := it })") == ["E212", "E114"])
    #expect(errors("k = 1\nprint (1..3 | each { k = it; k })") == ["E106"])
    #expect(errors("print (1..3 | each { j = it; j := j + 1; j })") == [])
    #expect(errors("fn f() { return 1..3 | each { return it } }\nprint (f)") == ["E218"])
    #expect(errors("print ([1] | each { it; it })") == ["W401"])
    #expect(errors("print (1..3 | each { a: 1 })") == ["E015"])
    #expect(errors("print (1..3 | each { {a: it} })") == [])
    #expect(errors("m = load a.png | threshold 3\nprint (m | sweep load=1..3 { it })") == ["E108"])
    #expect(errors("m = load a.png | threshold 3\nprint (m | sweep r=1px..9px:2px { it | morph-open radius=r })") == [])
    #expect(errors("m = load a.png | threshold 3\nprint (m | sweep r=1..9:2 { it | morph-open radius=r })") == ["E203"])
    #expect(errors("m = load a.png | threshold 3\nprint (m | sweep r=1..9:2 { it | morph-open radius=3 })") == ["E208"])
    #expect(errors("print it") == ["E110"])
    #expect(errors("for x in (1..3 | where { it > 1 }) { print x }") == [])
  }

  @Test func `say where they fail, and the values are as they were`() {
    #expect(
      output("print (0..2 | each { 1 / it })") == """
        error[E305]: division by zero
          a.seg:1:24   print (0..2 | each { 1 / it })
                                              ^

        """)
    let session = ToySession().session()
    let outcome = session.execute("x = 0..2 | each tolerant=true { 1 / it }")
    #expect(outcome.casesLeftOut == 1)
    #expect(session["x"]?.oneLine == "[1, 0.5]")
  }

  @Test func `are formatted, on one line or on several, with their comments`() {
    func format(_ text: String) -> String { Formatter(registry: toys).format(text) { toys[$0] != nil } }
    #expect(format("print (xs|each{it|threshold 3})\n") == "print (xs | each { it | threshold 3 })\n")
    #expect(
      format("rows = xs | each { seg = it|segment # why\n\n # then\n seg.lungs|morph-open radius=3 }|where{it.area>3} # end\n")
        == """
        rows = xs | each {
          seg = it | segment  # why

          # then
          seg.lungs | morph-open radius=3px
        } | where { it.area > 3 }  # end

        """)
    #expect(
      format("rows = xs |\n each { a = it; a }|\n where { it > 3 }\n") == """
        rows = xs |
          each {
            a = it
            a
          } |
          where { it > 3 }

        """)
    #expect(format("x = xs | each { }\n") == "x = xs | each {}\n")
    #expect(format("x = xs | each { if it { 1 } else { 2 } }\n") == "x = xs | each {\n  if it {\n    1\n  } else {\n    2\n  }\n}\n")
  }

  @Test func `are recorded in canonical form, with what they use`() throws {
    let session = ToySession().session()
    for line in [
      "fn clean(m: Mask, r = 2px) { return m | morph-open radius=(r) }", "img = load a.png", "k = 3", "level = img.width",
      "masks = [img] | each { it | threshold --level 3 | morph-open radius=2 | clean }",
      "[1, 2] | each { x = it * k; x + level }", "img | sweep t=1..3 { it > t }", "pick 2",
    ] {
      let outcome = session.execute(line)
      #expect(!outcome.hasErrors, "\(Renderer().render(outcome.diagnostics))")
    }
    let script = try #require(session.script())
    #expect(
      script == """
        seglang 1
        fn clean(m: Mask, r = 2px) {
          return m | morph-open radius=(r)
        }
        img = load a.png
        level = img.width
        masks = [img] | each { it | threshold level=3 | morph-open radius=2px | clean } tolerant=false
        list_4 = [1, 2] | each {
          x = it * 3
          x + level
        } tolerant=false
        mask_5 = img > 2
        trials_6 = img | sweep t=1..3 { it > t }

        """)
    let report = SyntaxTree.check(SourceText(script), against: toys, mode: .script).report
    #expect(report.diagnostics.isEmpty, "\(Renderer().render(report.diagnostics))")
    let again = ToySession().session(.script)
    #expect(!again.execute(script).hasErrors)
    #expect(again["list_4"]?.oneLine == "[6, 9]")
    #expect((again["mask_5"] as? Stencil) == (session.it?.value as? Stencil))
    #expect(session.script(why: "it") == "seglang 1\nimg = load a.png\nmask_2 = img > 2\n")
  }

  @Test func `a function that was changed in between keeps both of its forms`() throws {
    let session = ToySession().session()
    for line in ["fn f(x) { return x + 1 }", "a = [1] | each { it | f }", "fn f(x) { return x + 2 }", "b = [1] | each { it | f }"] {
      #expect(!session.execute(line).hasErrors)
    }
    let script = try #require(session.script())
    let again = ToySession().session(.script)
    let outcome = again.execute(script)
    #expect(!outcome.hasErrors, "\(script)\(Renderer().render(outcome.diagnostics))")
    #expect(again["a"]?.oneLine == "[2]" && again["b"]?.oneLine == "[3]")
  }

  @Test func `recursion through blocks ends in an error`() {
    #expect(output("fn f(x) { return [x] | each { it | f } }\nprint (f 1)").hasPrefix("error[E303]"))
  }
}
