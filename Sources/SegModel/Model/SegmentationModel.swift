import Basics
import ImageOps
import Network

/// A trained segmentation network with all that its use requires: input normalization, thresholds, score estimators, intervals and image check.
public struct SegmentationModel: Sendable {
  /// The architecture, channels and width of the network.
  public var configuration: UNetConfiguration
  /// The side of the square that images are resampled to.
  public var side: Int
  /// The weights by name.
  public var weights: [String: Tensor]
  /// How an image becomes the network's input.
  public var normalization = InputNormalization.film
  /// The thresholds of probabilities.
  public var thresholds = Thresholds()
  /// The layer that predicts reader scores; nil if the network was not trained on scores.
  public var scoreLayer: ScoreLayer?
  /// The interval rules; nil before a calibration.
  public var intervalRules: IntervalRules?
  /// The estimator of the geographic extent; nil if the training data had no scores.
  public var extentEstimator: ScoreEstimator?
  /// The estimator of the Brixia score; nil if the training data had no scores.
  public var brixiaEstimator: ScoreEstimator?
  /// Detects images that the model was not made for; nil if there were too few cases to fit it.
  public var imageCheck: ImageCheck?
  /// The images that the weights were trained on, by the first 12 digits of the SHA-256 of their files; empty if the header does not state them.
  public var learnedFrom: Set<String> = []
  /// The held-out evaluation of the cross-validation models behind the calibration; empty before a calibration.
  public var heldOut: [ResultSection] = []
  /// Other metadata of the header: `data`, `seed`, `recipe`, `metrics`, `licence`.
  public var notes: [String: String]

  /// Thresholds of probabilities, each 0...1.
  public struct Thresholds: Sendable, Equatable {
    /// The probability from which a pixel belongs to a lung.
    public var lungs: Float = 0.5
    /// The probability from which a pixel has opacity.
    public var opacity: Float = 0.5
    /// The probability from which opacity is certain; sets the lower end of intervals of areas.
    public var certainOpacity: Float = 0.75
    /// The probability from which opacity is possible; sets the upper end of intervals of areas.
    public var possibleOpacity: Float = 0.25
    /// The smallest region of opacity that counts, as a share of the lungs, 0...1.
    public var leastRegion: Float = 0.01
    /// The smallest total of these regions that counts, as a share of the lungs, 0...1; below it there is no opacity.
    public var leastOpacity: Float = 0.02

    /// Creates the default thresholds.
    public init() {}
  }

  /// Creates a model without estimators, interval rules and image check.
  public init(configuration: UNetConfiguration, side: Int, weights: [String: Tensor], notes: [String: String] = [:]) {
    self.configuration = configuration
    self.side = side
    self.weights = weights
    self.notes = notes
  }
}

/// An error in a weights file that prevents its use as a segmentation model.
public enum ModelError: Error, Equatable {
  /// The header lacks a key.
  case missingMetadata(path: String, key: String)
  /// A value of the header is invalid.
  case invalidMetadata(path: String, key: String, value: String, expected: String)
  /// There is no model of this name.
  case notFound(name: String, searched: [String])
  /// The file holds a model of structures, where one of lungs and opacity is needed.
  case segmentsStructures(path: String, [StructureName])
  /// The file holds a model of lungs and opacity, where one of structures is needed.
  case segmentsLungs(path: String)
}

extension ModelError: CustomStringConvertible {
  /// The error as an English clause, with the path and the key.
  public var description: String {
    switch self {
    case .missingMetadata(let path, let key): "\(path) is not a segmentation model: its header lacks `\(key)`"
    case .invalidMetadata(let path, let key, let value, let expected): "\(path): `\(key)` is `\(value)`, expected \(expected)"
    case .notFound(let name, let searched): "there is no model `\(name)`; searched \(searched.joined(separator: ", "))"
    case .segmentsStructures(let path, let structures):
      "\(path) segments \(structures.isEmpty ? "structures" : structures.map(\.description).joined(separator: ", ")), but not lungs and opacity;"
        + " use it as `segment structures=\(path)`"
    case .segmentsLungs(let path):
      "\(path) segments lungs and opacity, and no other structures; use it as `segment model=\(path)`"
    }
  }
}

// MARK: - Files

extension SegmentationModel {
  private static let classes = SegmentationChannel.allCases.map(\.name).joined(separator: ", ")

  /// Loads a weights file whose header describes a segmentation model.
  /// - Throws: `FileError`, `SafetensorsError`, `ModelError`, `NetworkError`.
  public init(path: String) throws {
    try self.init(Safetensors(path: path))
  }

  /// Loads a model from an open weights file. Throws `SafetensorsError`, `ModelError`, `NetworkError`.
  public init(_ file: Safetensors) throws {
    try self.init(describedBy: file)
    weights = try ModelHeader(file: file).weights()
  }

  /// All but the weights.
  init(describedBy file: Safetensors) throws {
    let path = file.path
    let header = ModelHeader(file: file)
    func number<Number: LosslessStringConvertible & Comparable>(_ key: String, in range: ClosedRange<Number>) throws(ModelError) -> Number {
      try header.number(key, in: range)
    }
    configuration = try header.configuration(classes: SegmentationChannel.allCases.count)
    normalization = try header.normalization
    let classes = try header.text("classes")
    if let structures = StructureModel.structures(inClasses: classes) { throw ModelError.segmentsStructures(path: path, structures) }
    guard classes == Self.classes else { throw header.invalid("classes", classes, "`\(Self.classes)`") }
    side = try header.side
    thresholds.lungs = try number("threshold_lungs", in: 0...1)
    thresholds.opacity = try number("threshold_opacity", in: 0...1)
    thresholds.certainOpacity = try number("certain_opacity", in: 0...1)
    thresholds.possibleOpacity = try number("possible_opacity", in: 0...1)
    if file.metadata["least_region"] != nil { thresholds.leastRegion = try number("least_region", in: 0...1) }
    if file.metadata["least_opacity"] != nil { thresholds.leastOpacity = try number("least_opacity", in: 0...1) }
    scoreLayer = try ScoreLayer(in: file, featureCount: configuration.featureCount)
    intervalRules = try IntervalRules(in: file)
    extentEstimator = try ScoreEstimator(named: "extent", in: file)
    brixiaEstimator = try ScoreEstimator(named: "brixia", in: file)
    imageCheck = try ImageCheck(in: file, featureCount: configuration.featureCount)
    let featureCount = SeverityFeatures.count
    for estimator in [extentEstimator, brixiaEstimator].compactMap({ $0 }) where estimator.regression.weights.count != featureCount {
      throw ModelError.invalidMetadata(
        path: path, key: "severity weights", value: "\(estimator.regression.weights.count)", expected: "\(featureCount) of them")
    }
    learnedFrom = Set((file.metadata[Self.learnedFromKey] ?? "").split(separator: " ").map(String.init))
    heldOut = try Self.heldOut(in: file)
    weights = [:]
    let own = Set(Self.ownKeys)
    notes = file.metadata.filter { !own.contains($0.key) }
  }

  private static let ownKeys = [
    "architecture", "normalisation", "classes", "input_size", "width", "threshold_lungs", "threshold_opacity", "certain_opacity",
    "possible_opacity", "least_region", "least_opacity", "severity_extent", "severity_brixia", ImageCheck.metadataKey,
    IntervalRules.metadataKey, learnedFromKey, heldOutKey,
  ]

  /// The key of ``learnedFrom`` in a file's header.
  public static let learnedFromKey = "learned_from"

  /// The key of ``heldOut`` in a file's header.
  public static let heldOutKey = "held_out_figures"

  /// Reads the held-out evaluation in a file's header; empty if there is none.
  /// - Throws: `ModelError.invalidMetadata`.
  public static func heldOut(in file: Safetensors) throws(ModelError) -> [ResultSection] {
    guard let text = file.metadata[heldOutKey] else { return [] }
    guard let json = try? JSON(parsing: text), let sections = json.arrayValue?.map(ResultSection.init), !sections.contains(nil) else {
      throw .invalidMetadata(path: file.path, key: heldOutKey, value: String(text.prefix(80)), expected: "sections of figures")
    }
    return sections.compactMap { $0 }
  }

  /// Writes the model. Weights of convolutions become float16, which changes probabilities by less than 0.001; others stay float32.
  /// - Throws: `SafetensorsError.notRepresentable`, `FileError`.
  public func write(to path: String) throws {
    var metadata = notes
    metadata["architecture"] = configuration.architecture.rawValue
    metadata["normalisation"] = normalization.rawValue
    metadata["classes"] = Self.classes
    metadata["input_size"] = "\(side)"
    metadata["width"] = "\(configuration.width)"
    metadata["threshold_lungs"] = "\(thresholds.lungs)"
    metadata["threshold_opacity"] = "\(thresholds.opacity)"
    metadata["certain_opacity"] = "\(thresholds.certainOpacity)"
    metadata["possible_opacity"] = "\(thresholds.possibleOpacity)"
    metadata["least_region"] = "\(thresholds.leastRegion)"
    metadata["least_opacity"] = "\(thresholds.leastOpacity)"
    if !learnedFrom.isEmpty { metadata[Self.learnedFromKey] = learnedFrom.sorted().joined(separator: " ") }
    if !heldOut.isEmpty { metadata[Self.heldOutKey] = JSON.array(heldOut.map(\.json)).description }
    var tensors = ModelHeader.contents(of: weights)
    for (name, estimator) in [("extent", extentEstimator), ("brixia", brixiaEstimator)] {
      guard let estimator else { continue }
      tensors.append(estimator.content(named: name))
      metadata["severity_\(name)"] = estimator.description
    }
    if let scoreLayer { tensors.append(scoreLayer.content) }
    if let intervalRules { metadata[IntervalRules.metadataKey] = intervalRules.json.description }
    if let imageCheck {
      tensors.append(imageCheck.content)
      metadata[ImageCheck.metadataKey] = imageCheck.description
    }
    try Safetensors.write(tensors, metadata: metadata, to: path)
  }
}
