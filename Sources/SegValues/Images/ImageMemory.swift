import ImageOps
import SegLang
import SegModel

/// The memory that images among values take.
package enum ImageMemory {
  /// The image among the values, and inside of lists, of which a copy takes most.
  package static func largest(of values: [any Value]) -> (size: Size, bytesAPixel: Int)? {
    values.compactMap { value -> (size: Size, bytesAPixel: Int)? in
      switch value {
      case let pixels as any PixelValue: (pixels.size, type(of: pixels).bytesPerPixel)
      case let list as List where list.items.contains { type(of: $0).isImageLike }: largest(of: list.items)
      default: nil
      }
    }.max { $0.size.count * $0.bytesAPixel < $1.size.count * $1.bytesAPixel }
  }
}
