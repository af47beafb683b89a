import ImageOps
import SegLang

/// `components`: numbers the regions of a mask.
struct ComponentsCommand: Command, StatesMemory {
  static let category = Category.masks
  static let summary = "Numbers the regions of a mask 1, 2, and so on."
  static let discussion =
    "Regions are numbered by their first pixel, row by row from the top. Pixels that touch at a side or a corner belong together."
  static let examples = [
    Example("phantom | segment | components | overlay legend=true", "Shows every region in its own colour."),
    Example("p = phantom; p.opacity | components | regions", "Measures every region of a mask."),
  ]
  static let seeAlso = ["regions", "keep-largest"]
  static let keywords = ["label", "labeling", "blobs", "islands"]

  @Input("Mask whose regions are numbered.") var mask: Mask

  func workingBytes(_ context: Context) -> Int { 8 * mask.size.count }

  func run(_ context: Context) throws -> LabelImage { try mask.labelled(polling: context.cancellation) }
}
