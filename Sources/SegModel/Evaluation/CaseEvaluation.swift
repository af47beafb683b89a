import ImageOps

/// How a model did on one X-ray, at the size of its file.
public struct CaseEvaluation: Sendable {
  public let record: CaseRecord
  /// Of both lungs together; nil where they were not drawn. The right and the left lung are nil where they were not drawn by themselves.
  public let lungs: Overlap?
  public let rightLung: Overlap?
  public let leftLung: Overlap?
  public let opacity: Overlap?
  /// In pixels of the file; infinite when one outline is missing.
  public let lungsDistance: SurfaceDistances?
  public let opacityDistance: SurfaceDistances?
  public let severity: Severity
  /// Opaque share of the lungs in percent as drawn; nil where opacity was not drawn.
  public let drawnPercent: Double?

  /// - Throws: what reading throws; `DatasetError.sizeMismatch`; `CancellationError`.
  public init(_ record: CaseRecord, segmenter: Segmenter, polling cancellation: Cancellation = .never) throws {
    let image = try GrayImage.read(from: record.imagePath)
    let segmentation = try segmenter.segment(image, polling: cancellation)
    self.record = record
    severity = try Severity(segmentation, polling: cancellation)
    guard let path = record.lungsPath else {
      (lungs, rightLung, leftLung, opacity, lungsDistance, opacityDistance, drawnPercent) = (nil, nil, nil, nil, nil, nil, nil)
      return
    }
    let drawn = try record.lungLabels(path: path, size: image.size)
    lungs = try Overlap(of: segmentation.lungs.foreground, against: drawn.foreground)
    lungsDistance = try surfaceDistances(of: segmentation.lungs.foreground, against: drawn.foreground, polling: cancellation)
    func overlap(_ label: UInt32) throws -> Overlap? {
      let truth = drawn.mask(of: label)
      return truth.isEmpty ? nil : try Overlap(of: segmentation.lungs.mask(of: label), against: truth)
    }
    rightLung = try overlap(LabelImage.rightLung)
    leftLung = try overlap(LabelImage.leftLung)
    guard let path = record.opacityPath else {
      (opacity, opacityDistance, drawnPercent) = (nil, nil, nil)
      return
    }
    let opaque = try LabelImage.read(from: path)
    try TrainingSample.check(opaque.size, is: image.size, path: path)
    opacity = try Overlap(of: segmentation.opacity, against: opaque.foreground)
    opacityDistance = try surfaceDistances(of: segmentation.opacity, against: opaque.foreground, polling: cancellation)
    drawnPercent = try LungZones(lungs: drawn, opacity: opaque.foreground).both.share.map { 100 * $0 }
  }
}
