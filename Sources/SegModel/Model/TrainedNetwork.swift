import Network

/// The network of a model of lungs and opacity or of structures, to start a training of structures from.
public struct TrainedNetwork: Sendable {
  /// The architecture, channels and width.
  public let configuration: UNetConfiguration
  /// The side of the square that images are resampled to.
  public let side: Int
  /// How an image becomes the network's input.
  public let normalization: InputNormalization
  /// The weights by name.
  let weights: [String: Tensor]
  /// The outputs, as the header names them.
  public let classes: String
  /// Whether it is a model of lungs and opacity.
  public let segmentsLungs: Bool
  /// What the header states of the data.
  public let data: String
  /// See ``SegmentationModel/learnedFrom``.
  let learnedFrom: Set<String>

  /// Loads the network of a model file of either kind.
  /// - Throws: `FileError`, `SafetensorsError`, `ModelError`, `NetworkError`.
  public init(path: String) throws {
    let file = try Safetensors(path: path)
    let header = ModelHeader(file: file)
    if let structures = StructureModel.structures(in: file) {
      let model = try StructureModel(path: path)
      (configuration, side, normalization, weights) = (model.configuration, model.side, model.normalization, model.weights)
      segmentsLungs = false
      (classes, learnedFrom) = (structures.map(\.description).joined(separator: ", "), model.learnedFrom)
    } else {
      let model = try SegmentationModel(file)
      (configuration, side, normalization, weights) = (model.configuration, model.side, model.normalization, model.weights)
      segmentsLungs = true
      (classes, learnedFrom) = (try header.text("classes"), model.learnedFrom)
    }
    data = file.metadata["data"] ?? "data not stated"
  }

  /// The weights for a network with these structures as outputs; the head is drawn from the seed unless the outputs are the same.
  func weights(for recipe: TrainingRecipe) throws -> [String: Tensor] {
    let new = UNet(try recipe.configuration, seed: recipe.seed).weights
    let isSame = classes == recipe.channelNames.joined(separator: ", ")
    let head = Set(try recipe.configuration.headNames)
    return new.reduce(into: [:]) { result, entry in
      let own = isSame || !head.contains(entry.key) ? weights[entry.key] : nil
      result[entry.key] = own?.shape == entry.value.shape ? own : entry.value
    }
  }
}
