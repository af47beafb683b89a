import ImageOps

extension Figure {
  /// The default resolution in pixels per inch, as journals require.
  public static let dotsPerInch = 300.0

  /// Encodes the figure as a PNG at ``dotsPerInch``; the file states its resolution, so that it has the figure's width on paper.
  /// - Throws: As ``drawn(dotsPerInch:)``; `CodecError`.
  public func png(text: [ImageText] = []) throws -> [UInt8] {
    try drawn().encoded(as: .png, options: EncodingOptions(compressionLevel: 6, text: text, dotsPerInch: Self.dotsPerInch))
  }

  /// Draws the figure as an image.
  /// - Parameter dotsPerInch: Resolution in pixels per inch, clipped to 36...1200.
  /// - Throws: `Problem`; `ImageError.invalidSize` if the image would have too many pixels.
  public func drawn(dotsPerInch: Double = dotsPerInch) throws -> ColorImage {
    let scene = try FigureScene(self)
    let scale = min(max(dotsPerInch.isFinite ? dotsPerInch : 300, 36), 1200) / 72
    let size = Size(width: Int((scene.width * scale).rounded()), height: Int((min(scene.height, 4000) * scale).rounded()))
    guard size.isValid else { throw ImageError.invalidSize(size) }
    var canvas = ColorImage(size: size, filledWith: PlotStyle.paper)
    func place(_ point: Point) -> PixelPoint { PixelPoint(row: point.y * scale - 0.5, column: point.x * scale - 0.5) }
    for item in scene.items {
      switch item {
      case .polygon(let corners, let color, let opacity):
        canvas.fill(corners.map { Point(x: $0.x * scale, y: $0.y * scale) }, with: color, opacity: opacity)
      case .polyline(let points, let color, let width, let dash):
        let parts = dash.isEmpty ? [points] : Dashes.parts(of: points, by: dash)
        for part in parts { canvas.polyline(part.map(place), with: color, width: width * scale) }
      case .disc(let center, let radius, let color, let opacity):
        canvas.point(at: place(center), radius: radius * scale - 0.5, with: color, opacity: opacity)
      case .text(let text): canvas.write(text, scale: scale)
      }
    }
    return canvas
  }
}

/// A line taken apart into its strokes.
enum Dashes {
  static func parts(of points: [Point], by pattern: [Double]) -> [[Point]] {
    let total = pattern.reduce(0, +)
    guard total > 0.1, var last = points.first else { return [points] }
    var parts: [[Point]] = []
    var part = [last]
    var index = 0
    var left = pattern[0]
    for point in points.dropFirst() {
      var (dx, dy) = (point.x - last.x, point.y - last.y)
      var length = (dx * dx + dy * dy).squareRoot()
      while length > left {
        last = Point(x: last.x + dx / length * left, y: last.y + dy / length * left)
        if index % 2 == 0 { parts.append(part + [last]) }
        part = [last]
        index = (index + 1) % pattern.count
        left = pattern[index]
        (dx, dy) = (point.x - last.x, point.y - last.y)
        length = (dx * dx + dy * dy).squareRoot()
      }
      left -= length
      if index % 2 == 0 { part.append(point) }
      last = point
    }
    if index % 2 == 0, part.count > 1 { parts.append(part) }
    return parts
  }
}

extension ColorImage {
  /// Fills a polygon by the even-odd rule, in pixels from the image's corner; edges are smooth.
  fileprivate mutating func fill(_ corners: [Point], with color: RGB, opacity: Double) {
    guard corners.count > 2, let least = corners.map(\.y).min(), let greatest = corners.map(\.y).max() else { return }
    let rows = max(0, Int(max(least, 0)))..<max(0, min(size.height, Int(min(greatest, 1e6).rounded(.up))))
    guard !rows.isEmpty else { return }
    let samples = 8
    // The edges by the rows that they cross, so that an outline of many corners costs no more than its length.
    var edgesByRow = [[Int]](repeating: [], count: rows.count)
    for index in corners.indices {
      let (a, b) = (corners[index].y, corners[(index + 1) % corners.count].y)
      guard a != b else { continue }
      let first = max(rows.lowerBound, Int(max(0, min(a, b))))
      let last = min(rows.upperBound - 1, Int(max(0, min(max(a, b), 1e6))))
      if first <= last { for row in first...last { edgesByRow[row - rows.lowerBound].append(index) } }
    }
    var coverage = [Double](repeating: 0, count: size.width)
    for row in rows {
      var touched = size.width..<size.width
      for sample in 0..<samples {
        let y = Double(row) + (Double(sample) + 0.5) / Double(samples)
        let crossings = edgesByRow[row - rows.lowerBound].compactMap { index -> Double? in
          let (a, b) = (corners[index], corners[(index + 1) % corners.count])
          guard (a.y <= y) != (b.y <= y) else { return nil }
          return a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x)
        }.sorted()
        for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
          let (start, end) = (max(0, crossings[pair]), min(Double(size.width), crossings[pair + 1]))
          guard start < end else { continue }
          let columns = Int(start)..<min(size.width, Int(end.rounded(.up)))
          touched = min(touched.lowerBound, columns.lowerBound)..<max(columns.upperBound, touched.isEmpty ? 0 : touched.upperBound)
          for column in columns {
            coverage[column] += max(0, min(end, Double(column + 1)) - max(start, Double(column))) / Double(samples)
          }
        }
      }
      for column in touched where coverage[column] > 0 {
        blend(color, row: row, column: column, share: min(1, coverage[column]) * opacity)
        coverage[column] = 0
      }
    }
  }

  fileprivate mutating func write(_ text: FigureScene.Text, scale: Double) {
    guard let bitmap = TextBitmap(text.text, pixels: max(4, Int((text.size * scale).rounded()))) else { return }
    let length = bitmap.size.width
    let before =
      switch text.anchor {
      case .start: 0
      case .middle: length / 2
      case .end: length
      }
    let (row, column) = (Int((text.at.y * scale).rounded()), Int((text.at.x * scale).rounded()))
    guard text.isUpright else {
      draw(bitmap, row: row - bitmap.baseline, column: column - before, with: text.color)
      return
    }
    for y in 0..<bitmap.size.height {
      for x in 0..<length {
        let ink = bitmap.coverage[y * length + x]
        if ink > 0 {
          blend(text.color, row: row + before - x, column: column - bitmap.baseline + y, share: Double(ink) / 255)
        }
      }
    }
  }
}
