import ImageOps
import SegLang
import SegServices

/// `find-text`: burned-in text.
struct FindTextCommand: Command, StatesMemory {
  static let category = Category.seeing
  static let summary = "Finds burned-in text, such as a patient's name."
  static let discussion = """
    Returns a mask of the text lines. Requires Tesseract: install it with apt-get install tesseract-ocr, or set SEGSH_TESSERACT to its path. \
    Side, view and position markers (L, AP, SUPINE) are ignored, and so are lines with fewer than three letters and digits. Small, slanted or \
    faint text can be missed, so review an image before you share it. With phi=hide, save and report search the images that they write, and the \
    text itself is not shown; phi=show shows it.
    """
  static let examples = [
    Example("phantom size=128 | find-text", "Searches an image."),
    Example("p = phantom size=128; p | redact (p | find-text)", "Redacts the text that was found."),
  ]
  static let seeAlso = ["redact", "crop", "save"]
  static let keywords = ["ocr", "burnt-in", "burned-in", "annotation", "privacy", "deidentify", "phi", "tesseract"]

  @Input("Image to search.") var image: GrayImage

  /// The sheet that is read: at most 2400 px in width and twice that in height, as intensities and in 8 bits, and strokes.
  func workingBytes(_ context: Context) -> Int {
    let longest = max(image.size.width, image.size.height)
    let side = min(2400, 4 * longest)
    return 28 * side * side * min(image.size.width, image.size.height) / longest
  }

  func run(_ context: Context) throws -> Mask {
    guard let search = context[TextSearchService.self] else { throw TextSearch.Problem.notInstalled }
    let places = try search.places(in: image)
    context.note(places.isEmpty ? "no text was found" : "\(places.count) line\(places.count == 1 ? "" : "s") of text")
    for place in places.prefix(20) {
      let box =
        "rows \(place.rows.lowerBound) to \(place.rows.upperBound - 1), columns \(place.columns.lowerBound) to \(place.columns.upperBound - 1)"
      context.note(context.hidesNames ? box : "\(box): \(place.text)")
    }
    var mask = Mask(size: image.size, spacing: image.spacing)
    for place in places {
      try context.checkCancellation()
      for row in place.rows { for column in place.columns { mask[row, column] = true } }
    }
    return mask
  }
}
