import Basics

extension Mask {
  /// Labels the connected components 1, 2, … by their first pixel in raster order (as `scipy.ndimage.label`); 0 is background.
  ///
  /// An empty mask yields an image of zeros. O(pixels).
  /// - Throws: `CancellationError`.
  public func labeled(connectivity: Connectivity = .eight) throws -> LabelImage {
    let components = try Components(of: self, connectivity: connectivity)
    let width = size.width
    let labels = try [UInt32](unsafeUninitializedCapacity: size.count) { labels, count in
      guard let labels = labels.baseAddress else { return }
      nonisolated(unsafe) let target = labels
      try Parallel.forEachBand(of: size.height, grain: 128) { band in
        for row in band {
          var column = 0
          let line = target + row * width
          for run in components.runs.runs(inRow: row) {
            let (start, end) = (components.runs.start(run), components.runs.end(run))
            (line + column).initialize(repeating: 0, count: start - column)
            (line + start).initialize(repeating: UInt32(components.componentOfRun[run]) + 1, count: end - start)
            column = end
          }
          (line + column).initialize(repeating: 0, count: width - column)
        }
      }
      count = size.count
    }
    return LabelImage(size: size, labels: labels, spacing: spacing)
  }

  /// Counts the connected components.
  /// - Throws: `CancellationError`.
  public func componentCount(connectivity: Connectivity = .eight) throws -> Int {
    try Components(of: self, connectivity: connectivity).count
  }

  /// Keeps the largest components; of equal ones, those that come first in raster order. Keeps all if there are no more than `number`.
  /// - Parameter number: How many to keep; 0 or less keeps none.
  /// - Throws: `CancellationError`.
  public func keepingLargest(_ number: Int = 1, connectivity: Connectivity = .eight) throws -> Mask {
    let components = try Components(of: self, connectivity: connectivity)
    var isKept = [Bool](repeating: false, count: components.count)
    let byArea = components.areas.indices.sorted { (components.areas[$1], $0) < (components.areas[$0], $1) }
    for component in byArea.prefix(max(0, number)) { isKept[component] = true }
    return try keeping(isKept, of: components)
  }

  /// Removes components of fewer than this many pixels (scikit-image's `remove_small_objects`).
  /// - Throws: `CancellationError`.
  public func removingSmall(below minimumArea: Int, connectivity: Connectivity = .eight) throws -> Mask {
    let components = try Components(of: self, connectivity: connectivity)
    return try keeping(components.areas.map { $0 >= minimumArea }, of: components)
  }

  /// Removes components that touch the image's border.
  /// - Throws: `CancellationError`.
  public func clearingBorder(connectivity: Connectivity = .eight) throws -> Mask {
    let components = try Components(of: self, connectivity: connectivity)
    return try keeping(components.touchesBorder().map { !$0 }, of: components)
  }

  /// Fills holes: background that is not connected to the image's border through shared edges (`scipy.ndimage.binary_fill_holes`).
  /// - Parameter maximumArea: Larger holes, in pixels, stay open; nil fills all.
  /// - Throws: `CancellationError`.
  public func fillingHoles(upTo maximumArea: Int? = nil) throws -> Mask {
    let holes = try Components(of: self, complement: true, connectivity: .four)
    let touches = try holes.touchesBorder()
    let limit = maximumArea ?? .max
    var result = self
    let isFilled = holes.areas.indices.map { !touches[$0] && holes.areas[$0] <= limit }
    try holes.forEachRun(of: isFilled) { row, columns in
      result.fill(row: row, columns: columns)
    }
    return result
  }

  func keeping(_ isKept: [Bool], of components: Components) throws -> Mask {
    var result = self
    try components.forEachRun(of: isKept.map { !$0 }) { row, columns in result.clear(row: row, columns: columns) }
    return result
  }
}
