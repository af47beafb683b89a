import ImageOps
import SegLang
import SegValues
import Terminal

/// A small image below the line of a result, where a terminal shows real images.
public enum Thumbnail {
  /// Rows of the terminal that it takes at most.
  private static let rows = 10
  private static let columns = 48

  /// The text that draws a value over the image that it was made from; nil for what is no image, where the terminal has only characters
  /// (unless these will do), and where there is no terminal. The terminal is asked what it can the first time.
  public static func text(of value: any Value, madeBy step: Step?, inCharacters: Bool, unless isCancelled: () -> Bool) -> String? {
    guard var screen = ImageScreen.current, type(of: value).isImageLike else { return nil }
    let display = screen.bestDisplay(unless: isCancelled)
    guard inCharacters || display.drawsPixels else { return nil }
    // An image leaves three rows for the prompt.
    screen.rows = min(screen.rows, rows + 3)
    screen.columns = min(screen.columns, columns)
    let origins = step?.originsInOrder ?? []
    let beneath = origins.lazy.compactMap(\.grayImage).first
    guard let picture = try? Viewing.picture(of: value, over: beneath) else { return nil }
    return try? TerminalImage.text(of: picture, on: screen, as: display)
  }
}
