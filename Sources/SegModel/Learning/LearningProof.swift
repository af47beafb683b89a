import Basics

/// A paired comparison of a model before and after learning, on cases that neither run learned, with the rule that decides whether it replaces the
/// earlier one.
///
/// The rule: on held-out corrected cases, the mean of the Dice coefficients of lungs and opacity must rise. With 20 patients or more the 95 % CI of
/// the difference must lie above 0; with fewer, the mean must rise and two of three patients must not get worse. What was good must stay good: each
/// other value may get worse by its margin at most.
public struct LearningProof: Sendable {
  /// Which cases a value was measured on.
  public enum Group: String, Sendable, CaseIterable {
    /// Accepted cases that a reader corrected or drew.
    case corrected
    /// Accepted cases that a reader left as the model segmented them.
    case unchanged
    /// The reference set.
    case reference
    /// Generated X-rays.
    case phantoms

    var words: String { self == .phantoms ? "phantoms" : "\(rawValue) cases" }
  }

  /// What was measured.
  public enum Measure: String, Sendable, CaseIterable {
    /// The mean of the Dice coefficients of lungs and opacity.
    case dice = "Dice, lungs and opacity"
    case lungs = "Dice, lungs"
    case opacity = "Dice, opacity"
    case percentError = "error of percent"

    func value(_ scores: CaseScores) -> Double? {
      switch self {
      case .dice: scores.dice
      case .lungs: scores.lungs
      case .opacity: scores.opacity
      case .percentError: scores.percentError
      }
    }
  }

  /// One value before and after.
  public struct Row: Sendable, Equatable {
    public let group: Group
    public let measure: Measure
    /// The number of cases.
    public let count: Int
    /// Means over the cases.
    public let before: Double
    public let after: Double
    /// The 95 % CI of the mean difference, from a bootstrap over patients; nil if there are too few.
    public let interval: ClosedRange<Double>?
    /// Why the value forbids a replacement; nil if it does not.
    public let failure: String?

    /// After minus before.
    public var difference: Double { after - before }
  }

  /// A case that was held out, before and after.
  public struct Change: Sendable {
    public let record: CaseRecord
    public let diceBefore: Double
    public let diceAfter: Double
    /// In percent; nil if no lungs were found.
    public let percentBefore: Double?
    public let percentAfter: Double?
  }

  /// The values in order.
  public let rows: [Row]
  /// The held-out accepted cases, the largest change of Dice first.
  public let changes: [Change]

  /// From how many patients on the interval decides.
  public static let patientsForInterval = 20
  /// By how much Dice coefficients and the error of percent may get worse.
  public static let unchangedMargin = 0.05
  public static let lungsMargin = 0.01
  public static let opacityMargin = 0.02
  public static let percentMargin = 1.0

  /// The values that forbid a replacement, in words; empty if the model got better and forgot nothing.
  public var failures: [String] { rows.compactMap(\.failure) }
  /// The mean gain of the Dice coefficients on held-out corrected cases.
  public var gain: Double { rows.first { $0.group == .corrected && $0.measure == .dice }?.difference ?? 0 }
  /// The number of cases of a group.
  public func count(_ group: Group) -> Int { rows.filter { $0.group == group }.map(\.count).max() ?? 0 }

  /// A case that both models segmented.
  struct Pair: Sendable {
    let group: Group
    let patient: String
    let before: CaseScores
    let after: CaseScores
  }

  /// Evaluates both models.
  /// - Parameters:
  ///   - accepted: Accepted cases that were held out.
  ///   - reference: Cases of the reference set that were held out; phantoms are added if none of them has opacity masks.
  ///   - onCase: Called with the number of cases done, and their number.
  /// - Throws: Errors of reading; `CancellationError`.
  init(
    before: Segmenter, after: Segmenter, accepted: [AcceptedCase], reference: [CaseRecord], onCase: (_ done: Int, _ count: Int) -> Void
  ) throws {
    let cancellation = Cancellation.current
    var (pairs, changes): ([Pair], [Change]) = ([], [])
    // Only cases with drawn opacity show whether opacity was forgotten.
    let seeds = reference.contains { $0.kind == .opacity } ? [] : Array(ModelComparison.phantomSeeds)
    let count = accepted.count + reference.count + seeds.count
    func add(_ group: Group, _ patient: String, _ scores: (Segmenter) throws -> CaseScores) throws -> Pair {
      try cancellation.check()
      let pair = Pair(group: group, patient: patient, before: try scores(before), after: try scores(after))
      pairs.append(pair)
      onCase(pairs.count, count)
      return pair
    }
    for item in accepted {
      let pair = try add(item.isCorrected ? .corrected : .unchanged, item.record.patient) { try CaseScores(of: item.record, by: $0) }
      guard let old = pair.before.dice, let new = pair.after.dice else { continue }
      changes.append(
        Change(
          record: item.record, diceBefore: old, diceAfter: new, percentBefore: pair.before.percent, percentAfter: pair.after.percent))
    }
    for record in reference { _ = try add(.reference, record.patient) { try CaseScores(of: record, by: $0) } }
    for seed in seeds { _ = try add(.phantoms, "\(seed)") { try CaseScores(ofPhantom: seed, by: $0) } }
    self.init(pairs, changes: changes)
  }

  init(_ pairs: [Pair], changes: [Change] = []) {
    rows = Group.allCases.flatMap { group in
      Measure.allCases.compactMap { measure in
        measure == .dice && (group == .reference || group == .phantoms)
          ? nil : Self.row(group, measure, pairs.filter { $0.group == group })
      }
    }
    self.changes = changes.enumerated().sorted { first, second in
      let (one, other) = (
        abs(first.element.diceAfter - first.element.diceBefore), abs(second.element.diceAfter - second.element.diceBefore)
      )
      return one == other ? first.offset < second.offset : one > other
    }.map(\.element)
  }

  private static func row(_ group: Group, _ measure: Measure, _ pairs: [Pair]) -> Row? {
    let known = pairs.compactMap { pair -> (patient: String, before: Double, after: Double)? in
      guard let before = measure.value(pair.before), let after = measure.value(pair.after) else { return nil }
      return (pair.patient, before, after)
    }
    guard let before = Statistics.mean(known.map(\.before)), let after = Statistics.mean(known.map(\.after)) else { return nil }
    let patients = Dictionary(grouping: known, by: \.patient).sorted { $0.key < $1.key }.map { $0.value.map { $0.after - $0.before } }
    let interval = Statistics.bootstrapInterval(count: patients.count) { drawn in Statistics.mean(drawn.flatMap { patients[$0] }) }
    return Row(
      group: group, measure: measure, count: known.count, before: before, after: after, interval: interval,
      failure: failure(group, measure, after - before, patients.map { Statistics.mean($0) ?? 0 }, interval))
  }

  /// - Parameter patients: The mean difference of each patient.
  static func failure(
    _ group: Group, _ measure: Measure, _ difference: Double, _ patients: [Double], _ interval: ClosedRange<Double>?
  ) -> String? {
    func worse(by margin: Double, _ change: Double) -> String? {
      guard change > margin else { return nil }
      let unit = measure == .percentError ? " points" : ""
      return "\(measure.rawValue), \(group.words): worse by \(NumberFormat.tabulated(change))\(unit), at most \(margin) is allowed"
    }
    switch (group, measure) {
    case (.corrected, .dice):
      let text = "\(measure.rawValue), \(group.words): "
      if patients.count >= patientsForInterval {
        guard let low = interval?.lowerBound, low > 0 else {
          return text
            + "the 95 % CI of the difference starts at \(interval.map { NumberFormat.tabulated($0.lowerBound) } ?? "-"); it must be above 0"
        }
        return nil
      }
      guard difference > 0 else { return text + "changed by \(NumberFormat.tabulated(difference)); it must rise" }
      let kept = patients.count { $0 >= 0 }
      return 3 * kept >= 2 * patients.count
        ? nil : text + "worse for \(patients.count - kept) of \(patients.count) patients; at most a third may be"
    case (_, .percentError): return worse(by: percentMargin, difference)
    case (.unchanged, .dice): return worse(by: unchangedMargin, -difference)
    case (.corrected, .lungs), (.reference, .lungs), (.phantoms, .lungs): return worse(by: lungsMargin, -difference)
    case (.reference, .opacity), (.phantoms, .opacity): return worse(by: opacityMargin, -difference)
    default: return nil
    }
  }

  /// The rows as aligned columns of text.
  public var table: String {
    let names = rows.map { "\($0.group.rawValue): \($0.measure.rawValue)" }
    let width = names.map(\.count).max() ?? 0
    func line(_ name: String, _ cells: [String]) -> String {
      name.padding(to: width) + zip(cells, [5, 9, 9, 12]).map { $0.leftPadding(to: $1) }.joined()
    }
    return line("", ["n", "before", "after", "difference"]) + "   95 % CI\n"
      + zip(rows, names).map { row, name in
        let interval = row.interval.map { "   \(NumberFormat.tabulated($0.lowerBound)) to \(NumberFormat.tabulated($0.upperBound))" } ?? ""
        let cells = [row.before, row.after, row.difference].map { NumberFormat.tabulated($0) }
        return line(name, ["\(row.count)"] + cells) + interval + "\n"
      }.joined()
  }

  /// The rows for the record of a version.
  public var json: JSON {
    .array(
      rows.map { row in
        [
          "cases": .string(row.group.rawValue), "measure": .string(row.measure.rawValue), "count": .number(Double(row.count)),
          "before": .number(row.before), "after": .number(row.after),
          "interval": row.interval.map { [.number($0.lowerBound), .number($0.upperBound)] } ?? .null,
          "failure": row.failure.map { .string($0) } ?? .null,
        ]
      })
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
  fileprivate func leftPadding(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
