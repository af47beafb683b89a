import Basics
import TestSupport
import Testing

/// `segsh -c` and lines on standard input.
@Suite struct LineTranscripts {
  private let program = Program()
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func segsh(_ arguments: String..., input: String = "", environment: [String: String] = [:]) throws -> Program.Outcome {
    try program.run(arguments, in: folder.url, input: input, environment: environment)
  }

  @Test func `the version is one line`() throws {
    let outcome = try segsh("--version")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("segsh "))
    #expect(outcome.output.split(separator: "\n").count == 1)
    #expect(outcome.errors.isEmpty)
  }

  @Test func `the instruction set is the one that SEGSH_CPU names, and otherwise the best`() throws {
    for set in InstructionSet.available {
      let environment = ["SEGSH_CPU": "\(set)"]
      #expect(try segsh("--version", environment: environment).output.hasSuffix(" (\(set.title), SEGSH_CPU=\(set))\n"))
      let bench = try segsh("bench", "threshold-otsu", "--size", "32", "--json", environment: environment)
      #expect(bench.status == 0 && bench.output.contains("\"cpu\": \"\(set)\""))
      // The same mask on every set.
      let line = "phantom size=96 | median-filter radius=3px | threshold otsu"
      let outcome = try segsh("-c", line, environment: environment)
      #expect(try outcome.status == 0 && outcome == segsh("-c", line))
    }
    #expect(try segsh("-c", "1 + 1", environment: ["SEGSH_CPU": ""]).status == 0)
  }

  @Test func `an instruction set that the processor lacks is a usage error`() throws {
    let words = ["neon", "AVX2", "avx1024"] + InstructionSet.allCases.filter { !InstructionSet.available.contains($0) }.map { "\($0)" }
    for word in words {
      let outcome = try segsh("-c", "1 + 1", environment: ["SEGSH_CPU": word])
      #expect(outcome.status == 2 && outcome.output.isEmpty)
      #expect(outcome.errors.hasPrefix("Error: SEGSH_CPU is `\(word)`"))
      #expect(outcome.errors.contains("portable"))
      #expect(try segsh("--version", environment: ["SEGSH_CPU": word]) == segsh("--version"))
    }
  }

  @Test func `a line prints what its statements give`() throws {
    #expect(try segsh("-c", "1 + 2; 2 * 3") == .init(status: 0, output: "3\n6\n", errors: ""))
  }

  @Test func `a line may start with a minus`() throws {
    #expect(try segsh("-c", "-7 % 4") == .init(status: 0, output: "1\n", errors: ""))
    #expect(try segsh("-c", "-2^2") == .init(status: 0, output: "-4\n", errors: ""))
    #expect(try segsh("-c", "-(3) * 2", "--json") == .init(status: 0, output: "-6\n", errors: ""))
    #expect(try segsh("--json", "-c", "--1").output == "1\n")
    #expect(try segsh("-c").status == 2)
  }

  @Test func `exit and quit end the lines of standard input`() throws {
    for word in ["exit", "quit"] {
      #expect(try program.run([], in: folder.url, input: "1 + 1\n\(word)\n2 + 2\n").output == "2\n")
    }
  }

  @Test(arguments: ["print 1", "1", "{a: 2}"]) func `output that cannot be written is no success`(line: String) throws {
    let outcome = try Program(executable: "/bin/sh").run(
      ["-c", "\"$1\" -c \"$2\" >/dev/full; echo full $? >&2; \"$1\" -c \"$2\" --json >&-; echo closed $? >&2", "sh", program.path, line],
      in: folder.url)
    #expect(outcome.errors.contains("full 1\n") && outcome.errors.contains("closed 1\n"), "\(outcome.errors)")
    #expect(outcome.errors.contains("error: cannot write to standard output: No space left on device\n"))
    #expect(outcome.errors.contains("error: cannot write to standard output: Bad file descriptor\n"))
  }

  @Test func `what is given a name is not printed`() throws {
    #expect(try segsh("-c", "a = 3; a + 1") == .init(status: 0, output: "4\n", errors: ""))
  }

  @Test func `with --json the last value is printed as JSON`() throws {
    #expect(try segsh("-c", "1; {a: 2, b: [true, \"x\"]}", "--json").output == "{\"a\": 2, \"b\": [true, \"x\"]}\n")
  }

  @Test func `an error at run time ends with status 1`() throws {
    #expect(
      try segsh("-c", "1 / 0")
        == .init(status: 1, output: "", errors: "error[E305]: division by zero\n  1 / 0\n    ^\n"))
  }

  @Test func `an error of the check ends with status 2 before anything ran`() throws {
    let outcome = try segsh("-c", "print 1; lod x.png")
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errors == """
        error[E101]: no command `lod`
          print 1; lod x.png
                   ^^^
          did you mean `load`?   help: ?load

        """)
  }

  @Test(arguments: [":undo", ":save x.seg", "?threshold", "?"])
  func `what belongs to the prompt says so over a pipe, before what follows runs`(line: String) throws {
    let outcome = try segsh(input: "a = 3\n\(line)\nprint a\n")
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("works only at the prompt"))
  }

  @Test func `a module that is not there names a near file`() throws {
    try folder.write("fn grade(x) { return x }\n", to: "zones.seg")
    let outcome = try segsh("-c", "use \"zons.seg\" as z; z.grade 3")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("no file `zons.seg`") && outcome.errors.contains("did you mean `zones.seg`?"))
  }

  @Test func `a doubt about a picture names its case, in blocks and loops, once a case`() throws {
    let made = try segsh("-c", "for k in 1..2 { phantom size=128 | invert | save \"c{k}.png\" }")
    #expect(made.status == 0, "\(made.errors)")
    for line in [
      "load-cases c*.png | each { it | segment | severity } | save r.csv",
      "for x in load-cases c*.png { x | segment | overlay | save l.png }",
    ] {
      let told = try segsh("-c", line).errors.split(separator: "\n").filter { $0.contains("the image looks ") }
      #expect(told.map { $0.prefix { $0 != ":" } } == ["c1.png", "c2.png"], "\(told)")
    }
    let alone = try segsh("-c", "load c1.png | segment").errors
    #expect(alone.contains("the image looks ") && !alone.contains("c1.png:"))
  }

  @Test func `a failed assertion ends with status 3`() throws {
    #expect(try segsh("-c", "assert 1 > 2").status == 3)
  }

  @Test(arguments: [
    ["--color"], ["trian"], ["--threads", "0"], ["-c"], ["bench", "nothing"], ["help", "thresold"], ["run"], ["model", "run"],
  ])
  func `wrong usage ends with status 2`(arguments: [String]) throws {
    let outcome = try program.run(arguments, in: folder.url)
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(!outcome.errors.isEmpty)
  }

  @Test func `a mistyped subcommand is answered with a near one`() throws {
    #expect(try segsh("trian").errors.contains("there is no file or subcommand `trian`; did you mean `train`?"))
    #expect(try segsh("help", "thresold").errors.contains("did you mean `threshold`?"))
    #expect(try segsh("help", "cohort", "merg").errors.contains("unknown command `cohort merg`; did you mean `merge`?"))
    #expect(try segsh("help", "cohort", "run").output.contains("--max-failures"))
  }

  @Test func `standard input is run line by line`() throws {
    let outcome = try segsh(input: "a = 2\nif a > 1 {\n  print \"more\"\n}\na * 21\n")
    #expect(outcome == .init(status: 0, output: "more\n42\n", errors: ""))
  }

  @Test func `standard input stops at the first error`() throws {
    let outcome = try segsh(input: "1 + 1\nnothing_here\n3 + 3\n")
    #expect(outcome.status == 2)
    #expect(outcome.output == "2\n")
    #expect(outcome.errors.contains("no variable `nothing_here`"))
  }

  @Test func `a text that ends in the middle is a syntax error`() throws {
    let outcome = try segsh(input: "1 + 1\nif true {\n")
    #expect(outcome.status == 2)
    #expect(outcome.output == "2\n")
    #expect(outcome.errors.contains("error[E0"))
  }

  @Test func `nothing is drawn where nobody sits`() throws {
    let outcome = try segsh("-c", "phantom size=64 | threshold otsu", environment: ["NO_COLOR": ""])
    #expect(outcome.status == 0)
    #expect(!(outcome.output + outcome.errors).contains("\u{1B}"))
  }

  @Test func `threads are taken from the option and from the environment`() throws {
    #expect(try segsh("-c", "1", "--threads", "3").output == "1\n")
    #expect(try segsh("-c", "1", environment: ["SEGSH_THREADS": "2"]).output == "1\n")
    let wrong = try segsh("-c", "1", environment: ["SEGSH_THREADS": "many"])
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("SEGSH_THREADS is `many`"))
  }

  @Test func `a reader that goes away ends the program quietly`() throws {
    try folder.write("for i in 1..100000 { print \"a line that nobody reads\" }\n", to: "long.seg")
    let shell = Program(executable: "/bin/sh")
    let outcome = try shell.run(["-c", "'\(program.path)' run long.seg | head -n 1"], in: folder.url)
    #expect(outcome == .init(status: 0, output: "a line that nobody reads\n", errors: ""))
  }
}
