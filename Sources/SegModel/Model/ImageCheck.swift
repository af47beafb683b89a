import Basics
import Network

/// Checks whether an image is an upright frontal chest X-ray, the input that a model was trained for.
///
/// A linear rule for each doubt uses the encoder's pooled features of the image itself (not of its mirror image). The rules are fitted after the
/// training of the network to images that were corrupted on purpose, see `ImageCheck.fitted`.
public struct ImageCheck: Sendable, Equatable {
  /// A reason to doubt that an image is suitable.
  public enum Doubt: String, Sendable, CaseIterable {
    /// Rotated by 90° counterclockwise.
    case turnedLeft = "turned_left"
    /// Rotated by 90° clockwise.
    case turnedRight = "turned_right"
    /// Rotated by 180°.
    case upsideDown = "upside_down"
    /// Left and right exchanged.
    case mirrored
    /// Black and white exchanged.
    case inverted
    /// Part of the lungs is cut off.
    case cropped
    /// Largely covered.
    case covered
    /// Unlike a frontal chest X-ray.
    case foreign
    /// Like a lateral view.
    case lateral
    /// Like a CT slice.
    case ct
    // From the header of a DICOM file.
    /// The DICOM header states CT.
    case headerCT = "header_ct"
    /// The DICOM header states a modality other than radiography.
    case headerModality = "header_modality"
    /// The DICOM header states a body part other than the chest.
    case headerBodyPart = "header_body_part"
    /// The DICOM header states a lateral view.
    case headerLateral = "header_lateral"
    /// The DICOM header states an oblique view.
    case headerOblique = "header_oblique"
    /// The DICOM header states a decubitus view.
    case headerDecubitus = "header_decubitus"
    /// The DICOM header states one side of a paired body part.
    case headerLaterality = "header_laterality"
    /// The patient is under 18 by the DICOM header.
    case child

    /// The warning to show with results, such as "The image looks mirrored, …: review the segmentation before using these values."
    public var warning: String {
      finding.prefix(1).uppercased() + finding.dropFirst() + ": review the segmentation before using these values."
    }

    /// The finding as a clause, such as "the image looks upside down" or "the DICOM header states a lateral view".
    public var finding: String {
      switch self {
      case .headerCT: "the DICOM header states CT (Modality)"
      case .headerModality: "the DICOM header states a modality other than radiography (Modality)"
      case .headerBodyPart: "the DICOM header states a body part other than the chest"
      case .headerLateral: "the DICOM header states a lateral view"
      case .headerOblique: "the DICOM header states an oblique view"
      case .headerDecubitus: "the DICOM header states a decubitus view"
      case .headerLaterality: "the DICOM header states one side of a paired body part (Laterality)"
      case .child: "the patient is under 18 according to the DICOM header, and the model was trained on adults"
      default: "the image looks \(appearance)"
      }
    }

    /// Whether the image itself raises it, by a rule that was fitted to examples.
    var isOfImage: Bool { appearance != "" }

    private var appearance: String {
      switch self {
      case .turnedLeft: "rotated by 90 degrees counterclockwise"
      case .turnedRight: "rotated by 90 degrees clockwise"
      case .upsideDown: "upside down"
      case .mirrored: "mirrored, with the heart on the wrong side"
      case .inverted: "inverted, with black and white swapped"
      case .cropped: "cropped, with part of the lungs cut off"
      case .covered: "largely covered"
      case .foreign: "unlike a frontal chest X-ray"
      case .lateral: "like a lateral view"
      case .ct: "like a CT slice"
      case .headerCT, .headerModality, .headerBodyPart, .headerLateral, .headerOblique, .headerDecubitus, .headerLaterality, .child: ""
      }
    }
  }

  /// The rule for one doubt: it is raised where the regression exceeds the threshold.
  struct Rule: Sendable, Equatable {
    let regression: RidgeRegression
    let threshold: Double
    /// By how much the value has to exceed that of the mirror image, for the doubt `mirrored`. Models without a margin in their file use the standard one.
    var margin = standardMargin

    static let standardMargin = 0.55
  }

  /// What each rule raises; a model may know fewer doubts than the program.
  let doubts: [Doubt]
  let rules: [Rule]
  /// The results of the rules in cross-validation.
  public let validation: Validation

  /// The results of the rules in cross-validation over the patients that they were fitted to.
  public struct Validation: Sendable, Equatable {
    /// The number of proper images, including slightly rotated and re-exposed ones.
    public var images: Int
    /// The share of these images that raised any doubt, 0...1.
    public var falseAlarms: Double
    /// The share of the images corrupted in each way that raised any doubt, 0...1; a doubt is missing if unknown.
    public var found: [Doubt: Double]
  }

  /// What is added to the threshold where the mirror image was not looked at.
  static let mirroredRise = 0.15

  /// Returns the strongest doubt; nil if there is none, also if features are not numbers.
  /// - Parameters:
  ///   - features: The encoder's pooled features of the image.
  ///   - flipped: The features of its mirror image; nil if it was not predicted.
  public func doubt(_ features: [Float], flipped: [Float]?) -> Doubt? {
    Self.doubt(Array(zip(doubts, rules)), features.map { Double($0) }, flipped: flipped?.map { Double($0) })
  }

  static func doubt(_ rules: [(Doubt, Rule)], _ features: [Double], flipped: [Double]?) -> Doubt? {
    var worst: (doubt: Doubt, excess: Double)?
    for (doubt, rule) in rules where rule.regression.weights.count == features.count {
      let value = rule.regression.prediction(for: features)
      var excess = (value - rule.threshold) / max(1 - rule.threshold, 0.05)
      if doubt == .mirrored {
        excess = min(
          excess,
          flipped.map { (value - rule.regression.prediction(for: $0) - rule.margin) / (1 - rule.margin) }
            ?? value - rule.threshold - mirroredRise)
      }
      if excess > 0, excess > worst?.excess ?? 0 { worst = (doubt, excess) }
    }
    return worst?.doubt
  }
}

// MARK: - Files

extension ImageCheck {
  private static let tensorName = "severity.picture_check"
  static let metadataKey = "picture_check"

  /// One row a doubt: weights, bias, threshold.
  var content: Safetensors.Content {
    let rows = rules.map { ($0.regression.weights + [$0.regression.bias, $0.threshold]).map { Float($0) } }
    return Safetensors.Content(name: Self.tensorName, shape: [rows.count, rows.first?.count ?? 0], values: rows.flatMap { $0 })
  }

  /// Doubts and validation as JSON.
  var description: String {
    let margin = zip(doubts, rules).first { $0.0 == .mirrored }?.1.margin
    let json: JSON = [
      "doubts": .array(doubts.map { .string($0.rawValue) }), "pictures": .number(Double(validation.images)),
      "false_alarms": .number(validation.falseAlarms),
      "found": .object(Doubt.allCases.compactMap { doubt in validation.found[doubt].map { JSON.Member(doubt.rawValue, .number($0)) } }),
      "mirrored_margin": .number(margin ?? Rule.standardMargin),
    ]
    return json.description
  }

  /// The check in a model's file; nil where there is none, or one with a doubt that this program does not know.
  /// - Parameter featureCount: pooled features of the model's network.
  init?(in file: Safetensors, featureCount: Int) throws {
    guard let text = file.metadata[Self.metadataKey] else { return nil }
    func invalid(_ expected: String) -> ModelError {
      .invalidMetadata(path: file.path, key: Self.metadataKey, value: text, expected: expected)
    }
    guard let json = try? JSON(parsing: text), let names = json["doubts"]?.arrayValue, let images = json["pictures"]?.integerValue,
      let falseAlarms = json["false_alarms"]?.numberValue
    else { throw invalid("doubts and their validation") }
    let known = names.compactMap { $0.stringValue.flatMap { Doubt(rawValue: $0) } }
    guard known.count == names.count, Set(known).count == known.count else { return nil }
    doubts = known
    let margin = json["mirrored_margin"]?.numberValue ?? Rule.standardMargin
    guard (0..<1).contains(margin) else { throw invalid("a mirrored margin from 0 to below 1") }
    let width = featureCount + 2
    let values = try file.floats(Self.tensorName, shape: [names.count, width]).map { Double($0) }
    guard values.allSatisfy(\.isFinite) else { throw invalid("finite weights") }
    rules = names.indices.map { row in
      let own = values[row * width..<(row + 1) * width]
      return Rule(
        regression: RidgeRegression(weights: Array(own.prefix(featureCount)), bias: own[own.startIndex + featureCount]),
        threshold: own[own.startIndex + featureCount + 1],
        margin: known[row] == .mirrored ? margin : Rule.standardMargin)
    }
    var found: [Doubt: Double] = [:]
    for doubt in Doubt.allCases { found[doubt] = json["found"]?[doubt.rawValue]?.numberValue }
    validation = Validation(images: images, falseAlarms: falseAlarms, found: found)
  }
}
