import ImageOps
import SegLang

/// `clear-border`: drops what reaches the border.
struct ClearBorderCommand: Command {
  static let category = Category.masks
  static let summary = "Drops the regions of a mask that reach the picture's border."
  static let discussion =
    "Pixels that touch at a side or a corner belong to one region. In a chest X-ray this parts the lungs from the air around the patient."
  static let examples = [
    Example("phantom | threshold otsu | invert | clear-border", "Keeps the dark inside the chest."),
    Example(
      "dark = phantom | smooth sigma=2px | threshold otsu | invert; dark minus (dark | clear-border)", "Gives the air around the patient."),
  ]
  static let seeAlso = ["keep-largest", "remove-small"]

  @Input("Mask to sift.") var mask: Mask

  func run(_ context: Context) throws -> Mask { try mask.clearingBorder(polling: context.cancellation) }
}
