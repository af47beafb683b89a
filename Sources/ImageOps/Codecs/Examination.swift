/// What a DICOM header states about an examination, as far as it decides whether the image is a frontal chest X-ray of an adult.
///
/// A property is nil if the header does not state it or its value is not recognized. No text of the header is kept.
public struct Examination: Hashable, Sendable {
  /// From Modality (0008,0060).
  public enum Technique: Hashable, Sendable {
    /// Projection radiography and what may hold it: CR, DX, RG, RF, XA, secondary capture.
    case radiograph
    /// Computed tomography.
    case ct
    /// Any other modality.
    case other
  }

  /// From ViewPosition (0018,5101), ViewCodeSequence (0054,0220; PS3.16, CID 4010) or PatientOrientation (0020,0020).
  public enum View: Hashable, Sendable {
    /// Anteroposterior or posteroanterior.
    case frontal
    /// From the side.
    case lateral
    /// At an angle between frontal and lateral.
    case oblique
    /// Frontal, with the patient lying on one side (lateral decubitus).
    case decubitus
  }

  /// The direction of the beam through the chest. The heart is larger on an anteroposterior film.
  public enum Projection: String, Hashable, Sendable {
    case anteroposterior = "AP"
    case posteroanterior = "PA"
  }

  /// From BodyPartExamined (0018,0015) or AnatomicRegionSequence (0008,2218).
  public enum BodyPart: Hashable, Sendable { case chest, other }

  /// How the image was acquired; nil if not stated.
  public var technique: Technique?
  /// The direction of the view; nil if not stated.
  public var view: View?
  /// The direction of the beam in a frontal view, from ViewPosition; nil if not stated.
  public var projection: Projection?
  /// The body part; nil if not stated.
  public var bodyPart: BodyPart?
  /// Whether the patient was under 18 by PatientAge (0010,1010), else by the dates of birth and study; false if neither is stated.
  public var isOfChild = false
  /// Whether one side of a paired body part was examined: ImageLaterality (0020,0062), else Laterality (0020,0060), is R or L.
  public var isOneSided = false

  /// Creates an examination; by default nothing is stated.
  public init(
    technique: Technique? = nil, view: View? = nil, bodyPart: BodyPart? = nil, isOfChild: Bool = false, isOneSided: Bool = false,
    projection: Projection? = nil
  ) {
    (self.technique, self.view, self.bodyPart, self.isOfChild, self.isOneSided) = (technique, view, bodyPart, isOfChild, isOneSided)
    self.projection = projection
  }

  static let viewCodes: DICOMDataSet.Tag = 0x0054_0220
  static let anatomicRegions: DICOMDataSet.Tag = 0x0008_2218
  private static let codeMeaning: DICOMDataSet.Tag = 0x0008_0104

  init(_ root: DICOMAttributes) {
    technique = root.texts(0x0008_0060).first.flatMap { Self.technique($0.uppercased()) }
    projection = root.texts(0x0018_5101).first.flatMap { Projection(rawValue: $0.uppercased()) }
    view =
      root.texts(0x0018_5101).first.flatMap { Self.view($0.uppercased()) }
      ?? root.items(Self.viewCodes).first?.texts(Self.codeMeaning).first.flatMap { Self.view(meaning: $0.lowercased()) }
      ?? Self.view(rows: root.texts(0x0020_0020).first ?? "")
    bodyPart =
      root.texts(0x0018_0015).first.flatMap { Self.bodyPart($0.uppercased()) }
      ?? root.items(Self.anatomicRegions).first?.texts(Self.codeMeaning).first.flatMap { Self.bodyPart($0.uppercased()) }
    isOfChild = Self.years(root).map { $0 < Self.adult } ?? false
    let sides = [0x0020_0062, 0x0020_0060].compactMap { root.texts($0).first?.uppercased() }
    isOneSided = ["R", "L"].contains(sides.first { !$0.isEmpty })
  }

  private static let adult = 18.0

  private static func technique(_ modality: String) -> Technique? {
    switch modality {
    case "": nil
    case "CR", "DX", "DR", "RG", "RF", "DF", "DS", "XA", "HC", "OT", "SC": .radiograph
    case "CT": .ct
    default: .other
    }
  }

  private static func view(_ position: String) -> View? {
    switch position {
    case "AP", "PA": .frontal
    case "LL", "RL", "LAT", "LATERAL": .lateral
    case "RLO", "LLO", "RAO", "LAO", "RPO", "LPO", "OBLIQUE": .oblique
    case "RLD", "LLD": .decubitus
    default: nil
    }
  }

  private static func view(meaning: String) -> View? {
    if meaning.contains("decubitus") { return .decubitus }
    if meaning.contains("oblique") { return .oblique }
    if meaning.contains("lateral") || meaning == "sagittal" { return .lateral }
    return meaning.contains("antero-posterior") || meaning.contains("postero-anterior") || meaning == "frontal" ? .frontal : nil
  }

  /// Rows of a frontal view run from side to side, those of a lateral view from front to back.
  private static func view(rows: String) -> View? {
    switch rows.first {
    case "A", "P": .lateral
    default: nil
    }
  }

  private static func bodyPart(_ name: String) -> BodyPart? {
    guard !["", "OTHER", "UNKNOWN", "UNDEFINED", "NONE", "BODY", "TRUNK", "WHOLEBODY", "WHOLE BODY"].contains(name),
      name.utf8.allSatisfy({ $0 < 0x80 })
    else { return nil }
    if ["SPINE", "BREAST"].contains(where: name.contains) { return .other }
    return ["CHEST", "THOR", "TORAX", "LUNG", "PULM", "POUMON", "BRUST", "CXR"].contains(where: name.contains) ? .chest : .other
  }

  private static func years(_ root: DICOMAttributes) -> Double? {
    if let age = root.texts(0x0010_1010).first, let number = Double(age.dropLast()), number >= 0 {
      switch age.last {
      case "Y": return number
      case "M": return number / 12
      case "W": return number / 52
      case "D": return number / 365
      default: break
      }
    }
    guard let born = date(root, 0x0010_0030), let examined = date(root, 0x0008_0020), examined >= born else { return nil }
    return Double((examined - born) / 10_000)
  }

  /// A date as the number yyyymmdd: full years between two of them are the difference divided by 10,000.
  private static func date(_ root: DICOMAttributes, _ tag: DICOMDataSet.Tag) -> Int? {
    root.texts(tag).first.flatMap { $0.utf8.count == 8 ? Int($0) : nil }.flatMap { $0 >= 1850_01_01 ? $0 : nil }
  }
}
