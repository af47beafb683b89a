import Basics
import ImageOps

/// The evaluation of a model on one X-ray, at the size of its file.
public struct CaseEvaluation: Sendable {
  /// The case.
  public let record: CaseRecord
  /// The overlap of both lungs together; nil if lungs were not drawn.
  public let lungs: Overlap?
  /// The overlap of the right lung; nil if it was not drawn separately.
  public let rightLung: Overlap?
  /// The overlap of the left lung; nil if it was not drawn separately.
  public let leftLung: Overlap?
  /// Whether each lung found overlaps most with the drawn lung of its side; nil unless both were drawn.
  public let hasSidesApart: Bool?
  /// The overlap of opacity; nil unless opacity and lungs were drawn.
  public let opacity: Overlap?
  /// Surface distances of the lungs in px of the file, infinite if one outline is missing; nil if lungs were not drawn.
  public let lungsDistance: SurfaceDistances?
  /// Surface distances of opacity in px of the file, infinite if one outline is missing; nil unless opacity and lungs were drawn.
  public let opacityDistance: SurfaceDistances?
  /// The severity that the model found.
  public let severity: Severity
  /// The opaque share of the drawn lungs in percent; nil unless opacity and lungs were drawn.
  public let drawnPercent: Double?
}

extension CaseEvaluation {
  /// Segments the case's X-ray and compares the result with its reference masks.
  /// - Parameter comparesMasks: Whether to compare with reference masks.
  /// - Throws: Errors of reading; `DatasetError.sizeMismatch`; `CancellationError`.
  public init(_ record: CaseRecord, segmenter: Segmenter, comparesMasks: Bool = true) throws {
    let image = try record.image()
    let segmentation = try segmenter.segment(image)
    let severity = try Severity(segmentation)
    let truth = comparesMasks ? try record.truth(size: image.size) : CaseTruth(lungs: nil, opacity: nil)
    guard let drawn = truth.lungs else {
      self.init(
        record: record, lungs: nil, rightLung: nil, leftLung: nil, hasSidesApart: nil, opacity: nil, lungsDistance: nil,
        opacityDistance: nil, severity: severity, drawnPercent: nil)
      return
    }
    func overlap(_ label: UInt32) throws -> Overlap? {
      let truth = drawn.mask(of: label)
      return truth.isEmpty ? nil : try Overlap(of: segmentation.lungs.mask(of: label), against: truth)
    }
    func shared(_ found: UInt32, _ truth: UInt32) throws -> Int {
      try segmentation.lungs.mask(of: found).intersectionCount(drawn.mask(of: truth))
    }
    let (rightLung, leftLung) = (try overlap(LabelImage.rightLung), try overlap(LabelImage.leftLung))
    var hasSidesApart: Bool?
    if rightLung != nil, leftLung != nil {
      let (right, left) = (LabelImage.rightLung, LabelImage.leftLung)
      hasSidesApart = try shared(right, right) > shared(right, left) && shared(left, left) > shared(left, right)
    }
    var (opacity, opacityDistance, drawnPercent): (Overlap?, SurfaceDistances?, Double?) = (nil, nil, nil)
    if let truth = truth.opacity {
      opacity = try Overlap(of: segmentation.opacity, against: truth)
      opacityDistance = try surfaceDistances(of: segmentation.opacity, against: truth)
      drawnPercent = try LungZones(lungs: drawn, opacity: truth).both.share.map { 100 * $0 }
    }
    let lungs = segmentation.lungs.foreground
    self.init(
      record: record, lungs: try Overlap(of: lungs, against: drawn.foreground), rightLung: rightLung, leftLung: leftLung,
      hasSidesApart: hasSidesApart, opacity: opacity,
      lungsDistance: try surfaceDistances(of: lungs, against: drawn.foreground), opacityDistance: opacityDistance,
      severity: severity, drawnPercent: drawnPercent)
  }
}
