import ImageOps

/// Measures the severity of many opacity masks in the same lungs, such as those that a moving threshold or brush makes. What depends on the
/// lungs alone is computed once; each measurement then takes O(words of the lungs + pixels at working resolution).
public struct SeverityMeter: Sendable {
  private let size: Size
  private let runs: LungZoneRuns
  /// The lungs at working resolution; nil without a prediction of the image.
  private let workingLungs: LabelImage?
  private let segmentation: Segmentation?

  /// - Parameters:
  ///   - lungs: the lungs, at the size of the image.
  ///   - segmentation: a model's segmentation of the same image, for intervals and estimates; see ``Severity/init(lungs:opacity:segmentation:)``.
  /// - Throws: `CancellationError`.
  public init(lungs: LabelImage, segmentation: Segmentation? = nil) throws {
    size = lungs.size
    runs = LungZoneRuns(lungs)
    self.segmentation = segmentation
    workingLungs = try segmentation?.source.flatMap { source in
      segmentation?.size == lungs.size ? try source.frame.part(of: lungs).resampled(to: source.workingSize) : nil
    }
  }

  /// The severity of opacity in these lungs; what lies outside of them does not count.
  /// - Throws: `ImageError.sizesDiffer`, `CancellationError`.
  public func severity(of opacity: Mask) throws -> Severity { try severity(of: opacity, decided: segmentation?.decidedOpacity) }

  /// The severity of a correction of the opacity, with the same lungs and the same model.
  /// - Throws: `ImageError.sizesDiffer`, `CancellationError`.
  public func severity(of corrected: Segmentation) throws -> Severity {
    try severity(of: corrected.opacity, decided: corrected.decidedOpacity)
  }

  private func severity(of opacity: Mask, decided: Mask?) throws -> Severity {
    guard opacity.size == size else { throw ImageError.sizesDiffer(size, opacity.size) }
    var working: LungZones?
    if let workingLungs, let source = segmentation?.source {
      func resampled(_ mask: Mask) throws -> Mask { try source.frame.part(of: mask).resampled(to: source.workingSize) }
      working = LungZones(
        lungs: workingLungs, opacity: try resampled(opacity), prediction: source.prediction, thresholds: source.thresholds,
        decided: try decided.map { try resampled($0) })
    }
    return Severity(areas: runs.zones(opaque: opacity), workingZones: working, segmentation: segmentation)
  }
}

extension Segmentation.Source {
  /// The size at which the network predicts.
  fileprivate var workingSize: Size { Size(width: prediction.side, height: prediction.side) }
}
