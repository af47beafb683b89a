import Basics

/// A region around clicked points, from the intensities of an image and, where a network's probability is known, from that: a random walk with priors
/// on a grid of cells.
///
/// 1. The window (the box of the field) is divided into cells, at most ``cellsAcross`` along its longer side, which hold the means of their pixels. A
///    cell can belong to the region if at least half of its pixels are candidates. Intensities are scaled by the 1st and 99th percentiles of the
///    field's cells, clipped to 0...1, and smoothed by a Gaussian of 1 cell.
/// 2. Cells within ``seedRadius`` of a point are seeds. I and P are the mean intensity and probability of the seeds inside.
/// 3. T is the smaller of `level` and `share · P`, r the smaller of `reach` and 1.5 times the largest distance of a seed to a cell that is no candidate.
///    The odds that a cell at distance d from the nearest seed, with intensity i and probability p, belongs to the region are
///    `((p + 0.01) / (T + 0.01))² / √(1 + ((i - I) / 0.25)²) / (1 + (d / r)⁴)`. Without a probability the first factor is `1 / share²`.
/// 4. Neighbors whose intensities differ by g are joined by an edge of weight `1 / (1 + (g / 0.02)²)`, and each cell is pulled to 1 by
///    `0.01 · odds / (1 + odds)` and to 0 by `0.01 / (1 + odds)`. ``RandomWalker`` solves for x.
/// 5. x is interpolated bilinearly between the centers of cells. The region is the 8-connected pixels around the points where x is at least 0.5, and
///    all of an 8-connected component of candidates of which it covers at least `wholeShare`.
///
/// The weights need no functions but square roots, so the bits do not depend on a library.
public struct RegionFromClicks: Sendable {
  /// Largest number of cells along a side of the window.
  public static let cellsAcross = 128
  /// Radius of a seed, in cells.
  public static let seedRadius = 1.5

  /// How far a region goes; see step 3.
  public struct Extent: Sendable {
    /// The probability above which a cell belongs to the region by itself.
    let level: Double
    /// The part of the seeds' probability above which it does, if they are below ``level``.
    let share: Double
    /// The distance from the seeds that halves the odds, at most, in 128ths of the longer side of the window.
    let reach: Double
    /// The part of a component above which the region is all of it; above 1 for never.
    let wholeShare: Double

    /// A region that was missed.
    public static let missed = Extent(level: 0.3, share: 0.6, reach: 40, wholeShare: 2)
    /// A region that is false; the probabilities are those of no finding.
    public static let falsePositive = Extent(level: 0.65, share: 0.65, reach: 10, wholeShare: 0.9)
  }

  static let floor = 0.01
  static let contrast = 0.25
  static let edge = 0.02
  static let pull = 0.01

  private let field: PixelBox
  private let cells: Size
  /// Scaled and smoothed intensities.
  private let intensities: [Double]
  private let probabilities: [Double]?
  private let imageSize: Size
  private let extent: Extent

  /// Prepares the grid; the same grid serves any number of clicks.
  /// - Parameters:
  ///   - field: the pixels whose box is the window; an empty mask stands for the whole image.
  ///   - probability: the probability of what the region is to be.
  /// - Throws: `ImageError.sizesDiffer`, `CancellationError`.
  public init(_ image: GrayImage, field: Mask, probability: ProbabilityMap? = nil, extent: Extent = .missed) throws {
    guard image.size == field.size, (probability?.size ?? image.size) == image.size else {
      throw ImageError.sizesDiffer(image.size, probability.map(\.size) ?? field.size)
    }
    let box = field.boundingBox ?? PixelBox(rows: 0..<image.size.height, columns: 0..<image.size.width)
    let longer = max(box.rows.count, box.columns.count)
    func count(_ side: Int) -> Int { longer <= Self.cellsAcross ? side : max(1, (side * Self.cellsAcross + longer / 2) / longer) }
    (self.field, imageSize, self.extent) = (box, image.size, extent)
    cells = Size(width: count(box.columns.count), height: count(box.rows.count))
    let grid = CellGrid(box: box, cells: cells)
    let means = try grid.means { image.pixels[$0 * image.size.width + $1] }
    let inField = try field.isEmpty ? [] : grid.means { field[$0, $1] ? 1 : 0 }
    let scaled = Self.scaled(means, among: inField.isEmpty ? means : zip(means, inField).filter { $1 >= 0.5 }.map(\.0))
    intensities = try scaled.gaussianBlurred(cells, sigma: (1, 1)).map(Double.init)
    probabilities = try probability.map { map in
      try grid.means { map.pixels[$0 * image.size.width + $1] }.map { min(max(Double($0), 0), 1) }
    }
  }

  /// Intensities from the 1st to the 99th percentile of a sample as 0...1.
  private static func scaled(_ values: [Float], among sample: [Float]) -> [Float] {
    let sorted = sample.sorted()
    guard !sorted.isEmpty else { return values.map { _ in 0 } }
    let (low, span) = (sorted[sorted.count / 100], sorted[sorted.count - 1 - sorted.count / 100] - sorted[sorted.count / 100])
    return values.map { span > 0 ? min(max(($0 - low) / span, 0), 1) : 0 }
  }

  /// Returns the region of the points.
  /// - Parameters:
  ///   - inside: points of the region; those that are not candidates count for nothing.
  ///   - outside: points that are not to be in it.
  ///   - candidates: the pixels that the region may have.
  /// - Returns: A subset of the candidates that contains the points; empty if no point is a candidate.
  /// - Throws: `ImageError.sizesDiffer`, `CancellationError`.
  public func region(at inside: [FinePoint], without outside: [FinePoint] = [], among candidates: Mask) throws -> Mask {
    guard candidates.size == imageSize else { throw ImageError.sizesDiffer(imageSize, candidates.size) }
    let grid = CellGrid(box: field, cells: cells)
    let shares = try grid.means { candidates[$0, $1] ? 1 : 0 }
    let clicked = candidates.pixels(at: inside)
    let seeds = grid.seeds(of: clicked).filter { shares[$0] > 0 }
    guard !seeds.isEmpty else { return Mask(size: imageSize, spacing: candidates.spacing) }
    let isCandidate = shares.map { $0 >= 0.5 }
    var walker = RandomWalker(size: cells)
    try setPriors(&walker, grid, seeds, isCandidate)
    let refused = grid.seeds(of: Mask(size: imageSize, filled: true).pixels(at: outside))
    for cell in refused { walker.nodes[cell] = .outside }
    for cell in seeds where walker.nodes[cell] == .free { walker.nodes[cell] = .inside }
    let values = grid.extended(try walker.probabilities(), isCandidate)
    var region = try grid.mask(of: values, in: candidates)
    region = try region.union(clicked)
    return try completed(region.reconstructed(from: clicked, connectivity: .eight), among: candidates)
  }

  /// The region with the rest of components that it nearly covers.
  private func completed(_ region: Mask, among candidates: Mask) throws -> Mask {
    guard extent.wholeShare <= 1 else { return region }
    let labels = try candidates.labeled()
    var all = [Int](repeating: 0, count: 1 + Int(labels.labels.max() ?? 0))
    var taken = all
    for (index, label) in labels.labels.enumerated() where label != 0 {
      all[Int(label)] += 1
      if region[index / imageSize.width, index % imageSize.width] { taken[Int(label)] += 1 }
    }
    let whole = all.indices.filter { taken[$0] > 0 && Double(taken[$0]) >= extent.wholeShare * Double(all[$0]) }
    return try whole.reduce(region) { try $0.union(labels.mask(of: UInt32($1))) }
  }

  private func setPriors(_ walker: inout RandomWalker, _ grid: CellGrid, _ seeds: [Int], _ isCandidate: [Bool]) throws {
    func mean(_ values: [Double]) -> Double { seeds.reduce(0) { $0 + values[$1] } / Double(seeds.count) }
    let distances = try grid.distances(to: seeds)
    let (intensity, probability) = (mean(intensities), probabilities.map(mean))
    let room = try Mask(size: cells) { isCandidate[$0] }.distanceTransform().pixels
    let depth = seeds.reduce(1) { max($0, Double(room[$1])) }
    let reach = min(extent.reach * Double(max(cells.width, cells.height)) / Double(Self.cellsAcross), 1.5 * depth)
    let ratio = probabilities == nil ? 1 / (extent.share * extent.share) : 1
    for index in 0..<cells.count where isCandidate[index] {
      let contrast = (intensities[index] - intensity) / Self.contrast
      let distance = Double(distances[index]) / reach
      var odds = ratio / (1 + contrast * contrast).squareRoot() / (1 + distance * distance * distance * distance)
      if let probabilities, let probability {
        let share = (probabilities[index] + Self.floor) / (min(extent.level, extent.share * probability) + Self.floor)
        odds *= share * share
      }
      walker.inside[index] = Self.pull * odds / (1 + odds)
      walker.outside[index] = Self.pull / (1 + odds)
      let column = index % cells.width
      if column + 1 < cells.width, isCandidate[index + 1] { walker.right[index] = weight(index, index + 1) }
      if index + cells.width < cells.count, isCandidate[index + cells.width] { walker.below[index] = weight(index, index + cells.width) }
    }
  }

  private func weight(_ cell: Int, _ other: Int) -> Double {
    let step = (intensities[cell] - intensities[other]) / Self.edge
    return 1 / (1 + step * step)
  }
}

/// Cells over a box of pixels.
struct CellGrid {
  let box: PixelBox
  let cells: Size

  private func rows(_ row: Int) -> Range<Int> { Self.part(row, of: cells.height, in: box.rows) }

  private static func part(_ index: Int, of count: Int, in range: Range<Int>) -> Range<Int> {
    range.lowerBound + index * range.count / count..<range.lowerBound + (index + 1) * range.count / count
  }

  /// The mean of a quantity in each cell; what is not finite counts as 0.
  func means(_ value: (_ row: Int, _ column: Int) -> Float) throws -> [Float] {
    let cancellation = Cancellation.current
    let columns = (0..<cells.width).map { Self.part($0, of: cells.width, in: box.columns) }
    var means: [Float] = []
    means.reserveCapacity(cells.count)
    for row in 0..<cells.height {
      try cancellation.check()
      let rows = rows(row)
      for columns in columns {
        var sum = 0.0
        for row in rows {
          for column in columns {
            let value = value(row, column)
            if value.isFinite { sum += Double(value) }
          }
        }
        means.append(Float(sum / Double(rows.count * columns.count)))
      }
    }
    return means
  }

  /// The cells whose centers are within the radius of a seed of the center of a cell that contains a marked pixel; each once, in order.
  func seeds(of marked: Mask) -> [Int] {
    var isSeed = [Bool](repeating: false, count: cells.count)
    let reach = Int(RegionFromClicks.seedRadius.rounded(.down))
    for row in 0..<cells.height {
      for column in 0..<cells.width {
        let columns = Self.part(column, of: cells.width, in: box.columns)
        guard rows(row).contains(where: { row in columns.contains { marked[row, $0] } }) else { continue }
        for y in max(0, row - reach)...min(cells.height - 1, row + reach) {
          for x in max(0, column - reach)...min(cells.width - 1, column + reach) {
            let squared = Double((y - row) * (y - row) + (x - column) * (x - column))
            if squared <= RegionFromClicks.seedRadius * RegionFromClicks.seedRadius { isSeed[y * cells.width + x] = true }
          }
        }
      }
    }
    return isSeed.indices.filter { isSeed[$0] }
  }

  /// The distance in cells of each cell to the nearest of some.
  func distances(to seeds: [Int]) throws -> [Float] {
    let marked = Set(seeds)
    return try Mask(size: cells) { !marked.contains($0) }.distanceTransform().pixels
  }

  /// Values of candidates carried on to the cells next to them, so that interpolation does not draw them to 0 at the border of the candidates.
  func extended(_ values: [Double], _ isCandidate: [Bool]) -> [Double] {
    var result = values
    for row in 0..<cells.height {
      for column in 0..<cells.width where !isCandidate[row * cells.width + column] {
        var (sum, count) = (0.0, 0)
        for y in max(0, row - 1)...min(cells.height - 1, row + 1) {
          for x in max(0, column - 1)...min(cells.width - 1, column + 1) where isCandidate[y * cells.width + x] {
            sum += values[y * cells.width + x]
            count += 1
          }
        }
        result[row * cells.width + column] = count > 0 ? sum / Double(count) : 0
      }
    }
    return result
  }

  /// The candidates at which the values, bilinear between the centers of cells, are at least 0.5.
  func mask(of values: [Double], in candidates: Mask) throws -> Mask {
    let cancellation = Cancellation.current
    var mask = Mask(size: candidates.size, spacing: candidates.spacing)
    func place(_ pixel: Int, _ range: Range<Int>, _ count: Int) -> (low: Int, high: Int, share: Double) {
      let place = min(max((Double(pixel - range.lowerBound) + 0.5) * Double(count) / Double(range.count) - 0.5, 0), Double(count - 1))
      let low = Int(place)
      return (low, min(low + 1, count - 1), place - Double(low))
    }
    let across = box.columns.map { place($0, box.columns, cells.width) }
    for row in box.rows {
      if row & 63 == 0 { try cancellation.check() }
      let down = place(row, box.rows, cells.height)
      let (top, bottom) = (down.low * cells.width, down.high * cells.width)
      for (column, place) in zip(box.columns, across) where candidates[row, column] {
        let upper = values[top + place.low] + place.share * (values[top + place.high] - values[top + place.low])
        let lower = values[bottom + place.low] + place.share * (values[bottom + place.high] - values[bottom + place.low])
        if upper + down.share * (lower - upper) >= 0.5 { mask[row, column] = true }
      }
    }
    return mask
  }
}
