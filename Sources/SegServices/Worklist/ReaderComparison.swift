import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// Two readers of the same worklist, compared case by case.
package struct ReaderComparison: Sendable {
  /// One case that both have decided.
  package struct Row: Sendable {
    /// The number of the case in the list, from 1.
    package let number: Int
    package let file: Path
    package let first: WorklistStore.Measurement
    package let second: WorklistStore.Measurement
    /// Dice coefficients of lungs and opacity, 1 if both are empty; nil if a reader's annotations are no longer there.
    package let lungDice: Double?
    package let opacityDice: Double?

    /// The first reader's percentage minus the second's; nil unless both found lungs.
    package var difference: Double? { percents.map { $0.first - $0.second } }

    /// Both percentages; nil unless both found lungs.
    var percents: (first: Double, second: Double)? {
      guard let first = first.percent, let second = second.percent else { return nil }
      return (first, second)
    }

    /// Whether the readers differ: in the percentage by more than so many points, in a Dice coefficient, or in whether there are lungs.
    package func differs(points: Double, dice: Double) -> Bool {
      if (first.percent == nil) != (second.percent == nil) { return true }
      if let difference { if abs(difference) > points { return true } }
      return [lungDice, opacityDice].compactMap { $0 }.contains { $0 < dice }
    }
  }

  package let readers: (first: String, second: String)
  package let rows: [Row]
  /// How many cases one or both have not decided.
  package let undecided: Int
  /// How many rows lack annotations.
  package var withoutAnnotations: Int { rows.count { $0.lungDice == nil } }

  package init(_ readers: (first: String, second: String), rows: [Row], undecided: Int = 0) {
    (self.readers, self.rows, self.undecided) = (readers, rows, undecided)
  }

  /// - Parameter folder: The folder of the results.
  /// - Throws: `WorklistStore.Failure`, `CancellationError`; an annotation file that cannot be read.
  package init(
    of items: [Worklist.Item], by readers: (first: String, second: String), in store: WorklistStore, folder: Path, _ context: Context
  ) throws {
    let keys = items.map(\.key)
    let pairs = zip(try store.entries(keys, of: readers.first), try store.entries(keys, of: readers.second)).map {
      ($0.reading, $1.reading)
    }
    let decided = pairs.indices.filter { pairs[$0].0.status.isDecided && pairs[$0].1.status.isDecided }
    self.readers = readers
    undecided = items.count - decided.count
    rows = try decided.enumerated().map { count, index in
      try context.checkCancellation()
      context.progress(Double(count) / Double(decided.count), "comparing")
      func drawn(_ reader: String) throws -> Segmentation? {
        let folder = Worklist.resultsFolder(of: keys[index], reader: reader, in: folder)
        guard let path = Worklist.annotations(in: folder) else { return nil }
        let bytes = try FileBytes.read(context.existing(path))
        do { return try AnnotationFile.decode(bytes, name: path.text).segmentation(spacing: .unknown).segmentation } catch let error
          as AnnotationError
        {
          throw CommandProblem.badAnnotations(path.text, "\(error)")
        }
      }
      var coefficients: (lungs: Double, opacity: Double)?
      if let first = try drawn(readers.first), let second = try drawn(readers.second) {
        guard first.size == second.size else {
          throw CommandProblem.sizesDiffer("the annotation of \(readers.first)", first.size, "that of \(readers.second)", second.size)
        }
        coefficients = (
          try dice(of: first.lungs.foreground, against: second.lungs.foreground), try dice(of: first.opacity, against: second.opacity)
        )
      }
      return Row(
        number: index + 1, file: items[index].file, first: pairs[index].0.measurement, second: pairs[index].1.measurement,
        lungDice: coefficients?.lungs, opacityDice: coefficients?.opacity)
    }
  }

  // MARK: Tables

  /// One row per case that both decided.
  package var table: Table {
    func grade(_ measurement: WorklistStore.Measurement) -> String { Severity.Grade(percent: measurement.percent).rawValue }
    return Table(
      columns: ["case", "first", "second", "difference", "dice_lungs", "dice_opacity", "first_grade", "second_grade", "file"],
      rows: rows.map { row in
        [
          Double(row.number), row.first.percent, row.second.percent, row.difference, row.lungDice, row.opacityDice, grade(row.first),
          grade(row.second), row.file,
        ]
      }, rowName: "case")
  }

  /// One row per measure of agreement; a measure that is not defined for these cases has no value.
  package func summary(level: Double) -> Table {
    var lines: [[(any Value)?]] = []
    func add(_ measure: String, _ count: Int, _ value: Double?, _ interval: ClosedRange<Double>?) {
      lines.append([measure, Double(count), value, interval?.lowerBound, interval?.upperBound])
    }
    for (name, values) in [("mean Dice of lungs", rows.compactMap(\.lungDice)), ("mean Dice of opacity", rows.compactMap(\.opacityDice))] {
      let mean = Statistics.mean(values)
      add(name, values.count, mean, mean.flatMap { Self.interval(of: values, mean: $0, level: level) })
    }
    let grades = Severity.Grade.allCases
    func places(_ measurements: [WorklistStore.Measurement]) -> [Int] {
      measurements.map { grades.firstIndex(of: Severity.Grade(percent: $0.percent)) ?? 0 }
    }
    let kappa = Kappa(
      places(rows.map(\.first)), places(rows.map(\.second)), categories: grades.indices.map(Double.init), weights: .quadratic, level: level)
    add("kappa of grade, quadratic weights", rows.count, kappa?.value, kappa?.interval)
    let percents = rows.compactMap(\.percents)
    let icc = IntraclassCorrelation(percents.map { [$0.first, $0.second] }, level: level)?.forms.first { $0.name == "ICC(A,1)" }
    add("ICC(A,1) of percent", percents.count, icc?.value, icc?.interval)
    let pairs = BlandAltman(estimates: percents.map(\.first), truths: percents.map(\.second))
    add("bias of percent, first minus second", percents.count, pairs?.bias, pairs?.biasInterval(level: level))
    let reach = pairs?.limitReach(level: level) ?? 0
    for (name, limit) in [("lower limit of agreement", pairs?.limits.lowerBound), ("upper limit of agreement", pairs?.limits.upperBound)] {
      add(name, percents.count, limit, limit.map { $0 - reach...$0 + reach })
    }
    return Table(columns: ["measure", "n", "value", "low", "high"], rows: lines, rowName: "measure")
  }

  /// The confidence interval of a mean Dice coefficient by Student's t, at most 1; nil for fewer than two.
  private static func interval(of values: [Double], mean: Double, level: Double) -> ClosedRange<Double>? {
    guard let deviation = Statistics.standardDeviation(values) else { return nil }
    let n = Double(values.count)
    let reach = Distributions.studentQuantile((1 + level) / 2, degrees: n - 1) * deviation / n.squareRoot()
    return mean - reach...min(1, mean + reach)
  }
}
