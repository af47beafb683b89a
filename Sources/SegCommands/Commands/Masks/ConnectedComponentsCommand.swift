import ImageOps
import SegLang

/// `connected-components`: numbers the regions of a mask.
struct ConnectedComponentsCommand: Command, StatesMemory {
  static let category = Category.masks
  static let summary = "Labels the connected components of a mask."
  static let discussion = """
    Components are 8-connected and numbered from 1 in raster order of their first pixel. Definition: SciPy label.
    """
  static let examples = [
    Example("phantom | segment | connected-components | overlay legend=true", "Shows each component in its own color."),
    Example("p = phantom; p.opacity | connected-components | regions", "Measures each component."),
  ]
  static let seeAlso = ["regions", "keep-largest"]
  static let keywords = ["label", "labeling", "blobs", "islands"]

  @Input("Mask to label.") var mask: Mask

  func workingBytes(_ context: Context) -> Int { 8 * mask.size.count }

  func run(_ context: Context) throws -> LabelImage { try mask.labeled() }
}
