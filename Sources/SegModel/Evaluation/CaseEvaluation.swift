import ImageOps

/// How a model did on one X-ray, at the size of its file.
public struct CaseEvaluation: Sendable {
  public let record: CaseRecord
  /// Of both lungs together; nil where they were not drawn. The right and the left lung are nil where they were not drawn by themselves.
  public let lungs: Overlap?
  public let rightLung: Overlap?
  public let leftLung: Overlap?
  /// Whether each lung that was found has most of its overlap with the drawn lung of its own side; nil unless both were drawn.
  public let hasSidesApart: Bool?
  public let opacity: Overlap?
  /// In pixels of the file; infinite when one outline is missing.
  public let lungsDistance: SurfaceDistances?
  public let opacityDistance: SurfaceDistances?
  public let severity: Severity
  /// Opaque share of the lungs in percent as drawn; nil where opacity was not drawn.
  public let drawnPercent: Double?
}

extension CaseEvaluation {
  /// Segments the case's X-ray and compares the result with what was drawn.
  /// - Parameter comparesMasks: whether drawn masks take part.
  /// - Throws: what reading throws; `DatasetError.sizeMismatch`; `CancellationError`.
  public init(_ record: CaseRecord, segmenter: Segmenter, comparesMasks: Bool = true, polling cancellation: Cancellation = .never) throws {
    let image = try record.image()
    let segmentation = try segmenter.segment(image, polling: cancellation)
    let severity = try Severity(segmentation, polling: cancellation)
    let truth = comparesMasks ? try record.truth(size: image.size, polling: cancellation) : CaseTruth(lungs: nil, opacity: nil)
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
      opacityDistance = try surfaceDistances(of: segmentation.opacity, against: truth, polling: cancellation)
      drawnPercent = try LungZones(lungs: drawn, opacity: truth).both.share.map { 100 * $0 }
    }
    let lungs = segmentation.lungs.foreground
    self.init(
      record: record, lungs: try Overlap(of: lungs, against: drawn.foreground), rightLung: rightLung, leftLung: leftLung,
      hasSidesApart: hasSidesApart, opacity: opacity,
      lungsDistance: try surfaceDistances(of: lungs, against: drawn.foreground, polling: cancellation), opacityDistance: opacityDistance,
      severity: severity, drawnPercent: drawnPercent)
  }
}
