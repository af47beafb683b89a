import Basics
import ImageOps

/// Digests of values, for lineage and replay: of the size and the pixels in memory order.
package enum ContentHash {
  package static func of<Element: BitwiseCopyable>(_ elements: [Element], size: Size) -> String {
    let pixels = elements.withUnsafeBytes { SHA256.hexDigest(of: $0) }
    return SHA256.hexDigest(of: Array("\(size) \(pixels)".utf8))
  }
}
