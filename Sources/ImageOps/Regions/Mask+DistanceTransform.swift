import Basics

extension Mask {
  /// Computes the exact Euclidean distance of every pixel to the nearest pixel outside the mask; 0 outside, infinity if the mask fills the image.
  ///
  /// In pixels, or with `inMillimeters` in mm (row and column spacing may differ). Beyond the image does not count as outside
  /// (`scipy.ndimage.distance_transform_edt`). Squared distances are exact, each result is one rounded square root. O(pixels).
  /// - Throws: ``ImageError/spacingUnknown`` if millimeters are requested and the spacing is unknown; `CancellationError`.
  /// - Source: Felzenszwalb and Huttenlocher, Distance Transforms of Sampled Functions, Theory of Computing 8, 2012.
  public func distanceTransform(inMillimeters: Bool = false) throws -> GrayImage {
    let step = try pixelStep(inMillimeters: inMillimeters)
    let (size, count) = (size, size.count)
    let pixels = try [Float](unsafeUninitializedCapacity: count) { pixels, initialized in
      guard let target = pixels.baseAddress else { return }
      nonisolated(unsafe) let distances = target
      try SquaredDistances(of: self, step: step).forEachRow { row, squares in
        let line = distances + row * size.width
        for column in 0..<size.width { line[column] = Float(squares[column]).squareRoot() }
      }
      initialized = count
    }
    let diagonal = (Double(size.height) * step.row, Double(size.width) * step.column)
    let greatest = Float((diagonal.0 * diagonal.0 + diagonal.1 * diagonal.1).squareRoot())
    return GrayImage(size: size, pixels: pixels, range: 0...greatest, bitDepth: 32, spacing: spacing)
  }

  /// Lengths of one pixel down and across in the wanted unit.
  func pixelStep(inMillimeters: Bool) throws -> (row: Double, column: Double) {
    guard inMillimeters else { return (1, 1) }
    guard let step = spacing.millimeters else { throw ImageError.spacingUnknown }
    return step
  }
}

/// Squared distances to the nearest pixel outside a mask, row by row: first along columns, then the lower envelope of parabolas along each row.
///
/// Distances are 0 outside, so that every run of a row is an envelope of its own, bounded by the pixels beside it. In units of one pixel all
/// figures are whole numbers below 2⁵³, which `Double` holds exactly.
struct SquaredDistances {
  private let runs: RunTable
  private let step: (row: Double, column: Double)
  /// Rows to the nearest pixel outside in the same column; `unreached` where there is none.
  private let columnDistances: [UInt16]
  private static let unreached = UInt16.max

  init(of mask: Mask, step: (row: Double, column: Double)) throws {
    let cancellation = Cancellation.current
    runs = try RunTable(of: mask)
    self.step = step
    let (runs, size) = (runs, mask.size)
    columnDistances = try [UInt16](unsafeUninitializedCapacity: size.count) { target, count in
      guard let base = target.baseAddress else { return }
      nonisolated(unsafe) let distances = base
      try Parallel.forEachBand(of: size.width, grain: 512) { columns in
        Self.sweepDown(columns, of: runs, into: distances)
        try cancellation.check()
        Self.sweepUp(columns, of: runs, into: distances)
      }
      count = size.count
    }
  }

  private static func sweepDown(_ columns: Range<Int>, of runs: RunTable, into distances: UnsafeMutablePointer<UInt16>) {
    let width = runs.size.width
    for row in 0..<runs.size.height {
      let line = distances + row * width
      (line + columns.lowerBound).initialize(repeating: 0, count: columns.count)
      for run in runs.runs(inRow: row) {
        let (start, end) = (max(runs.start(run), columns.lowerBound), min(runs.end(run), columns.upperBound))
        guard start < end else { continue }
        if row == 0 {
          (line + start).update(repeating: unreached, count: end - start)
        } else {
          let above = line - width
          for column in start..<end { line[column] = min(above[column], unreached - 1) + 1 }
        }
      }
    }
  }

  private static func sweepUp(_ columns: Range<Int>, of runs: RunTable, into distances: UnsafeMutablePointer<UInt16>) {
    let width = runs.size.width
    for row in stride(from: runs.size.height - 2, through: 0, by: -1) {
      let line = distances + row * width
      let below = line + width
      for run in runs.runs(inRow: row) {
        let (start, end) = (max(runs.start(run), columns.lowerBound), min(runs.end(run), columns.upperBound))
        guard start < end else { continue }
        for column in start..<end { line[column] = min(line[column], min(below[column], unreached - 1) + 1) }
      }
    }
  }

  /// Calls `body` once for every row with its squared distances, on several threads at once.
  func forEachRow(_ body: @Sendable (_ row: Int, _ squares: UnsafePointer<Double>) throws -> Void) throws {
    let width = runs.size.width
    try columnDistances.withUnsafeBufferPointer { distances in
      nonisolated(unsafe) let distances = distances
      try Parallel.forEachBand(of: runs.size.height, grain: 32) { band in
        try ParabolaEnvelope.with(capacity: width + 2, step: step.column) { envelope in
          try withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { squares in
            guard let line = squares.baseAddress, let distances = distances.baseAddress else { return }
            for row in band {
              line.initialize(repeating: 0, count: width)
              for run in runs.runs(inRow: row) {
                fill(runs.start(run)..<runs.end(run), of: line, from: distances + row * width, with: &envelope)
              }
              try body(row, UnsafePointer(line))
            }
          }
        }
      }
    }
  }

  private func fill(
    _ run: Range<Int>, of line: UnsafeMutablePointer<Double>, from distances: UnsafePointer<UInt16>, with envelope: inout ParabolaEnvelope
  ) {
    // A copy, so that its fields stay in registers.
    var local = envelope
    local.removeAll()
    if run.lowerBound > 0 { local.add(at: run.lowerBound - 1, height: 0) }
    let rowStep = step.row
    for column in run where distances[column] != Self.unreached {
      let length = Double(distances[column]) * rowStep
      local.add(at: column, height: length * length)
    }
    if run.upperBound < runs.size.width { local.add(at: run.upperBound, height: 0) }
    local.evaluate(run, into: line)
    envelope = local
  }
}
