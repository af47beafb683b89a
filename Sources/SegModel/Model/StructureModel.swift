import Basics
import ImageOps
import Network

/// A trained network for structures beyond lungs and opacity, such as the heart. It is a separate file, so that adding a structure changes no severity.
public struct StructureModel: Sendable {
  /// The structures, in the order of the network's outputs; 1 to ``StructureName/limit``.
  public let structures: [StructureName]
  /// The architecture, channels and width of the network.
  public let configuration: UNetConfiguration
  /// The side of the square that images are resampled to.
  public let side: Int
  /// The weights by name.
  public var weights: [String: Tensor]
  /// How an image becomes the network's input.
  public let normalization: InputNormalization
  /// The probability from which a pixel belongs to a structure, 0...1.
  public var threshold: Float = 0.5
  /// The images that the weights were trained on; see ``SegmentationModel/learnedFrom``.
  public var learnedFrom: Set<String> = []
  /// Other metadata of the header: `data`, `seed`, `recipe`, `held_out`, `licence`.
  public var notes: [String: String]

  /// Creates a model.
  /// - Precondition: The network has one output for each structure.
  public init(
    structures: [StructureName], configuration: UNetConfiguration, side: Int, normalization: InputNormalization, weights: [String: Tensor],
    notes: [String: String] = [:]
  ) {
    precondition(structures.count == configuration.classes, "one output for each structure")
    (self.structures, self.configuration, self.side) = (structures, configuration, side)
    (self.normalization, self.weights, self.notes) = (normalization, weights, notes)
  }

  /// The structures that the `classes` of a header name; nil if these are lungs and opacity or no names.
  static func structures(inClasses text: String) -> [StructureName]? { try? StructureName.list(text) }

  /// Returns the structures of a model file; nil if it is a model of lungs and opacity or none at all.
  public static func structures(in file: Safetensors) -> [StructureName]? { file.metadata["classes"].flatMap(structures(inClasses:)) }

  private static let ownKeys: Set<String> = [
    "architecture", "normalisation", "classes", "input_size", "width", "threshold", SegmentationModel.learnedFromKey,
  ]

  /// Loads a weights file whose header describes a structure model.
  /// - Throws: `FileError`, `SafetensorsError`, `ModelError`, `NetworkError`.
  public init(path: String) throws {
    let file = try Safetensors(path: path)
    try self.init(describedBy: file)
    weights = try ModelHeader(file: file).weights()
  }

  /// All but the weights.
  init(describedBy file: Safetensors) throws {
    let header = ModelHeader(file: file)
    let classes = try header.text("classes")
    guard let structures = Self.structures(inClasses: classes) else {
      if (try? SegmentationModel(describedBy: file)) != nil { throw ModelError.segmentsLungs(path: file.path) }
      throw header.invalid("classes", classes, "names of structures, such as `heart`")
    }
    self.init(
      structures: structures, configuration: try header.configuration(classes: structures.count), side: try header.side,
      normalization: try header.normalization, weights: [:])
    threshold = try header.number("threshold", in: 0...1)
    learnedFrom = Set((file.metadata[SegmentationModel.learnedFromKey] ?? "").split(separator: " ").map(String.init))
    notes = file.metadata.filter { !Self.ownKeys.contains($0.key) }
  }

  /// Writes the model; see ``SegmentationModel/write(to:)``.
  /// - Throws: `SafetensorsError.notRepresentable`, `FileError`.
  public func write(to path: String) throws {
    var metadata = notes
    metadata["architecture"] = configuration.architecture.rawValue
    metadata["normalisation"] = normalization.rawValue
    metadata["classes"] = structures.map(\.description).joined(separator: ", ")
    metadata["input_size"] = "\(side)"
    metadata["width"] = "\(configuration.width)"
    metadata["threshold"] = "\(threshold)"
    if !learnedFrom.isEmpty { metadata[SegmentationModel.learnedFromKey] = learnedFrom.sorted().joined(separator: " ") }
    try Safetensors.write(ModelHeader.contents(of: weights), metadata: metadata, to: path)
  }
}
