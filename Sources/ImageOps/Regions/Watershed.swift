import Basics

extension GrayImage {
  /// Segments the image from markers by watershed: floods from the lowest intensity up; each pixel gets the label of the marker that reaches it
  /// first.
  ///
  /// Pixels that no flood reaches, and those outside `mask` if one is given, stay 0. Among pixels of one intensity, those reached first go first;
  /// among neighbors that pass on a label at the same time, those above and to the left. Definition: scikit-image `segmentation.watershed` with
  /// connectivity 1 (four) or 2 (eight). O(n) for whole numbers of 8 bits, else O(n log n).
  /// - Throws: `ImageError.sizesDiffer`, `CancellationError`.
  /// - Source: Soille and Ansoult, Automated Basin Delineation from Digital Elevation Models, Signal Processing 20, 1990.
  public func watershed(from markers: LabelImage, connectivity: Connectivity = .four, within mask: Mask? = nil) throws -> LabelImage {
    let cancellation = Cancellation.current
    try ImageError.requireSameSize(size, markers.size)
    if let mask { try ImageError.requireSameSize(size, mask.size) }
    let isOpen: [Bool]? = try mask?.values(inside: true, outside: false)
    var labels = try [UInt32](copying: markers.labels)
    var queue = try FloodQueue(isSmall: packed(as: UInt8.self) != nil)
    for index in labels.indices {
      if index & 0xFFFF == 0 { try cancellation.check() }
      if isOpen?[index] == false { labels[index] = 0 }
      if labels[index] != 0 { queue.push(index, pixels[index]) }
    }
    let (width, height) = (size.width, size.height)
    let steps =
      connectivity == .four ? [(-1, 0), (0, -1), (0, 1), (1, 0)] : [(-1, 0), (0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)]
    var served = 0
    while let index = queue.pop() {
      if served & 0x1FFF == 0 { try cancellation.check() }
      served += 1
      let (row, column) = (index / width, index % width)
      for (down, across) in steps {
        let (y, x) = (row + down, column + across)
        guard y >= 0, y < height, x >= 0, x < width else { continue }
        let neighbor = y * width + x
        guard labels[neighbor] == 0, isOpen?[neighbor] ?? true else { continue }
        labels[neighbor] = labels[index]
        queue.push(neighbor, pixels[neighbor])
      }
    }
    return LabelImage(size: size, labels: labels, spacing: spacing)
  }

  /// Grows a region from a seed: the pixels connected to it (8 neighbors) that differ from its intensity by at most `tolerance` (0 or more).
  ///
  /// Definition: scikit-image `segmentation.flood`. O(pixels).
  /// - Throws: `ImageError.outside` for a seed beyond the image, `ImageError.invalidParameter`, `CancellationError`.
  public func grown(fromRow row: Int, column: Int, tolerance: Double) throws -> Mask {
    guard size.contains(row: row, column: column) else {
      throw ImageError.outside(row: row, column: column, size: Size(width: 1, height: 1), image: size)
    }
    guard tolerance >= 0 else { throw ImageError.invalidParameter(name: "tolerance", value: tolerance, allowed: "0 or more") }
    let seed = Double(self[row, column])
    let near = try Mask(inBands: size, spacing: spacing) { abs(Double(pixels[$0]) - seed) <= tolerance }
    let place = row * size.width + column
    return try near.reconstructed(fromWhere: { $0 == place })
  }
}

extension Mask {
  /// Splits touching regions by watershed: the distance transform is flooded from peaks that rise at least `depth` px (above 0) above the saddles
  /// between them; each part gets a label.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  public func split(atConstrictionsOfDepth depth: Double = 1) throws -> LabelImage {
    let distance = try distanceTransform()
    // A mask that fills the image has no outside to measure from, and no neck.
    guard distance.pixels[0].isFinite else { return try labeled() }
    let markers = try distance.peaks(ofHeight: depth).intersection(self).labeled()
    return try distance.combined(onto: 0, by: .subtract).watershed(from: markers, connectivity: .eight, within: self)
  }
}

/// Pixels to be served by intensity, then by age. Small intensities have a queue each, others share a heap.
private struct FloodQueue {
  private var levels: [[Int32]]
  private var heads: [Int]
  private var lowest = 256
  private var heap: [(value: Float, age: UInt32, index: Int32)] = []
  private var age: UInt32 = 0

  init(isSmall: Bool) {
    levels = [[Int32]](repeating: [], count: isSmall ? 256 : 0)
    heads = [Int](repeating: 0, count: levels.count)
  }

  mutating func push(_ index: Int, _ value: Float) {
    guard levels.isEmpty else {
      let level = Int(value)
      levels[level].append(Int32(truncatingIfNeeded: index))
      lowest = min(lowest, level)
      return
    }
    heap.append((value, age, Int32(truncatingIfNeeded: index)))
    age &+= 1
    var place = heap.count - 1
    while place > 0, isBefore(place, (place - 1) / 2) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func pop() -> Int? {
    if levels.isEmpty { return popHeap() }
    while lowest < levels.count {
      if heads[lowest] < levels[lowest].count {
        heads[lowest] += 1
        return Int(levels[lowest][heads[lowest] - 1])
      }
      levels[lowest].removeAll(keepingCapacity: true)
      heads[lowest] = 0
      lowest += 1
    }
    return nil
  }

  private mutating func popHeap() -> Int? {
    guard let first = heap.first else { return nil }
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var place = 0
    while true {
      var least = place
      for child in 2 * place + 1...2 * place + 2 where child < heap.count && isBefore(child, least) { least = child }
      guard least != place else { return Int(first.index) }
      heap.swapAt(place, least)
      place = least
    }
  }

  private func isBefore(_ one: Int, _ other: Int) -> Bool {
    (heap[one].value, heap[one].age) < (heap[other].value, heap[other].age)
  }
}
