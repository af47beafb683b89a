import Basics
internal import Platform

extension LabelImage {
  /// Measures every label except 0, ordered by label; the table is empty without labels.
  /// - Parameter image: The image whose intensities are measured beneath each region.
  /// - Throws: ``ImageError/sizesDiffer(_:_:)``; `CancellationError`.
  public func regions(beneath image: GrayImage? = nil) throws -> [Region] {
    let cancellation = Cancellation.current
    if let image { try ImageError.requireSameSize(size, image.size) }
    let measured = try image?.measured()
    var accumulators: [RegionAccumulator] = []
    var slots: [UInt32: Int] = [:]
    for row in 0..<size.height {
      if row & 63 == 0 { try cancellation.check() }
      forEachRun(inRow: row) { label, columns in
        let slot = slots[label] ?? accumulators.count
        if slot == accumulators.count {
          slots[label] = slot
          accumulators.append(RegionAccumulator(label: label))
        }
        accumulators[slot].add(row: row, columns: columns)
        guard let image else { return }
        for column in columns where measured?[row, column] ?? true { accumulators[slot].add(image.pixels[row * size.width + column]) }
      }
    }
    try addBorders(to: &accumulators, slots: slots)
    try addQuads(to: &accumulators, slots: slots)
    let pixelArea = spacing.millimeters.map { $0.row * $0.column }
    return try accumulators.sorted { $0.label < $1.label }.enumerated().map { index, accumulator in
      try cancellation.checkRow(index)
      var region = accumulator.region
      region.name = names[region.label]
      region.areaInSquareMillimeters = pixelArea.map { $0 * Double(region.area) }
      return region
    }
  }

  private func forEachRun(inRow row: Int, _ body: (UInt32, Range<Int>) -> Void) {
    let base = row * size.width
    var start = 0
    while start < size.width {
      let label = labels[base + start]
      var end = start + 1
      while end < size.width && labels[base + end] == label { end += 1 }
      if label != 0 { body(label, start..<end) }
      start = end
    }
  }

  private func label(_ row: Int, _ column: Int) -> UInt32 {
    size.contains(row: row, column: column) ? self[row, column] : 0
  }

  /// Counts the squares of four pixels, one of them perhaps beyond the image, that hold one, three or two opposite pixels of a region.
  private func addQuads(to accumulators: inout [RegionAccumulator], slots: [UInt32: Int]) throws {
    let cancellation = Cancellation.current
    let width = size.width
    for row in -1..<size.height {
      if row & 63 == 0 { try cancellation.check() }
      for column in -1..<width {
        if row >= 0, column >= 0, row < size.height - 1, column < width - 1 {
          let place = row * width + column
          let first = labels[place]
          if labels[place + 1] == first, labels[place + width] == first, labels[place + width + 1] == first { continue }
        }
        let quad: InlineArray<4, UInt32> = [
          label(row, column), label(row, column + 1), label(row + 1, column + 1), label(row + 1, column),
        ]
        for index in 0..<4 {
          let own = quad[index]
          guard own != 0, !(0..<index).contains(where: { quad[$0] == own }), let slot = slots[own] else { continue }
          let count = (0..<4).reduce(0) { $0 + (quad[$1] == own ? 1 : 0) }
          accumulators[slot].addQuad(count: count, isDiagonal: quad[(index + 2) % 4] == own)
        }
      }
    }
  }

  /// Classifies the border pixels by how many neighbors of the same region are border pixels too.
  private func addBorders(to accumulators: inout [RegionAccumulator], slots: [UInt32: Int]) throws {
    let cancellation = Cancellation.current
    let (size, labels) = (size, labels)
    let border = try Mask(inBands: size, spacing: .unknown) { index in
      let own = labels[index]
      guard own != 0 else { return false }
      let (row, column) = (index / size.width, index % size.width)
      guard row > 0, column > 0, row < size.height - 1, column < size.width - 1 else { return true }
      return labels[index - 1] != own || labels[index + 1] != own || labels[index - size.width] != own || labels[index + size.width] != own
    }
    let runs = try RunTable(of: border)
    for row in 0..<size.height {
      try cancellation.checkRow(row)
      for run in runs.runs(inRow: row) {
        for column in runs.start(run)..<runs.end(run) {
          let own = self[row, column]
          func isKin(_ otherRow: Int, _ otherColumn: Int) -> Int {
            label(otherRow, otherColumn) == own && border[otherRow, otherColumn] ? 1 : 0
          }
          let edges = isKin(row - 1, column) + isKin(row + 1, column) + isKin(row, column - 1) + isKin(row, column + 1)
          let corners =
            isKin(row - 1, column - 1) + isKin(row - 1, column + 1) + isKin(row + 1, column - 1) + isKin(row + 1, column + 1)
          if let slot = slots[own] { accumulators[slot].addBorderPixel(edges: edges, corners: corners) }
        }
      }
    }
  }
}

extension Mask {
  /// Measures the connected components, numbered as by ``labeled(connectivity:)``; an empty table for an empty mask.
  /// - Throws: ``ImageError/sizesDiffer(_:_:)``; `CancellationError`.
  public func regions(connectivity: Connectivity = .eight, beneath image: GrayImage? = nil) throws -> [Region] {
    if let image { try ImageError.requireSameSize(size, image.size) }
    return try labeled(connectivity: connectivity).regions(beneath: image)
  }
}

/// Sums over one region, whole numbers so that order does not matter: the largest image's second moments stay below 2⁶³.
private struct RegionAccumulator {
  let label: UInt32
  private var area = 0
  private var sums = (row: 0, column: 0)
  private var squares = (row: 0, mixed: 0, column: 0)
  private var columns = Int.max..<Int.max
  private var extents: [RowExtent] = []
  private var intensitySum = 0.0
  private var intensityCount = 0
  private var intensityRange: (Float, Float)?
  private var quads = (ones: 0, threes: 0, diagonals: 0)
  private var borderCounts = (straight: 0, diagonal: 0, corner: 0)

  init(label: UInt32) { self.label = label }

  mutating func add(row: Int, columns: Range<Int>) {
    let (first, last, count) = (columns.lowerBound, columns.upperBound - 1, columns.count)
    let sum = (first + last) * count / 2
    func squaresBelow(_ n: Int) -> Int { (n - 1) * n * (2 * n - 1) / 6 }
    area += count
    sums.row += row * count
    sums.column += sum
    squares.row += row * row * count
    squares.mixed += row * sum
    squares.column += squaresBelow(columns.upperBound) - squaresBelow(first)
    self.columns = extents.isEmpty ? columns : min(self.columns.lowerBound, first)..<max(self.columns.upperBound, columns.upperBound)
    if let extent = extents.last, extent.row == row {
      extents[extents.count - 1].last = last
    } else {
      extents.append(RowExtent(row: row, first: first, last: last))
    }
  }

  mutating func add(_ intensity: Float) {
    guard intensity.isFinite else { return }
    intensitySum += Double(intensity)
    intensityCount += 1
    let range = intensityRange ?? (intensity, intensity)
    intensityRange = (min(range.0, intensity), max(range.1, intensity))
  }

  mutating func addQuad(count: Int, isDiagonal: Bool) {
    switch count {
    case 1: quads.ones += 1
    case 2 where isDiagonal: quads.diagonals += 1
    case 3: quads.threes += 1
    default: break
    }
  }

  /// Weights of `skimage.measure.perimeter`.
  mutating func addBorderPixel(edges: Int, corners: Int) {
    switch (corners, edges) {
    case (0, 2), (0, 3), (1, 2), (1, 3), (2, 2), (2, 3): borderCounts.straight += 1
    case (2, 0), (3, 1): borderCounts.diagonal += 1
    case (1, 1), (2, 1): borderCounts.corner += 1
    default: break
    }
  }

  var region: Region {
    let count = Double(area)
    let center = (row: Double(sums.row) / count, column: Double(sums.column) / count)
    let rowVariance = central(squares.row, sums.row, sums.row)
    let columnVariance = central(squares.column, sums.column, sums.column)
    let covariance = central(squares.mixed, sums.row, sums.column)
    let half = (rowVariance + columnVariance) / 2
    let spread = (((rowVariance - columnVariance) / 2) * ((rowVariance - columnVariance) / 2) + covariance * covariance).squareRoot()
    return Region(
      label: label, area: area, centroid: .init(row: center.row, column: center.column),
      rows: (extents.first?.row ?? 0)..<(extents.last?.row ?? -1) + 1, columns: columns,
      intensity: intensityRange.map { .init(mean: intensitySum / Double(intensityCount), minimum: $0.0, maximum: $0.1) },
      perimeter: Double(borderCounts.straight) + Double(borderCounts.diagonal) * 2.0.squareRoot()
        + Double(borderCounts.corner) * (1 + 2.0.squareRoot()) / 2,
      majorAxis: 4 * max(0, half + spread).squareRoot(), minorAxis: 4 * max(0, half - spread).squareRoot(),
      orientation: orientation(rowVariance, columnVariance, covariance), convexArea: ConvexHull(of: extents).pixelCount,
      eulerNumber: (quads.ones - quads.threes - 2 * quads.diagonals) / 4)
  }

  private func central(_ product: Int, _ one: Int, _ other: Int) -> Double {
    // product / n - (one / n)(other / n), in whole numbers so that no digit cancels.
    Double(Int128(product) * Int128(area) - Int128(one) * Int128(other)) / (Double(area) * Double(area))
  }

  private func orientation(_ rowVariance: Double, _ columnVariance: Double, _ covariance: Double) -> Double {
    if rowVariance == columnVariance { return covariance > 0 ? 45 : -45 }
    return 0.5 * atan2(2 * covariance, rowVariance - columnVariance) * 180 / .pi
  }
}
