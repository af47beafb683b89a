import ImageOps
import SegLang

/// `clear-border`: drops what reaches the border.
struct ClearBorderCommand: Command {
  static let category = Category.masks
  static let summary = "Removes the regions of a mask that touch the image border."
  static let discussion = """
    Regions are 8-connected. In a chest X-ray this separates the lungs from the air around the patient. Definition: scikit-image clear_border.
    """
  static let examples = [
    Example("phantom | threshold otsu | invert | clear-border", "Keeps the dark areas inside the chest."),
    Example(
      "dark = phantom | gaussian-filter sigma=2px | threshold otsu | invert; dark minus (dark | clear-border)",
      "Selects the air around the patient."),
  ]
  static let seeAlso = ["keep-largest", "remove-small"]

  @Input("Mask to process.") var mask: Mask

  func run(_ context: Context) throws -> Mask { try mask.clearingBorder() }
}
