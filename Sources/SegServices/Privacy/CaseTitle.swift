import ImageOps
import SegLang

/// What a case is called on a screen.
package enum CaseTitle {
  /// The name of the file that a value was made from, or its format and the start of its digest.
  /// - Parameters:
  ///   - namesPhantoms: Whether a phantom has a title too, by its seed.
  ///   - isHidden: Whether the name of a file of this format stays hidden.
  /// - Returns: Nil where no image was read from a file.
  package static func text(of step: Step, namingPhantoms namesPhantoms: Bool = false, unless isHidden: (ImageFormat?) -> Bool) -> String? {
    for origin in step.originsInOrder {
      if namesPhantoms, let phantom = origin.value as? Phantom { return "Phantom, seed \(phantom.seed)" }
      guard let source = (origin.value as? GrayImage)?.source else { continue }
      guard isHidden(source.format) else { return source.name }
      return "\(source.format.map { "\($0)".uppercased() } ?? "Image") \(source.sha256.prefix(4))"
    }
    return nil
  }
}
