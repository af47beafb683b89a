import Basics
import ImageOps

/// How well a model segments one case with known lungs or opacity.
struct CaseScores: Sendable, Equatable {
  /// The Dice coefficient of both lungs; nil if they were not drawn.
  var lungs: Double?
  /// The Dice coefficient of opacity; nil if it was not drawn.
  var opacity: Double?
  /// The absolute error of the opaque share of the lungs in percentage points; nil if it is not known.
  var percentError: Double?
  /// The opaque share that the model found, in percent; nil if it found no lungs.
  var percent: Double?

  /// The mean of the Dice coefficients that are known.
  var dice: Double? { Statistics.mean([lungs, opacity].compactMap { $0 }) }
}

extension CaseScores {
  /// - Throws: As `CaseEvaluation`.
  init(of record: CaseRecord, by segmenter: Segmenter) throws {
    let result = try CaseEvaluation(record, segmenter: segmenter)
    (lungs, opacity, percent) = (result.lungs?.dice, result.opacity?.dice, result.severity.percent?.value)
    let truth = record.kind == .clear ? 0 : result.drawnPercent
    percentError = truth.map { abs((percent ?? 0) - $0) }
  }

  /// - Throws: `CancellationError`.
  init(ofPhantom seed: UInt64, by segmenter: Segmenter) throws {
    let phantom = try Phantom.make(seed: seed)
    let found = try segmenter.segment(phantom.image)
    let truth = LungZones(counting: phantom.lungs, phantom.opacity).both.share ?? 0
    let share = LungZones(counting: found.lungs, found.opacity).both.share
    lungs = try Overlap(of: found.lungs.foreground, against: phantom.lungs.foreground).dice
    opacity = try Overlap(of: found.opacity, against: phantom.opacity).dice
    percentError = 100 * abs((share ?? 0) - truth)
    percent = share.map { 100 * $0 }
  }
}
