import Basics
import SegLang

/// What makes a run of a cohort what it is: if any of it differs, its results are others. It is the first line of the journal.
package struct CohortPlan: Sendable, Equatable {
  /// Part of the cases: those whose number leaves the remainder `number - 1` when it, less 1, is divided by `count`.
  package struct Shard: Sendable, Equatable {
    package let number: Int
    package let count: Int

    /// Reads `3/20`; nil for anything else.
    package init?(_ text: String) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
      guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
      self.init(number: number, of: count)
    }

    package init?(number: Int, of count: Int) {
      guard (1...1_000_000).contains(count), (1...count).contains(number) else { return nil }
      (self.number, self.count) = (number, count)
    }

    package var text: String { "\(number)/\(count)" }
  }

  /// Random cases to look at before all are run.
  package struct Sample: Sendable, Equatable {
    package let count: Int
    package let seed: UInt64
    package init(count: Int, seed: UInt64) { (self.count, self.seed) = (count, seed) }
  }

  package var program = ProgramVersion.text
  /// SHA-256 of the script's text and of the modules that it uses.
  package let script: String
  /// The values of the script's params, by name; the digest of a value that may be the name of a file, where names are hidden.
  package let parameters: [JSON.Member]
  /// How many cases there are before a shard or a sample is taken, and the SHA-256 of their names.
  package let caseCount: Int
  package let cases: String
  package let spacing: String?
  /// Variables whose values are the columns; empty: the last value of the script.
  package let values: [String]
  package let isStrict: Bool
  package let hidesNames: Bool
  package var shard: Shard?
  package let sample: Sample?

  /// The numbers of the cases that the run is to do, from 1, in order.
  package var numbers: [Int] {
    var numbers = Array(1...max(1, caseCount)).prefix(caseCount).map { $0 }
    if let sample, sample.count < caseCount {
      let generator = SeededGenerator(seed: sample.seed)
      let ranked = numbers.map { (rank: generator.split(UInt64($0)).state, number: $0) }.sorted { $0.rank < $1.rank }
      numbers = ranked.prefix(sample.count).map(\.number).sorted()
    }
    guard let shard else { return numbers }
    return numbers.enumerated().filter { $0.offset % shard.count == shard.number - 1 }.map(\.element)
  }

  // MARK: As JSON

  private static let version = 1

  package var json: JSON {
    [
      "segsh_cohort": .number(Double(Self.version)), "program": .string(program), "script_sha256": .string(script),
      "parameters": .object(parameters), "case_count": .number(Double(caseCount)), "cases_sha256": .string(cases),
      "spacing": spacing.map { .string($0) } ?? .null, "values": .array(values.map { .string($0) }), "strict": .bool(isStrict),
      "names": .string(hidesNames ? "hidden" : "shown"), "shard": shard.map { .string($0.text) } ?? .null,
      "sample": sample.map { ["count": .number(Double($0.count)), "seed": .string("\($0.seed)")] } ?? .null,
    ]
  }

  /// - Parameter path: What errors call the journal.
  /// - Throws: `CohortProblem.notARun`, `otherVersion`.
  package init(_ json: JSON, path: String) throws(CohortProblem) {
    guard let version = json["segsh_cohort"]?.integerValue else { throw .notARun(path) }
    guard version == Self.version else { throw .otherVersion(path) }
    guard let program = json["program"]?.stringValue, let script = json["script_sha256"]?.stringValue,
      case .object(let parameters)? = json["parameters"], let caseCount = json["case_count"]?.integerValue, caseCount >= 0,
      let cases = json["cases_sha256"]?.stringValue, let values = json["values"]?.arrayValue, case .bool(let isStrict)? = json["strict"],
      let names = json["names"]?.stringValue
    else { throw .notARun(path) }
    self.program = program
    (self.script, self.parameters, self.caseCount, self.cases) = (script, parameters, caseCount, cases)
    (self.isStrict, hidesNames) = (isStrict, names == "hidden")
    self.values = values.compactMap(\.stringValue)
    spacing = json["spacing"]?.stringValue
    shard = json["shard"]?.stringValue.flatMap { Shard($0) }
    sample = json["sample"].flatMap { sample in
      guard let count = sample["count"]?.integerValue, let seed = sample["seed"]?.stringValue.flatMap({ UInt64($0) }) else { return nil }
      return Sample(count: count, seed: seed)
    }
  }

  package init(
    script: String, parameters: [JSON.Member], caseCount: Int, cases: String, spacing: String?, values: [String], isStrict: Bool,
    hidesNames: Bool, shard: Shard?, sample: Sample?
  ) {
    (self.script, self.parameters, self.caseCount, self.cases) = (script, parameters, caseCount, cases)
    (self.spacing, self.values, self.isStrict, self.hidesNames) = (spacing, values, isStrict, hidesNames)
    (self.shard, self.sample) = (shard, sample)
  }

  // MARK: Differences

  /// What has changed since another plan, in words; empty where nothing has.
  package func changes(since old: CohortPlan) -> [String] {
    var changes: [String] = []
    func compare(_ what: String, _ before: String, _ now: String) {
      if before != now { changes.append("\(what) \(before) before, \(now) now") }
    }
    compare("the version of segsh was", old.program, program)
    if old.script != script {
      changes.append(
        "the script or a module that it uses has changed (SHA-256 \(old.script.prefix(12))… before, \(script.prefix(12))… now)")
    }
    func shown(_ value: JSON?) -> String { value.map { $0.stringValue ?? $0.text } ?? "the default" }
    for name in Set(parameters.map(\.key) + old.parameters.map(\.key)).sorted() {
      compare("the parameter \(name) was", shown(JSON.object(old.parameters)[name]), shown(JSON.object(parameters)[name]))
    }
    if old.caseCount != caseCount {
      changes.append("there were \(NumberFormat.grouped(old.caseCount)) cases before, \(NumberFormat.grouped(caseCount)) now")
    } else if old.cases != cases {
      changes.append("the names of the cases have changed")
    }
    compare("the spacing was", old.spacing ?? "as the files state", spacing ?? "as the files state")
    func list(_ values: [String]) -> String { values.isEmpty ? "the last value of the script" : values.joined(separator: ",") }
    compare("the values were", list(old.values), list(values))
    compare("--strict was", old.isStrict ? "on" : "off", isStrict ? "on" : "off")
    compare("file names were", old.hidesNames ? "hidden" : "shown", hidesNames ? "hidden" : "shown")
    compare("the shard was", old.shard?.text ?? "all cases", shard?.text ?? "all cases")
    func text(_ sample: Sample?) -> String { sample.map { "\($0.count) cases with seed \($0.seed)" } ?? "all cases" }
    compare("the sample was", text(old.sample), text(sample))
    return changes
  }
}
