import Foundation
import SegLang
import Testing

@testable import SegCommands
@testable import SegValues

@Suite("Commands on tables")
struct TableCommandTests {
  /// A shell with a file.
  private func shell(_ text: String, name: String = "t.csv") throws -> Shell {
    let shell = try Shell()
    try Data(text.utf8).write(to: URL(fileURLWithPath: shell.path(name)))
    return shell
  }

  private func table(_ shell: Shell, _ line: String) throws -> Table { try #require(try shell.run(line) as? Table) }

  private func cell(_ table: Table, _ row: Int, _ column: String) throws -> Double {
    try #require(try table.cells(in: column)[row] as? Double, "\(column) of row \(row)")
  }

  private static let people = """
    case,age,sex,percent,reader,died
    a,61,F,12.5,1,yes
    b,NA,M,30,2,no
    c,45,F,8,1,no
    d,70,M,55,3,yes
    e,52,,41,2,yes
    f,38,F,5,0,no

    """

  // MARK: Reading

  @Test func `a file of Excel with semicolons, decimal commas and quoted line ends`() throws {
    let shell = try shell("\u{FEFF}id;x;ok;note\r\n007;1,5;TRUE;\"a\r\nb\"\r\n010;-2;false;#N/A\r\n;;;\r\n")
    let table = try table(shell, "load-table t.csv")
    #expect(table.columns == ["id", "x", "ok", "note"] && table.rows.count == 2)
    #expect(table.rows[0][0] as? String == "007" && table.rows[0][1] as? Double == 1.5 && table.rows[0][2] as? Bool == true)
    #expect(table.rows[0][3] as? String == "a\r\nb" && table.rows[1][3] == nil)
    #expect(
      shell.notes == [
        "t.csv: 1 empty row left out", "t.csv: separator: semicolon",
        "t.csv: `id` stays text: some values begin with zeros; numbers=id reads them as numbers",
        "t.csv: columns: id text, x number with decimal commas, ok true or false, note text (1 missing)",
      ]
        || shell.notes.map { $0.replacing("t.csv: ", with: "") } == [
          "1 empty row left out", "separator: semicolon", "`id` stays text: some values begin with zeros; numbers=id reads them as numbers",
          "columns: id text, x number with decimal commas, ok true or false, note text (1 missing)",
        ], "\(shell.notes)")
    #expect(!table.details.contains { $0.contains("\n") }, "a cell of two lines stays in its row")
  }

  @Test func `errors name line and column`() throws {
    let shell = try shell("a,b\n1,2\n3,x\n5,y\n")
    #expect(try shell.failure("load-table t.csv numbers=b").contains("t.csv:3: `x` in column `b` is not a number; 1 more cell"))
    #expect(try shell.failure("load-table t.csv numbers=c").contains("there is no column `c`"))
    #expect(try shell.failure("load-table t.csv texts=a numbers=a").contains("named twice"))
    #expect(try shell.failure("load-table u.csv").contains("did you mean `t.csv`?"))
    #expect(try table(shell, "load-table t.csv numbers=b missing=x,y").rows.map { $0[1] as? Double } == [2, nil, nil])
    let broken = try self.shell("a,b\n1,2\n3\n")
    #expect(try broken.failure("load-table t.csv").contains("t.csv:3: 1 field instead of 2"))
    let formula = try self.shell("a\n1\n#DIV/0!\n")
    #expect(try formula.failure("load-table t.csv").contains("t.csv:3: `#DIV/0!` in column `a` is not a value"))
  }

  @Test func `codes stay text, and numbers beyond doubles are no numbers`() throws {
    let shell = try shell("long,huge,exp,mixed\n1234567890123456789,1e999,1e3,1\n2,3,4,2\n5,6,7,n\n8,9,10,3\n")
    let table = try table(shell, "load-table t.csv")
    #expect(table.rows[0][0] as? String == "1234567890123456789" && table.rows[0][1] as? String == "1e999")
    #expect(table.rows[0][2] as? Double == 1000 && table.rows[0][3] as? String == "1")
    #expect(shell.notes.contains { $0.contains("`mixed` is text, because 1 of 4 values are not numbers (line 4)") })
  }

  @Test func `a saved table comes back`() throws {
    let shell = try shell(Self.people)
    try shell.run("t = load-table t.csv; t | save u.csv; u = load-table u.csv")
    #expect(try table(shell, "t").csv == table(shell, "u").csv)
    #expect(try shell.text("u.csv") == Self.people.replacing("NA", with: ""))
  }

  @Test func `a table without rows has columns`() throws {
    let shell = try shell("a,b\n")
    #expect(try table(shell, "load-table t.csv").columns == ["a", "b"])
    #expect(try table(shell, "load-table t.csv | where { it.a > 1 } | select b").rows.isEmpty)
    #expect(try shell.failure("load-table t.csv | correlate a,b").contains("contains no numbers"))
    #expect(try table(shell, "load-table t.csv | group by=a { it | summarize b }").rows.isEmpty)
  }

  // MARK: Columns and rows

  @Test func `select, derive and parts of a table`() throws {
    let shell = try shell(Self.people)
    try shell.run("t = load-table t.csv")
    #expect(try table(shell, "t | select died,case").columns == ["died", "case"])
    #expect(try table(shell, "t | select except=age,sex").columns == ["case", "percent", "reader", "died"])
    #expect(try table(shell, "names = [\"case\", \"age\"]; t | select (names)").columns == ["case", "age"])
    #expect(try shell.failure("t | select agee").contains("did you mean `age`?"))
    #expect(try shell.failure("t | select age,age").contains("named twice"))
    #expect(try shell.failure("t | select").contains("one of these options"))
    let derived = try table(shell, "t | derive { {decade: (it.age / 10).floor, percent: it.percent / 100} }")
    #expect(derived.columns == ["case", "age", "sex", "percent", "reader", "died", "decade"])
    #expect(derived.rows.map { $0[6] as? Double } == [6, nil, 4, 7, 5, 3] && derived.rows[0][3] as? Double == 0.125)
    #expect(shell.notes.contains("b: no new value, because one that the block asks for is missing"))
    #expect(try table(shell, "t | derive high { it.percent > 20 }").rows.map { $0[6] as? Bool } == [false, true, false, true, true, false])
    #expect(try shell.failure("t | derive { it.nothing }").contains("no property `nothing`"))
    #expect(try shell.failure("t | derive { 3 }").contains("must return a record"))
    #expect(try table(shell, "t[1..2]").rows.map { $0[0] as? String } == ["b", "c"])
    #expect(try shell.failure("t[4..6]").contains("out of range"))
  }

  @Test func `groups run a block each, in order, missing values last`() throws {
    let shell = try shell(Self.people)
    let groups = try table(shell, "load-table t.csv | group by=sex { {n: it.count} }")
    #expect(try groups.cells(in: "sex").map { $0 as? String } == ["F", "M", nil] && groups.columns.first == "sex")
    #expect(try groups.cells(in: "n").map { $0 as? Double } == [3, 2, 1])
    let two = try table(shell, "load-table t.csv | where { it.sex == \"F\" } | group by=sex,died { it.count }")
    #expect(two.columns == ["sex", "died", "value"] && two.rows.map { $0[2] as? Double } == [2, 1])
    let summary = try table(shell, "load-table t.csv | group by=died { it | summarize percent draws=0 }")
    #expect(summary.rows.count == 2 && summary.columns.starts(with: ["died", "column", "n"]))
    #expect(try shell.failure("load-table t.csv | group by=town { it.count }").contains("there is no column `town`"))
  }

  @Test func `join matches keys and states what has no match`() throws {
    let shell = try shell(Self.people)
    try Data("case,died,site\na,1,x\nc,0,y\nz,1,y\n".utf8).write(to: URL(fileURLWithPath: shell.path("u.csv")))
    try shell.run("t = load-table t.csv; u = load-table u.csv")
    let inner = try table(shell, "t | join (u) by=case")
    #expect(inner.columns == ["case", "age", "sex", "percent", "reader", "died", "died_other", "site"] && inner.rows.count == 2)
    #expect(shell.notes.contains("4 of 6 rows of the first table without a match are left out: b; d; e; f"))
    #expect(shell.notes.contains("1 of 3 rows of the second table without a match are left out: z"))
    #expect(try table(shell, "t | join (u) by=case how=left").rows.count == 6)
    let full = try table(shell, "t | join (u) by=case how=full")
    #expect(full.rows.count == 7 && full.rows[6][0] as? String == "z" && full.rows[6][1] == nil && full.rows[6][7] as? String == "y")
    #expect(try table(shell, "u | join (t) by=case how=right suffix=.t").columns.contains("died.t"))
    #expect(try shell.failure("t | join (u) by=site").contains("there is no column `site`"))
    try shell.run("twice = [u[0], u[0]] | each { {case: it.case, visit: 2} }; t2 = [t[0], t[0]] | each { {case: it.case, age: 3} }")
    #expect(try table(shell, "t | join (twice) by=case").rows.count == 2)
    #expect(try shell.failure("t2 | join (twice) by=case").contains("occurs more than once in both tables"))
    let numbers = try self.shell("case,x\n1,5\n")
    try Data("case,y\n01,5\n".utf8).write(to: URL(fileURLWithPath: numbers.path("u.csv")))
    #expect(
      try numbers.failure("load-table t.csv | join (load-table u.csv) by=case").contains("contains numbers in the first table and text"))
  }

  // MARK: Statistics

  @Test func `summarize counts what is missing, and categories`() throws {
    let shell = try shell(Self.people)
    let summary = try table(shell, "load-table t.csv | summarize age,sex quantiles=[0.9] seed=3")
    #expect(try cell(summary, 0, "n") == 5 && cell(summary, 0, "missing") == 1)
    #expect(try abs(cell(summary, 0, "mean") - 53.2) < 1e-12 && abs(cell(summary, 0, "sd") - 12.676_750_4) < 1e-6)
    #expect(try cell(summary, 0, "q1") == 45 && cell(summary, 0, "median") == 52 && cell(summary, 0, "q3") == 61)
    #expect(try cell(summary, 0, "q0.9") == 66.4 && cell(summary, 0, "sum") == 266)
    #expect(try cell(summary, 0, "mean.low") < 53.2 && cell(summary, 0, "mean.high") > 53.2)
    #expect(summary.rows.count == 3, "F and M")
    #expect(try cell(summary, 1, "percent") == 60 && cell(summary, 2, "missing") == 1)
    #expect(try summary.csv == table(shell, "load-table t.csv | summarize age,sex quantiles=[0.9] seed=3").csv, "seeded")
    let lines = try [3, 4].map { try table(shell, "1..40 | each { {a: it ^ 2} } | summarize seed=\($0)").csv }
    #expect(lines[0] != lines[1])
    #expect(try shell.number("(load-table t.csv | summarize age)[0].mean.low") < 53.2)
    #expect(try shell.number("r = (load-table t.csv | summarize age)[0]; r.mean.high - r.mean.low") > 0)
    #expect(try shell.failure("r = (load-table t.csv | summarize age)[0]; r.mean.middle").contains("no property `middle`"))
    let single = try table(shell, "[5] | summarize")
    #expect(try cell(single, 0, "mean") == 5 && !single.columns.contains("sd") && !single.columns.contains("mean.low"))
    let constant = try table(shell, "[2, 2, 2] | summarize")
    #expect(try cell(constant, 0, "sd") == 0 && cell(constant, 0, "mean.low") == 2)
    #expect(try shell.failure("load-table t.csv | summarize age quantiles=[1.5]").contains("quantiles is 1.5"))
    #expect(try shell.failure("3 | summarize").contains("a table or a list of numbers is needed"))
  }

  @Test func `correlate, roc and agree leave out rows with missing values, and say so`() throws {
    let shell = try shell(Self.people)
    try shell.run("t = load-table t.csv")
    let pairs = try table(shell, "t | correlate age,percent,reader method=spearman")
    #expect(pairs.rows.count == 3)
    #expect(
      try cell(pairs, 0, "n") == 5 && abs(cell(pairs, 0, "coefficient") - 0.9) < 1e-12 && abs(cell(pairs, 0, "p") - 0.037_386_073) < 1e-8)
    #expect(try cell(pairs, 1, "n") == 5 && cell(pairs, 2, "n") == 6)
    let curve = try table(shell, "t | roc outcome=died score=percent,age")
    #expect(
      try cell(curve, 0, "n") == 5 && cell(curve, 0, "positive") == 3 && cell(curve, 0, "auc") == 1 && cell(curve, 0, "threshold") == 12.5)
    #expect(shell.notes.contains("1 of 6 rows without died or percent or age left out"))
    #expect(try cell(table(shell, "t | roc outcome=sex score=percent positive=M"), 0, "auc") == 1)
    #expect(try shell.failure("t | roc outcome=sex score=percent").contains("must contain only yes and no"))
    #expect(try shell.failure("t | roc outcome=sex score=percent positive=X").contains("does not contain the value `X`"))
    #expect(try shell.failure("t | where { it.died == \"yes\" } | roc outcome=died score=percent").contains("same outcome in all rows"))
    #expect(try shell.failure("t | correlate age,sex").contains("must contain only numbers"))
    #expect(try shell.failure("t | correlate age").contains("needs two"))
    let agreement = try table(shell, "t | agree age,percent")
    let differences = [48.5, 37.0, 15, 11, 33]
    let mean = differences.reduce(0, +) / 5
    #expect(try abs(cell(agreement, 0, "bias") - mean) < 1e-12 && cell(agreement, 0, "n") == 5)
    #expect(try cell(table(shell, "t | agree age,percent,reader method=icc"), 0, "raters") == 3)
    #expect(try shell.failure("t | agree age,percent,reader").contains("use method=icc for more"))
    #expect(try shell.failure("t | agree age,percent weights=linear").contains("method=kappa"))
    #expect(try shell.failure("t | agree sex,died method=kappa weights=linear").contains("weights need an order"))
    let constant = try table(shell, "1..4 | each { {a: it, b: 3} } | correlate a,b")
    #expect(!constant.columns.contains("coefficient") && shell.notes.contains { $0.contains("is undefined") })
  }

  @Test func `compare-groups picks the test by the columns`() throws {
    let shell = try shell(Self.people)
    try shell.run("t = load-table t.csv")
    let comparison = try table(shell, "t | compare-groups age,sex by=died")
    #expect(try comparison.cells(in: "test").map { $0 as? String } == ["Mann-Whitney, exact", "Fisher's exact"])
    #expect(try comparison.cells(in: "groups").map { $0 as? String } == ["no / yes", "no / yes"])
    #expect(try comparison.cells(in: "n").map { $0 as? String } == ["2 / 3", "3 / 2"])
    #expect(try abs(cell(comparison, 0, "p") - 0.2) < 1e-12 && cell(comparison, 0, "size") == 0)
    let several = try table(shell, "1..12 | each { {x: it, site: it % 3, kind: \"ab\"[it % 2]} } | compare-groups x,kind by=site draws=200")
    #expect(try several.cells(in: "test").map { $0 as? String } == ["Kruskal-Wallis", "chi-square"])
    #expect(shell.notes.contains { $0.contains("chi-square's p-value is unreliable") })
    #expect(try shell.failure("t | where { it.died == \"yes\" } | compare-groups age by=died").contains("has 1 group"))
    #expect(
      try shell.failure("t | where { it.case == \"b\" or it.case == \"a\" } | compare-groups age by=sex").contains("has no values of `age`")
    )
  }

  @Test func `texts are searched and changed`() throws {
    let shell = try Shell()
    #expect(try shell.run("\"p01_AP.png\" | contains _AP") as? Bool == true)
    #expect(try shell.run("\"p01_AP.png\" | starts-with P") as? Bool == false)
    #expect(try shell.run("\"p01_AP.png\" | ends-with .png") as? Bool == true)
    #expect(try shell.run("\"a_b_c\" | replace _ \"\"") as? String == "abc")
    #expect(try shell.failure("\"a\" | replace \"\" b").contains("at least one character"))
  }

  @Test func `images and masks have parts, and a mask becomes an image`() throws {
    let shell = try Shell()
    try shell.run("x = (phantom size=64).image; m = x > 100")
    #expect(try shell.number("x[10..20, 5..30].width") == 26 && shell.number("x[10..20, 5..30].height") == 11)
    #expect(try shell.number("x[10..20, 5..30][3, 4]") == shell.number("x[13, 9]"))
    #expect(try shell.number("x[10..20, 5].width") == 1)
    #expect(try shell.number("m[0..63, 0..63].area") == shell.number("m.area"))
    #expect(try shell.number("m.image.max") == 255 && shell.number("m.image.mean") == shell.number("255 * m.share"))
    #expect(try !shell.failure("x[10..70, 0..1]").isEmpty)
    #expect(try shell.failure("x[1..2]").contains("cannot be indexed"))
  }
}
