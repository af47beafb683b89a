import Basics
import ImageOps
import Network

/// Segments structures with a trained model. Load it once and use it for many images, also from several threads.
public final class StructureSegmenter: Sendable {
  /// The model, without its weights.
  public let model: StructureModel
  private let network: InferenceNetwork

  /// Regions of a structure that are smaller than this share of its largest one are dropped.
  static let leastRegion = 0.2

  /// Loads a model's file.
  /// - Throws: `ModelError`, `FileError`, `SafetensorsError`, `NetworkError`.
  public init(modelPath: String, keepsPacked: Bool = false) throws {
    let file = try Safetensors(path: modelPath)
    model = try StructureModel(describedBy: file)
    network = try InferenceNetwork(
      model.configuration, reading: file, for: (height: model.side, width: model.side),
      cacheFolder: keepsPacked ? PackedWeightsCache.folder : nil)
  }

  /// Creates a segmenter from a model in memory. Throws `NetworkError` if a weight is missing or has another shape.
  public init(_ model: StructureModel) throws {
    var model = model
    network = try InferenceNetwork(model.configuration, weights: model.weights)
    model.weights = [:]
    self.model = model
  }

  /// Segments the structures in a frontal chest X-ray.
  ///
  /// Images are prepared as by ``Segmenter/segment(_:isMirrored:thresholds:)``. Probabilities are averaged over the square and its mirror image unless
  /// `isMirrored` is false, interpolated bilinearly to the size of the image and thresholded. Of each structure, regions smaller than a fifth of its
  /// largest region are dropped and holes are filled. A structure that is not found has an empty mask.
  /// - Throws: `CancellationError`.
  public func segment(_ image: GrayImage, isMirrored: Bool = true) throws -> [StructureName: Mask] {
    let side = model.side
    let input = try model.normalization.input(of: image, side: side)
    let planes = try MirroredPrediction.probabilities(
      of: input.pixels, side: side, network: network, isMirrored: isMirrored, mirrored: Array(model.structures.indices)
    ).planes
    var masks: [StructureName: Mask] = [:]
    for (channel, structure) in model.structures.enumerated() {
      let plane = ProbabilityMap(
        size: Size(width: side, height: side), pixels: Array(planes[channel * side * side..<(channel + 1) * side * side]))
      let map = try plane.resampled(to: input.frame.size, using: .bilinear)
      let found = Mask(size: map.size, spacing: image.spacing) { map.pixels[$0] >= model.threshold }
      masks[structure] = try input.frame.placed(Self.cleaned(found), in: image.size, with: false)
    }
    return masks
  }

  private static func cleaned(_ mask: Mask) throws -> Mask {
    let largest = try mask.keepingLargest().count
    guard largest > 0 else { return mask }
    return try mask.removingSmall(below: Int((leastRegion * Double(largest)).rounded(.up))).fillingHoles()
  }
}
