extension LabelImage {
  /// The texture beneath each of these regions of this image.
  /// - Throws: as ``GrayImage/texture(levels:distance:within:polling:)``; regions without a finite pixel are left out.
  public func textures(
    of regions: [Region], beneath image: GrayImage, levels: Int = 32, polling cancellation: Cancellation = .never
  ) throws -> [UInt32: Texture] {
    try PictureError.requireSameSize(size, image.size)
    let codes = try image.localBinaryPatterns(polling: cancellation)
    var textures: [UInt32: Texture] = [:]
    for region in regions {
      try cancellation.check()
      let box = Size(width: region.columns.count, height: region.rows.count)
      func part<Grid: PixelGrid>(_ grid: Grid) throws -> Grid {
        try grid.cropped(row: region.rows.lowerBound, column: region.columns.lowerBound, size: box)
      }
      do {
        textures[region.label] = try part(image).texture(
          levels: levels, distance: 1, within: part(self).mask(of: region.label), patterns: part(codes), polling: cancellation)
      } catch PictureError.noPixels { continue }
    }
    return textures
  }
}
