/// How a batch too large for one pass is cut: into groups of images, or, where one image is too large, into tiles of it.
///
/// Each tile is read with so wide a margin that what is kept of its output depends on nothing outside it: the logits are those of an undivided pass
/// but for rounding, and show no seam. (The last bits differ because Winograd's transforms mix what lies in one tile of 6×6 pixels of a layer.)
struct PredictionTiles: Sequence {
  /// A piece of one axis: what is read, and what of the output is kept.
  struct Span: Equatable {
    let input: Range<Int>
    let kept: Range<Int>
  }

  struct Tile {
    let images: Range<Int>
    let rows: Span
    let columns: Span
  }

  /// How far a tile is read beyond what is kept of it: the reach of the network, rounded up to whole pixels of the bottleneck.
  struct Margins: Equatable {
    let before: Int
    let after: Int

    init(_ description: NetworkDescription) {
      let reach = description.reach
      before = description.padded(reach.before)
      after = description.padded(reach.after)
    }

    /// The smallest and the largest side of tiles that is tried.
    var sides: (least: Int, largest: Int) { (Swift.max(768, (before + after + 255) / 128 * 128), 2048) }
  }

  let shape: [Int]
  let outputShape: [Int]
  private let featureCount: Int
  /// Pixels of the image along a side of a pixel of the bottleneck.
  private let stride: Int
  private let imagesAtOnce: Int
  private let rows: [Span]
  private let columns: [Span]

  /// - Throws: `NetworkError.inputTooLarge` where the output is larger than a tensor may be, or the smallest tile than the limit.
  init(of shape: [Int], _ description: NetworkDescription, memoryLimit: Int) throws {
    func bytes(_ images: Int, _ height: Int, _ width: Int) -> Int {
      description.activationBytes(images: images, height: description.padded(height), width: description.padded(width)) / 2
    }
    self.shape = shape
    outputShape = [shape[0], description.classes, shape[2], shape[3]]
    featureCount = description.featureCount
    stride = description.stride
    guard Tensor.count(of: outputShape) != nil else {
      throw NetworkError.inputTooLarge(found: shape, bytes: bytes(shape[0], shape[2], shape[3]), limit: memoryLimit)
    }
    let single = bytes(1, shape[2], shape[3])
    if single <= memoryLimit {
      imagesAtOnce = Swift.min(shape[0], memoryLimit / Swift.max(1, single))
      rows = [Span(input: 0..<shape[2], kept: 0..<shape[2])]
      columns = [Span(input: 0..<shape[3], kept: 0..<shape[3])]
      return
    }
    func fits(_ side: Int) -> Bool { bytes(1, Swift.min(side, shape[2]), Swift.min(side, shape[3])) <= memoryLimit }
    let margins = Margins(description)
    let (least, largest) = margins.sides
    let candidates = Swift.stride(from: largest, through: least, by: -128)
    guard let side = candidates.first(where: fits) else {
      throw NetworkError.inputTooLarge(found: shape, bytes: bytes(1, least, least), limit: memoryLimit)
    }
    imagesAtOnce = 1
    rows = Self.spans(of: shape[2], side: side, margins)
    columns = Self.spans(of: shape[3], side: side, margins)
  }

  /// Covers an axis by pieces of at most `side`, a multiple of the largest stride and more than both margins.
  static func spans(of length: Int, side: Int, _ margins: Margins) -> [Span] {
    var spans: [Span] = []
    var start = 0
    var kept = 0
    while length - start > side {
      let end = start + side
      spans.append(Span(input: start..<end, kept: kept..<end - margins.after))
      kept = end - margins.after
      start = kept - margins.before
    }
    spans.append(Span(input: start..<length, kept: kept..<length))
    return spans
  }

  /// Whether one pass does it.
  var isWhole: Bool { imagesAtOnce == shape[0] && rows.count == 1 && columns.count == 1 }

  /// How many passes it takes.
  var count: Int { (shape[0] + imagesAtOnce - 1) / imagesAtOnce * rows.count * columns.count }

  func makeIterator() -> some IteratorProtocol<Tile> {
    let groups = Swift.stride(from: 0, to: shape[0], by: imagesAtOnce).map { $0..<Swift.min(shape[0], $0 + imagesAtOnce) }
    return groups.lazy.flatMap { images in
      rows.lazy.flatMap { row in columns.lazy.map { Tile(images: images, rows: row, columns: $0) } }
    }.makeIterator()
  }

  /// Rows and columns of a tile's bottleneck that it answers for.
  func bottleneck(of tile: Tile) -> (rows: Range<Int>, columns: Range<Int>) { (bottleneck(of: tile.rows), bottleneck(of: tile.columns)) }

  private func bottleneck(of span: Span) -> Range<Int> {
    (span.kept.lowerBound - span.input.lowerBound) / stride..<(span.kept.upperBound - span.input.lowerBound + stride - 1) / stride
  }

  /// Means of the bottleneck's channels from their sums over all tiles.
  func features(from sums: [Double]) -> Tensor {
    let pixels = Double((shape[2] + stride - 1) / stride * ((shape[3] + stride - 1) / stride))
    return Tensor(shape: [shape[0], featureCount, 1, 1], values: sums.map { Float($0 / pixels) })
  }
}

extension PredictionTiles.Tile {
  func input(of x: Tensor) -> Tensor {
    var result = Tensor(shape: [images.count, x.shape[1], rows.input.count, columns.input.count])
    result.withUnsafeMutableBufferPointer { target in
      x.withUnsafeBufferPointer { source in
        guard let target = target.baseAddress, let source = source.baseAddress else { return }
        let planes = images.lowerBound * x.shape[1]..<images.upperBound * x.shape[1]
        for plane in planes {
          for row in rows.input {
            (target + ((plane - planes.lowerBound) * rows.input.count + row - rows.input.lowerBound) * columns.input.count)
              .update(from: source + (plane * x.shape[2] + row) * x.shape[3] + columns.input.lowerBound, count: columns.input.count)
          }
        }
      }
    }
    return result
  }

  /// Copies what is kept of the tile's logits to their place.
  func place(_ logits: Tensor, into whole: inout Tensor) {
    let shape = whole.shape
    whole.withUnsafeMutableBufferPointer { target in
      logits.withUnsafeBufferPointer { source in
        guard let target = target.baseAddress, let source = source.baseAddress else { return }
        let planes = images.lowerBound * shape[1]..<images.upperBound * shape[1]
        for plane in planes {
          for row in rows.kept {
            let from = ((plane - planes.lowerBound) * rows.input.count + row - rows.input.lowerBound) * columns.input.count
            (target + (plane * shape[2] + row) * shape[3] + columns.kept.lowerBound)
              .update(from: source + from + columns.kept.lowerBound - columns.input.lowerBound, count: columns.kept.count)
          }
        }
      }
    }
  }
}
