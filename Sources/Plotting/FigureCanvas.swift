import ImageOps

/// Paper that a figure is drawn on, in points (1/72 inch) from its upper left corner, x to the right and y downward.
public protocol FigureCanvas {
  /// Fills a polygon; `opacity` is 0 to 1.
  func fill(_ corners: [Point], _ color: RGB, opacity: Double)
  /// Draws a line along points; `dash` holds the lengths of dashes and gaps; empty for a solid line.
  func stroke(_ points: [Point], _ color: RGB, width: Double, dash: [Double])
  /// Fills a disc; `opacity` is 0 to 1.
  func disc(_ center: Point, radius: Double, _ color: RGB, opacity: Double)
  /// Writes a line of text. `share` of its width lies before the point: 0 if the text starts there, 0.5 if it is centered, 1 if it ends there.
  func write(_ text: String, at point: Point, size: Double, _ color: RGB, share: Double, isUpright: Bool)
}

extension Figure {
  /// Returns the width and height of the figure on paper, in points.
  /// - Throws: `Problem`.
  public func paperSize() throws(Problem) -> (width: Double, height: Double) {
    let scene = try FigureScene(self)
    return (scene.width, scene.height)
  }

  /// Draws the figure on paper, as ``svg(note:)`` does.
  /// - Throws: `Problem`.
  public func draw(on canvas: some FigureCanvas) throws(Problem) {
    for item in try FigureScene(self).items {
      switch item {
      case .polygon(let corners, let color, let opacity): canvas.fill(corners, color, opacity: opacity)
      case .polyline(let points, let color, let width, let dash): canvas.stroke(points, color, width: width, dash: dash)
      case .disc(let center, let radius, let color, let opacity): canvas.disc(center, radius: radius, color, opacity: opacity)
      case .text(let text):
        let share =
          switch text.anchor {
          case .start: 0.0
          case .middle: 0.5
          case .end: 1.0
          }
        canvas.write(text.text, at: text.at, size: text.size, text.color, share: share, isUpright: text.isUpright)
      }
    }
  }
}
