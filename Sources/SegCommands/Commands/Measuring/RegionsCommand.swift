import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// `regions`: the table of a mask's regions.
struct RegionsCommand: Command, StatesMemory {
  static let category = Category.measuring
  static let summary = "Measures each region of a mask or label image."
  static let discussion = """
    Returns one row per region: area in px (also in mm² if the pixel spacing is known), centroid, bounding box, perimeter, axes and mean \
    intensity. If lungs are known, lung and zone contain most of its pixels (zones A to C are the upper, middle and lower third of the right \
    lung, D to F those of the left). texture=true adds first-order and Haralick features and the frequencies of the local binary patterns. Rows \
    and columns are counted from 0. Definitions: scikit-image regionprops.
    """
  static let examples = [
    Example("phantom | segment | regions", "Measures each region of opacity."),
    Example("p = phantom; p | segment | regions image=p texture=true largest=3", "Measures the texture of the three largest regions."),
    Example("phantom | threshold otsu | remove-small 100px | regions | save regions.csv", "Writes the table to a file."),
  ]
  static let seeAlso = ["connected-components", "keep-largest", "severity"]
  static let keywords = ["regionprops", "lesions", "blobs", "area", "measure", "statistics"]

  @Input("Mask or labels to measure.") var shape: MaskOrLabels
  @Option("Image for the intensities. Default: the image that the mask was computed from.") var image: GrayImage?
  @Option("Lung labels: 1 right, 2 left. Default: those of the segmentation.") var lungs: LabelImage?
  @Option("Add texture features.") var texture = false
  @Option("Number of regions, largest first; 0 returns all in label order.", in: 0...1_000_000) var largest = 0

  /// Labels where there are none, and zones of the lungs; for the texture codes of a byte, and a region's box of half the image or the intensities of a
  /// larger one, and their levels.
  func workingBytes(_ context: Context) -> Int { 4 * shape.size.count * (texture ? 3 : 2) }

  func run(_ context: Context) throws -> Table {
    let beneath = image ?? context.ancestor(GrayImage.self).flatMap { $0.size == shape.size ? $0 : nil }
    if texture, beneath == nil { throw CommandProblem.wantsAlso("texture", "image") }
    let labels =
      switch shape {
      case .mask(let mask): try mask.labeled()
      case .labels(let labels): labels
      }
    var regions = try labels.regions(beneath: beneath)
    if largest > 0 { regions = Array(regions.sorted { ($1.area, $0.label) < ($0.area, $1.label) }.prefix(largest)) }
    let lungs = lungs.map { context.sided($0) } ?? context.lungs(of: shape.size)
    let sides = try lungs.map { try labels.mostCommon(of: $0) }
    let zones = try lungs.map { try labels.mostCommon(of: $0.lungZones()) }
    var textures: [UInt32: Texture]?
    if texture, let beneath { textures = try labels.textures(of: regions, beneath: beneath) }
    return try Table(regions: regions, sides: sides, zones: zones, textures: textures)
  }
}

extension Table {
  fileprivate init(regions: [Region], sides: [UInt32: UInt32]?, zones: [UInt32: UInt32]?, textures: [UInt32: Texture]?) throws {
    let cancellation = Cancellation.current
    let hasNames = regions.contains { $0.name != nil }
    let hasAreas = regions.contains { $0.areaInSquareMillimeters != nil }
    let hasIntensities = regions.contains { $0.intensity != nil }
    var cells: [(name: String, isShown: Bool, value: (Region) -> (any Value)?)] = [
      ("label", true, { Double($0.label) }), ("name", hasNames, { $0.name }), ("area", true, { Double($0.area) }),
      ("area_mm2", hasAreas, { $0.areaInSquareMillimeters }), ("centroid_row", true, { $0.centroid.row }),
      ("centroid_column", true, { $0.centroid.column }), ("row", true, { Double($0.rows.lowerBound) }),
      ("column", true, { Double($0.columns.lowerBound) }), ("height", true, { Double($0.rows.count) }),
      ("width", true, { Double($0.columns.count) }), ("perimeter", true, { $0.perimeter }), ("major_axis", true, { $0.majorAxis }),
      ("minor_axis", true, { $0.minorAxis }), ("orientation", true, { $0.orientation }), ("eccentricity", true, { $0.eccentricity }),
      ("euler", true, { Double($0.eulerNumber) }), ("solidity", true, { $0.solidity }), ("mean", hasIntensities, { $0.intensity?.mean }),
      ("min", hasIntensities, { $0.intensity.map { Double($0.minimum) } }),
      ("max", hasIntensities, { $0.intensity.map { Double($0.maximum) } }),
    ]
    if let sides, let zones {
      func lung(_ region: Region) -> String? { Lung.allCases.first { $0.label == sides[region.label] }?.rawValue }
      func zone(_ region: Region) -> String? { zones[region.label].flatMap { LabelImage.zoneNames[$0] } }
      cells.append(("lung", true, { lung($0) }))
      cells.append(("zone", true, { zone($0) }))
    }
    if let textures {
      let features: [(String, KeyPath<Texture, Double>)] = [
        ("skewness", \.skewness), ("kurtosis", \.kurtosis), ("entropy", \.entropy), ("contrast", \.contrast),
        ("dissimilarity", \.dissimilarity), ("homogeneity", \.homogeneity), ("energy", \.energy), ("correlation", \.correlation),
      ]
      for (name, path) in features { cells.append((name, true, { textures[$0.label]?[keyPath: path] })) }
      for code in 0..<GrayImage.patternCount { cells.append(("lbp_\(code)", true, { textures[$0.label]?.patterns[code] })) }
    }
    let shown = cells.filter(\.isShown)
    let rows = try regions.enumerated().map { index, region in
      if index & 1023 == 0 { try cancellation.check() }
      return shown.map { $0.value(region) }
    }
    self.init(columns: shown.map(\.name), rows: rows, rowName: "region")
  }
}
