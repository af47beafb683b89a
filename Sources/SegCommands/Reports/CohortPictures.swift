import ImageOps
import SegLang

/// The X-rays that the rows of a table were measured in, where it was made of files.
struct CohortPictures {
  private let cases: Cases?
  /// By name; a name that several files have tells nothing.
  private let places: [String: Int]
  private let cancellation: Cancellation

  init(_ context: Context) {
    cases = (context.inputStep?.ancestry ?? []).reversed().lazy.compactMap { $0.value as? Cases }.first
    cancellation = context.cancellation
    let numbered = (cases?.paths ?? []).enumerated().map { ($0.element.name, $0.offset) }
    places = Dictionary(numbered, uniquingKeysWith: { _, _ in -1 }).filter { $0.value >= 0 }
  }

  /// A small picture as an address; nil where its file is not known or cannot be read any more.
  /// - Throws: `CancellationError`.
  func address(of name: String) throws -> String? {
    try cancellation.check()
    guard let index = places[name], let image = try? cases?.image(at: index), let picture = try Viewing.picture(of: image, over: nil) else {
      return nil
    }
    let height = min(200, picture.size.height)
    let width = Int((Double(picture.size.width) * Double(height) / Double(picture.size.height)).rounded())
    let small = try picture.resampled(to: Size(width: max(1, width), height: height), using: .area, polling: cancellation)
    return try HTML.address(of: small, as: .jpeg)
  }
}
