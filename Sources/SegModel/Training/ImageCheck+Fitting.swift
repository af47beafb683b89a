import Basics
import ImageOps

extension ImageCheck {
  /// Share of proper images that may raise a doubt: the thresholds are set by it. A mirrored image differs from a proper one by the side of the heart alone, so it is
  /// mistaken most easily; of lateral views and CT slices there are few to learn from, and they must not pass.
  private static func alarmShare(of doubt: Doubt) -> Double {
    switch doubt {
    case .mirrored: 0.0005
    case .lateral, .ct: 0.005
    default: 0.002
    }
  }
  /// Share of the corrupted images of a kind that may be missed where that lowers false alarms further.
  private static let missedShare = 0.02
  private static let strength = 1e-3
  /// With fewer images than this nothing can be said of false alarms.
  static let fewestPictures = 24

  /// An image to fit the rules to.
  struct Example {
    let patient: String
    let sample: TrainingSample
    /// What is wrong with the image; nil for a frontal chest X-ray as it should be.
    var doubt: Doubt?
  }

  /// Images with masks or scores are corrupted in every way; of the others, whose number may be much larger, the image and one slight variant take part.
  private static func examples(of example: Example, number: Int, normalization: InputNormalization) throws -> [CorruptedExample] {
    let isPlain = [.clear, .unlabeled].contains(example.sample.kind)
    let all = try CorruptedInputs.examples(
      of: example.sample.pixels, side: example.sample.side, seed: 50 + UInt64(number), isCorrupted: !isPlain && example.doubt == nil,
      normalization: normalization)
    if let doubt = example.doubt { return all.map { CorruptedExample(pixels: $0.pixels, doubt: doubt) } }
    return isPlain ? [all[0], all[1 + number % (all.count - 1)]] : all
  }
  private typealias CorruptedExample = CorruptedInputs.Example

  /// Fits the rules to images that are corrupted on purpose, and to those that are no frontal X-ray; thresholds and validation come from five-fold cross-validation over
  /// patients. A doubt without examples gets no rule.
  ///
  /// The network must not be trained any further. Deterministic: what is drawn depends on the place of an image in `samples`.
  /// - Parameters:
  ///   - samples: images at the model's side with their patient.
  ///   - base: the check of the model that training started from. It is kept unless the new one knows all of its doubts and raises fewer false ones on these samples.
  /// - Returns: nil with fewer than 24 images.
  /// - Throws: `CancellationError`.
  static func fitted(_ segmenter: Segmenter, to samples: [Example], replacing base: ImageCheck? = nil) throws -> ImageCheck? {
    let cancellation = Cancellation.current
    guard samples.count >= fewestPictures else { return nil }
    var rows: [[Double]] = []
    var flipped: [[Double]] = []
    var doubts: [Doubt?] = []
    var folds: [Int] = []
    let patients = Array(Set(samples.map(\.patient))).sorted()
    var generator = SeededGenerator(seed: 40)
    let foldOfPatient = Dictionary(
      uniqueKeysWithValues: patients.shuffled(using: &generator).enumerated().map { ($0.element, $0.offset % 5) })
    for (index, item) in samples.enumerated() {
      for example in try examples(of: item, number: index, normalization: segmenter.model.normalization) {
        let prediction = try segmenter.predict(example.pixels)
        rows.append(prediction.ownFeatures.map { $0.isFinite ? Double($0) : 0 })
        flipped.append((prediction.flippedFeatures ?? prediction.ownFeatures).map { $0.isFinite ? Double($0) : 0 })
        doubts.append(example.doubt)
        folds.append(foldOfPatient[item.patient] ?? 0)
      }
    }
    let present = Doubt.allCases.filter { $0.isOfImage && doubts.contains($0) }
    func regressions(_ indices: [Int]) throws -> [RidgeRegression]? {
      try cancellation.check()
      return RidgeRegression.several(
        rows: indices.map { rows[$0] }, targets: present.map { doubt in indices.map { doubts[$0] == doubt ? 1 : 0 } },
        strength: strength)
    }
    guard let final = try regressions(Array(rows.indices)) else { return nil }
    var validated: [[RidgeRegression]] = []
    for fold in 0..<5 { validated.append(try regressions(rows.indices.filter { folds[$0] != fold }) ?? final) }
    let proper = rows.indices.filter { doubts[$0] == nil }
    let limits = present.enumerated().map { index, doubt -> (threshold: Double, margin: Double) in
      func values(_ rowsOfKind: [Int], of features: [[Double]]) -> [Double] {
        rowsOfKind.map { validated[folds[$0]][index].prediction(for: features[$0]) }
      }
      let corrupted = rows.indices.filter { doubts[$0] == doubt }
      if doubt == .mirrored {
        func pairs(_ rowsOfKind: [Int]) -> [(value: Double, lead: Double)] {
          zip(values(rowsOfKind, of: rows), values(rowsOfKind, of: flipped)).map { ($0, $0 - $1) }
        }
        return mirroredLimits(proper: pairs(proper), mirrored: pairs(corrupted))
      }
      let rarelyRaised = Statistics.quantile(values(proper, of: rows), 1 - alarmShare(of: doubt)) ?? 1
      guard doubt != .lateral, doubt != .ct else { return (rarelyRaised, Rule.standardMargin) }
      return (max(rarelyRaised, Statistics.quantile(values(corrupted, of: rows), missedShare) ?? rarelyRaised), Rule.standardMargin)
    }
    func rules(_ regressions: [RidgeRegression]) -> [Rule] {
      zip(regressions, limits).map { Rule(regression: $0, threshold: $1.threshold, margin: $1.margin) }
    }
    let rulesOfFold = validated.map { Array(zip(present, rules($0))) }
    func shareRaising(_ indices: [Int]) -> Double {
      Double(indices.count { Self.doubt(rulesOfFold[folds[$0]], rows[$0], flipped: flipped[$0]) != nil }) / Double(max(1, indices.count))
    }
    if let base {
      let rules = Array(zip(base.doubts, base.rules))
      let falseAlarms = proper.count { Self.doubt(rules, rows[$0], flipped: flipped[$0]) != nil }
      if !Set(present).isSuperset(of: base.doubts) || Double(falseAlarms) <= shareRaising(proper) * Double(proper.count) { return base }
    }
    return ImageCheck(
      doubts: present,
      rules: rules(final),
      validation: Validation(
        images: proper.count, falseAlarms: shareRaising(proper),
        found: Dictionary(
          uniqueKeysWithValues: present.map { doubt in (doubt, shareRaising(rows.indices.filter { doubts[$0] == doubt })) })))
  }
}

extension ImageCheck {
  /// The two limits of the doubt `mirrored` that find the most mirrored images at the allowed share of false doubts.
  ///
  /// The first limit is for the value of the rule, the second for how far the value leads that of the mirror image. Each quantile of the proper images is tried as
  /// the first limit; the second is then as low as the allowed share permits.
  /// - Parameters:
  ///   - proper: values of proper images, each with its lead over the mirror image.
  ///   - mirrored: the same for mirrored images.
  /// - Returns: a margin from 0 to below 1. Without proper images, the threshold is 1 and the margin the standard one.
  static func mirroredLimits(proper: [(value: Double, lead: Double)], mirrored: [(value: Double, lead: Double)]) -> (
    threshold: Double, margin: Double
  ) {
    let values = proper.map(\.value)
    let allowed = Int(alarmShare(of: .mirrored) * Double(proper.count))
    var best = (threshold: Statistics.quantile(values, 1 - alarmShare(of: .mirrored)) ?? 1, margin: Rule.standardMargin)
    var most = mirrored.count { $0.value > best.threshold && $0.lead > best.margin }
    for share in mirroredShares {
      guard let threshold = Statistics.quantile(values, share) else { continue }
      let leads = proper.filter { $0.value > threshold }.map(\.lead).sorted(by: >)
      // The lead of the first image that must not raise the doubt.
      let margin = max(0, leads.dropFirst(allowed).first ?? 0)
      let found = mirrored.count { $0.value > threshold && $0.lead > margin }
      if margin < 1, found > most { (most, best) = (found, (threshold, margin)) }
    }
    return best
  }
  private static let mirroredShares = [0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995]

  /// Phantoms that `silent` looks at: the seeds that people type first.
  private static let phantomSeeds: ClosedRange<UInt64> = 1...120

  /// Returns the check with thresholds raised so that none of 120 phantoms raises a doubt. They are proper frontal X-rays by construction, but a
  /// network that has learned only from films may doubt them. The shares found by changed rules are removed from `validation`.
  /// - Throws: `CancellationError`.
  public func silent(onPhantomsFor segmenter: Segmenter) throws -> ImageCheck {
    let cancellation = Cancellation.current
    var highest = rules.map(\.threshold)
    for seed in Self.phantomSeeds {
      try cancellation.check()
      let image = try Phantom.make(seed: seed).image
      let input = try segmenter.model.normalization.input(of: image, side: segmenter.model.side)
      let features = try segmenter.predict(input.pixels).ownFeatures.map { Double($0) }
      for (index, rule) in rules.enumerated() where rule.regression.weights.count == features.count {
        highest[index] = max(highest[index], rule.regression.prediction(for: features) + Self.step)
      }
    }
    // How many corrupted images a doubt finds was measured at the former threshold.
    var validation = validation
    for (index, doubt) in doubts.enumerated() where highest[index] > rules[index].threshold { validation.found[doubt] = nil }
    return ImageCheck(
      doubts: doubts, rules: zip(rules, highest).map { Rule(regression: $0.regression, threshold: $1, margin: $0.margin) },
      validation: validation)
  }

  /// What a threshold has to exceed a value by, so that rounding does not undo it.
  private static let step = 0.01
}

extension ImageCheck.Doubt {
  /// What is wrong with an image of a data set; nil for a frontal chest X-ray.
  init?(of record: CaseRecord) {
    guard record.kind == .notFrontal else { return nil }
    switch record.finding {
    case "lateral": self = .lateral
    case "ct": self = .ct
    default: self = .foreign
    }
  }
}
