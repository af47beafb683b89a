import ImageOps
import SegLang

/// `regions`: the table of a mask's regions.
struct RegionsCommand: Command {
  static let category = Category.measuring
  static let summary = "Measures every region of a mask or every label."
  static let discussion = """
    Each row is a region: its area in px (and in mm² where the spacing is known), centroid, bounding box, perimeter, axes, and the mean intensity beneath \
    it. Rows and columns count from 0. The definitions are scikit-image's regionprops.
    """
  static let examples = [
    Example("phantom | segment | regions", "Measures every patch of opacity."),
    Example("phantom | threshold otsu | remove-small 100px | regions | save regions.csv", "Writes the table to a file."),
  ]
  static let seeAlso = ["components", "keep-largest", "severity"]

  @Input("Mask or labels to measure.") var shape: MaskOrLabels
  @Option("Picture beneath, for the intensities; the one the mask was made from where none is given.") var image: GrayImage?
  @Option("At most so many regions, the largest first; 0 for all, by number.", in: 0...1_000_000) var largest = 0

  func run(_ context: Context) throws -> Table {
    let beneath = image ?? context.ancestor(GrayImage.self).flatMap { $0.size == shape.size ? $0 : nil }
    var regions =
      switch shape {
      case .mask(let mask): try mask.regions(beneath: beneath, polling: context.cancellation)
      case .labels(let labels): try labels.regions(beneath: beneath, polling: context.cancellation)
      }
    if largest > 0 { regions = Array(regions.sorted { ($1.area, $0.label) < ($0.area, $1.label) }.prefix(largest)) }
    return Table(regions: regions)
  }
}

extension Table {
  fileprivate init(regions: [Region]) {
    let hasNames = regions.contains { $0.name != nil }
    let hasAreas = regions.contains { $0.areaInSquareMillimetres != nil }
    let hasIntensities = regions.contains { $0.intensity != nil }
    let cells: [(name: String, isShown: Bool, value: (Region) -> (any Value)?)] = [
      ("label", true, { Double($0.label) }), ("name", hasNames, { $0.name }), ("area", true, { Double($0.area) }),
      ("area_mm2", hasAreas, { $0.areaInSquareMillimetres }), ("centroid_row", true, { $0.centroid.row }),
      ("centroid_column", true, { $0.centroid.column }), ("row", true, { Double($0.rows.lowerBound) }),
      ("column", true, { Double($0.columns.lowerBound) }), ("height", true, { Double($0.rows.count) }),
      ("width", true, { Double($0.columns.count) }), ("perimeter", true, { $0.perimeter }), ("major_axis", true, { $0.majorAxis }),
      ("minor_axis", true, { $0.minorAxis }), ("orientation", true, { $0.orientation }), ("eccentricity", true, { $0.eccentricity }),
      ("euler", true, { Double($0.eulerNumber) }), ("solidity", true, { $0.solidity }), ("mean", hasIntensities, { $0.intensity?.mean }),
      ("min", hasIntensities, { $0.intensity.map { Double($0.minimum) } }),
      ("max", hasIntensities, { $0.intensity.map { Double($0.maximum) } }),
    ]
    let shown = cells.filter(\.isShown)
    self.init(columns: shown.map(\.name), rows: regions.map { region in shown.map { $0.value(region) } }, rowName: "region")
  }
}
