import Basics

/// How an overlay layer is drawn.
public struct OverlayStyle: Hashable, Sendable {
  /// The appearance of an outline, which distinguishes it without color.
  public enum Line: String, Hashable, Sendable {
    /// An unbroken line.
    case solid
    /// Dashes of six times the width, with gaps of four times the width.
    case dashed
    /// An unbroken line of twice the width.
    case thick
  }

  /// The color; nil takes the next color of ``NamedColor/cycle``. Label images always cycle; probability maps use `colorMap`.
  public var color: RGB?
  /// Whether masks and labels are filled; otherwise only their outline is drawn.
  public var isFilled: Bool
  /// Share of the color in filled pixels, 0...1.
  public var opacity: Double
  /// Width of the outline, drawn inside the region's edge, in pixels: 0 for none; nil for a width that suits the image's size.
  public var outlineWidth: Int?
  /// How the outline is drawn. Of label images without filling, every second label is dashed instead.
  public var line: Line
  /// The color map of probability maps.
  public var colorMap: ColorMap

  /// Creates a style; by default filled at 40 % with an outline.
  public init(
    color: RGB? = nil, isFilled: Bool = true, opacity: Double = 0.4, outlineWidth: Int? = nil, line: Line = .solid,
    colorMap: ColorMap = .viridis
  ) {
    self.line = line
    self.color = color
    self.isFilled = isFilled
    self.opacity = opacity
    self.outlineWidth = outlineWidth
    self.colorMap = colorMap
  }

  /// Creates a style that draws only the outline.
  public static func outline(_ color: RGB? = nil, width: Int? = nil, line: Line = .solid) -> OverlayStyle {
    OverlayStyle(color: color, isFilled: false, outlineWidth: width, line: line)
  }
}

/// A mask, label image or probability map to draw over an image, with its name in the legend.
public struct OverlayLayer: Sendable, Equatable {
  /// What a layer shows.
  public enum Content: Sendable, Equatable {
    /// A mask in one color.
    case mask(Mask)
    /// A label image with one color per label.
    case labels(LabelImage)
    /// A probability map by color map; the less probable, the more transparent.
    case probability(ProbabilityMap)
  }

  /// What the layer shows; its size must be the image's.
  public var content: Content
  /// The name in the legend; labels use their own names.
  public var name: String
  /// How the layer is drawn.
  public var style: OverlayStyle

  /// Creates a layer that shows a mask.
  public init(_ mask: Mask, name: String = "", style: OverlayStyle = OverlayStyle()) {
    self.init(.mask(mask), name: name, style: style)
  }

  /// Creates a layer that shows a label image.
  public init(_ labels: LabelImage, name: String = "", style: OverlayStyle = OverlayStyle()) {
    self.init(.labels(labels), name: name, style: style)
  }

  /// Creates a layer that shows a probability map.
  public init(_ map: ProbabilityMap, name: String = "", style: OverlayStyle = OverlayStyle()) {
    self.init(.probability(map), name: name, style: style)
  }

  /// Creates a layer.
  public init(_ content: Content, name: String, style: OverlayStyle) {
    self.content = content
    self.name = name
    self.style = style
  }

  var size: Size {
    switch content {
    case .mask(let mask): mask.size
    case .labels(let labels): labels.size
    case .probability(let map): map.size
    }
  }
}

extension GrayImage {
  /// Draws the image in gray with layers over it, the last on top.
  ///
  /// - Parameters:
  ///   - range: Intensities shown from black to white; by default the nominal range.
  ///   - remarks: Lines of text in the strip below, with or without a legend, such as a warning about what is drawn.
  ///   - hasLegend: Adds a strip below the image with colors and names, widened if the names need it, so that no anatomy is hidden.
  /// - Throws: `ImageError` if a layer's size is not the image's, or opacity or outline width are out of range; `CancellationError`.
  public func overlaid(
    with layers: [OverlayLayer], showing range: ClosedRange<Float>? = nil, hasLegend: Bool = false, remarks: [String] = []
  ) throws -> ColorImage {
    var canvas = try ColorImage(self, showing: range)
    var legend = Legend(for: size)
    var cycle = 0
    for layer in layers {
      guard layer.size == size else { throw ImageError.sizesDiffer(size, layer.size) }
      let style = layer.style
      guard (0...1).contains(style.opacity) else {
        throw ImageError.invalidParameter(name: "opacity", value: style.opacity, allowed: "0 to 1")
      }
      let outline = style.outlineWidth ?? max(1, (min(size.width, size.height) + 200) / 400)
      guard (0...500).contains(outline) else {
        throw ImageError.invalidParameter(name: "outline width", value: Double(outline), allowed: "0 to 500 px")
      }
      switch layer.content {
      case .mask(let mask):
        let color = style.color ?? NamedColor.cycled(cycle)
        cycle += style.color == nil ? 1 : 0
        if style.isFilled { try canvas.tint(mask, with: color, opacity: style.opacity) }
        if outline > 0 {
          var edge = try mask.edge(width: style.line == .thick ? 2 * outline : outline)
          if style.line == .dashed { edge = try edge.subtracting(mask.dashGaps(width: outline)) }
          try canvas.tint(edge, with: color, opacity: 1)
        }
        legend.add(color, layer.name, isFilled: style.isFilled, line: style.line)
      case .labels(let labels):
        try canvas.tint(
          labels, firstColor: cycle, opacity: style.isFilled ? style.opacity : 0, outline: outline, hasDashes: !style.isFilled)
        guard hasLegend else { continue }
        for label in try labels.shownInLegend() {
          let line: OverlayStyle.Line = !style.isFilled && LabelImage.isDashed(label) ? .dashed : .solid
          legend.add(LabelImage.color(label, cycle), labels.names[label] ?? "\(label)", isFilled: style.isFilled, line: line)
        }
      case .probability(let map):
        try canvas.tint(map, with: style.colorMap, opacity: style.opacity)
        legend.add(style.colorMap, layer.name)
      }
    }
    if !hasLegend { legend = Legend(for: size) }
    for remark in remarks { legend.add(remark) }
    return legend.appended(to: canvas)
  }
}

extension LabelImage {
  fileprivate static func color(_ label: UInt32, _ first: Int) -> RGB { NamedColor.cycled(first + Int(label) - 1) }

  /// Whether the outline of a label is dashed where no label is filled.
  fileprivate static func isDashed(_ label: UInt32) -> Bool { label % 2 == 0 }

  /// The least labels that occur, at most as many as can be distinguished.
  fileprivate func shownInLegend() throws -> [UInt32] {
    var shown: Set<UInt32> = []
    try labels.inParts { part in
      var before: UInt32 = 0
      for label in labels[part] where label != before {
        before = label
        shown.insert(label)
      }
    }
    return Array(shown.subtracting([0]).sorted().prefix(2 * NamedColor.cycle.count))
  }

  /// The foreground within `width` px (alternately 4- and 8-neighbors) of a pixel of another label or of the image's edge.
  fileprivate func edge(width: Int) throws -> Mask {
    let (columns, rows, labels) = (size.width, size.height, labels)
    let inner = try Mask(inBands: size, spacing: .unknown) { index in
      let label = labels[index]
      let (row, column) = (index / columns, index % columns)
      guard label != 0, row > 0, row < rows - 1, column > 0, column < columns - 1 else { return false }
      return labels[index - 1] == label && labels[index + 1] == label && labels[index - columns] == label
        && labels[index + columns] == label
    }
    let foreground = try Mask(inBands: size, spacing: .unknown) { labels[$0] != 0 }
    return try foreground.subtracting(inner.shrunk(by: width - 1))
  }
}

extension Mask {
  /// The pixels within `width` px (alternately 4- and 8-neighbors) of one that is not inside; the image's edge counts as outside.
  func edge(width: Int) throws -> Mask {
    try subtracting(shrunk(by: width))
  }

  /// The gaps between the dashes of an outline of this width.
  func dashGaps(width: Int) throws -> Mask {
    let (dash, gap) = (max(4, 6 * width), max(3, 4 * width))
    // Gaps are widened across the line, and thereby by as much along it.
    let short = max(1, gap - 2 * width)
    var middles = Mask(size: size)
    for contour in try contours() {
      // Whole periods, so that no dash or gap at the seam differs from the others.
      let count = contour.vertices.count
      let periods = max(1, count / (dash + gap))
      for (place, vertex) in contour.vertices.enumerated() {
        let phase = place * periods % count / periods
        guard phase < short, count > 2 * (dash + gap) else { continue }
        for row in [vertex.row.rounded(.down), vertex.row.rounded(.up)] {
          for column in [vertex.column.rounded(.down), vertex.column.rounded(.up)] {
            let (row, column) = (Int(row), Int(column))
            if (0..<size.height).contains(row), (0..<size.width).contains(column) { middles[row, column] = true }
          }
        }
      }
    }
    return try middles.dilated(by: .disk(radius: Double(width)))
  }

  fileprivate func shrunk(by steps: Int) throws -> Mask {
    var result = self
    for step in 0..<max(0, steps) {
      if result.isEmpty { break }
      result = try result.shrunkOnce(diagonally: step & 1 == 1)
    }
    return result
  }

  private func shrunkOnce(diagonally: Bool) throws -> Mask {
    let cancellation = Cancellation.current
    var sideways = self
    for row in 0..<size.height {
      try cancellation.checkRow(row)
      let start = row * wordsPerRow
      for word in 0..<wordsPerRow {
        let here = words[start + word]
        let before = word > 0 ? words[start + word - 1] >> 63 : 0
        let after = word + 1 < wordsPerRow ? words[start + word + 1] << 63 : 0
        sideways.words[start + word] = here & (here << 1 | before) & (here >> 1 | after)
      }
    }
    var result = sideways
    let vertical = diagonally ? sideways : self
    for row in 0..<size.height {
      try cancellation.checkRow(row)
      for word in 0..<wordsPerRow {
        let above = row > 0 ? vertical.words[(row - 1) * wordsPerRow + word] : 0
        let below = row + 1 < size.height ? vertical.words[(row + 1) * wordsPerRow + word] : 0
        result.words[row * wordsPerRow + word] &= above & below
      }
    }
    return result
  }
}

extension ColorImage {
  fileprivate mutating func tint(_ mask: Mask, with color: RGB, opacity: Double) throws {
    let cancellation = Cancellation.current
    for row in 0..<size.height {
      try cancellation.checkRow(row)
      for word in 0..<mask.wordsPerRow {
        var bits = mask.words[row * mask.wordsPerRow + word]
        while bits != 0 {
          blend(color, row: row, column: 64 * word + bits.trailingZeroBitCount, share: opacity)
          bits &= bits - 1
        }
      }
    }
  }

  fileprivate mutating func tint(_ labels: LabelImage, firstColor: Int, opacity: Double, outline: Int, hasDashes: Bool) throws {
    let cancellation = Cancellation.current
    var edge = outline > 0 ? try labels.edge(width: outline) : Mask(size: size)
    if outline > 0, hasDashes {
      let values = labels.labels
      let dashed = try Mask(inBands: size, spacing: .unknown) { values[$0] != 0 && LabelImage.isDashed(values[$0]) }
      edge = try edge.subtracting(dashed.dashGaps(width: outline).intersection(dashed))
    }
    for row in 0..<size.height {
      try cancellation.checkRow(row)
      for column in 0..<size.width {
        let label = labels[row, column]
        guard label != 0 else { continue }
        let share = edge[row, column] ? 1 : opacity
        if share > 0 { blend(LabelImage.color(label, firstColor), row: row, column: column, share: share) }
      }
    }
  }

  /// The less probable, the more transparent.
  fileprivate mutating func tint(_ map: ProbabilityMap, with colors: ColorMap, opacity: Double) throws {
    let cancellation = Cancellation.current
    let table = (0...255).map { colors.color(Double($0) / 255) }
    for row in 0..<size.height {
      try cancellation.checkRow(row)
      for column in 0..<size.width {
        let value = map[row, column]
        guard value > 0 else { continue }
        let share = Double(min(value, 1))
        blend(table[Int(share * 255 + 0.5)], row: row, column: column, share: share * opacity)
      }
    }
  }
}
