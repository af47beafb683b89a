import SegLang
import SegModel
import SegValues
import TestSupport
import Testing

@testable import SegServices

/// What is kept of worklists, and the order of cases.
@Suite struct WorklistStoreTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { folder.file("state/worklist.sqlite") }

  private func measurement(_ percent: Double?, _ interval: ClosedRange<Double>? = nil, doubt: String? = nil) -> WorklistStore.Measurement {
    var measurement = WorklistStore.Measurement()
    (measurement.percent, measurement.interval, measurement.doubt) = (percent, interval, doubt)
    return measurement
  }

  @Test func `each reader has a reading, and all see the score`() throws {
    let store = try WorklistStore(path)
    var score = measurement(12.5, 3...40, doubt: "mirrored")
    (score.image, score.model) = ("abc", "def")
    try store.setScore("k1", score)
    var reading = WorklistStore.Reading()
    (reading.status, reading.measurement, reading.comment, reading.draft) = (.corrected, measurement(20), "ü \"quoted\"", "xray | segment")
    try store.set("k1", of: "A", reading)
    let again = try WorklistStore(path)
    let a = try again.entries(["k2", "k1"], of: "A")
    #expect(a[1].score == score && a[1].reading == reading)
    #expect(a[0].score == nil && a[0].reading == WorklistStore.Reading())
    let b = try again.entries(["k1"], of: "B")
    #expect(b[0].score == score && b[0].reading == WorklistStore.Reading(), "B does not see what A decided")
  }

  @Test func `a state of version 1 is converted, once`() throws {
    _ = try WorklistStore(path)
    let old = folder.file("state/old.sqlite")
    let database = try SQLiteDatabase(old, for: .state)
    // As version 1 made it.
    try database.execute(
      "CREATE TABLE IF NOT EXISTS cases (key TEXT PRIMARY KEY, status TEXT NOT NULL, percent REAL, doubt TEXT, image TEXT, model TEXT, "
        + "changed TEXT NOT NULL)")
    try database.execute(
      """
      INSERT INTO cases VALUES ('w', 'waiting', 10, 'cropped', 'i1', 'm', 't'), ('a', 'accepted', 20, NULL, 'i2', 'm', 't'),
      ('c', 'corrected', 30, NULL, 'i3', 'm', 't'), ('s', 'sent', 40, NULL, 'i4', 'm', 't'), ('b', 'correcting', NULL, NULL, NULL, NULL, 't');
      PRAGMA user_version = 1
      """)
    try database.close()
    for _ in 1...2 {
      let entries = try WorklistStore(old).entries(["w", "a", "c", "s", "b"], of: "")
      #expect(entries.map(\.reading.status) == [.waiting, .accepted, .corrected, .sent, .correcting])
      #expect(entries.map(\.reading.measurement.percent) == [nil, 20, 30, 40, nil])
      // What was corrected is not what the model found.
      #expect(entries.map(\.score?.percent) == [10, 20, nil, nil, nil])
      #expect(entries[0].score?.doubt == "cropped" && entries[0].score?.image == "i1" && entries[0].score?.interval == nil)
      #expect(try WorklistStore(old).entries(["a"], of: "A")[0].reading.status == .waiting)
    }
  }

  @Test func `a database of another program is refused and left as it is`() throws {
    let path = folder.file("other.sqlite")
    let database = try SQLiteDatabase(path, for: .state)
    try database.execute("CREATE TABLE patients (name TEXT)")
    try database.close()
    #expect(throws: WorklistStore.Failure.self) { try WorklistStore(path) }
    let tables = try SQLiteDatabase(path, for: .state).statement("SELECT name FROM sqlite_master").rows(columns: 1)
    #expect(tables.map { $0[0].stringValue } == ["patients"])
  }

  @Test func `doubtful cases come first, then the widest intervals, then cases without a score`() {
    let scores = [
      measurement(5, 4...6), nil, measurement(5, 0...60), measurement(50, 40...80, doubt: "mirrored"), measurement(nil, doubt: "no_lungs"),
      measurement(5, 0...60), measurement(nil),
    ]
    #expect(Worklist.places(scores, in: .given) == [0, 1, 2, 3, 4, 5, 6])
    #expect(Worklist.places(scores, in: .uncertain) == [3, 4, 6, 2, 5, 0, 1])
  }

  @Test func `a reader's name can be part of a path, of a line and of a DICOM object`() throws {
    for name in ["A", "AB", "r.meyer", "Reader_2", "x-1"] { #expect(ReaderName.isValid(name), "\(name)") }
    for name in ["", ".", "..", "-a", "a b", "a/b", "ä", "a\"", "a{b}", String(repeating: "a", count: 33)] {
      #expect(!ReaderName.isValid(name), "\(name)")
    }
    #expect(try ReaderName.pair(" A , B ") == ("A", "B"))
    for text in ["A", "A,A", "A,B,C", "", ",", "A,b c"] { #expect(throws: ReaderName.Problem.self) { try ReaderName.pair(text) } }
    #expect(try ReaderName.comment("  two\n lines\u{7}  ") == "two lines")
    #expect(try ReaderName.comment(" \n ") == nil)
    #expect(throws: ReaderName.Problem.longComment(1001)) { try ReaderName.comment(String(repeating: "x", count: 1001)) }
  }

  // MARK: Two readers

  private var comparison: ReaderComparison {
    let a = [32.0, 46.5, 18.9, 22.1, 0.4, 77.3, 51.2, 8.8]
    let b = [30.1, 40.2, 21.0, 22.1, 1.9, 80.9, 47.0, 3.2]
    let lungs = [0.98, 0.97, 0.99, 1, 0.96, 0.99, 0.985, 0.97]
    let opacity = [0.91, 0.84, 0.77, 1, 0, 0.95, 0.88, 0.62]
    return ReaderComparison(
      ("A", "B"),
      rows: a.indices.map {
        ReaderComparison.Row(
          number: $0 + 1, file: Path("\($0).png"), first: measurement(a[$0]), second: measurement(b[$0]), lungDice: lungs[$0],
          opacityDice: opacity[$0])
      })
  }

  /// References: SciPy (means, bias, limits by Student's t), pingouin 0.5 (`intraclass_corr`), scikit-learn (`cohen_kappa_score`), statsmodels
  /// (`cohens_kappa`, wt="fc").
  @Test func `the agreement of two readers has the values of SciPy, pingouin, scikit-learn and statsmodels`() throws {
    let table = comparison.summary(level: 0.95)
    #expect(table.columns == ["measure", "n", "value", "low", "high"])
    let expected: [(value: Double, low: Double?, high: Double?)] = [
      (0.9806250000, 0.9695795983, 0.9916704017), (0.7462500000, 0.4757563015, 1), (0.8947368421, 0.7400742975, 1), (0.98920026, nil, nil),
      (1.35, -1.7675526512, 4.4675526512), (-5.9589118205, -11.5315753362, -0.3862482448), (8.6589118205, 3.0862483048, 14.2315753361),
    ]
    #expect(table.rows.count == expected.count)
    for (row, wanted) in zip(table.rows, expected) {
      #expect(row[1] as? Double == 8)
      for (cell, number) in zip(row[2...], [wanted.value, wanted.low, wanted.high]) {
        guard let number else { continue }
        let value = try #require(cell as? Double)
        #expect(abs(value - number) < 2e-6 * max(1, abs(number)), "\(row[0] as? String ?? ""): \(value), \(number)")
      }
    }
  }

  @Test func `cases differ by percentage, by Dice and by whether there are lungs`() {
    #expect(comparison.rows.filter { $0.differs(points: 5, dice: 0.8) }.map(\.number) == [2, 3, 5, 8])
    #expect(comparison.rows.filter { $0.differs(points: 100, dice: 0) }.isEmpty)
    let row = ReaderComparison.Row(
      number: 1, file: Path("a.png"), first: measurement(nil), second: measurement(3), lungDice: nil, opacityDice: nil)
    #expect(row.differs(points: 100, dice: 0) && row.difference == nil)
    let same = ReaderComparison.Row(
      number: 1, file: Path("a.png"), first: measurement(3), second: measurement(3), lungDice: nil, opacityDice: nil)
    #expect(!same.differs(points: 0, dice: 1))
  }

  @Test func `what no case defines has no value`() {
    let table = ReaderComparison(("A", "B"), rows: []).summary(level: 0.95)
    #expect(table.rows.count == 7 && table.rows.allSatisfy { $0[2] == nil && $0[3] == nil })
  }
}
