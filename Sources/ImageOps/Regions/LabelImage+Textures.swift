import Basics

extension LabelImage {
  /// Computes the texture of an image beneath each of these regions; regions without a finite pixel are left out.
  /// - Throws: As ``GrayImage/texture(levels:distance:within:)``.
  public func textures(of regions: [Region], beneath image: GrayImage, levels: Int = 32) throws -> [UInt32: Texture] {
    let cancellation = Cancellation.current
    try ImageError.requireSameSize(size, image.size)
    let codes = try image.localBinaryPatternBytes()
    var textures: [UInt32: Texture] = [:]
    for region in regions {
      try cancellation.check()
      // What fills more than half of the image is not copied.
      let isLarge = 2 * region.columns.count * region.rows.count > size.count
      let box = isLarge ? size : Size(width: region.columns.count, height: region.rows.count)
      let (top, left) = isLarge ? (0, 0) : (region.rows.lowerBound, region.columns.lowerBound)
      let (width, first, label) = (size.width, top * size.width + left, region.label)
      do {
        let inside = try labels.withUnsafeBufferPointer { labels in
          nonisolated(unsafe) let labels = labels
          return try Mask(inBands: box, spacing: .unknown) {
            labels[first + $0 / box.width * width + $0 % box.width] == label
          }
        }
        let part = isLarge ? image : try image.cropped(row: top, column: left, size: box)
        textures[label] = try part.texture(levels: levels, distance: 1, within: inside) {
          codes[(top + $0) * width + left + $1]
        }
      } catch ImageError.noPixels { continue }
    }
    return textures
  }
}
