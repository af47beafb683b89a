import Glibc

/// Curves over a common axis, drawn for reports: training losses, scores, profiles.
public struct LinePlot: Sendable, Equatable {
  public struct Series: Sendable, Equatable {
    public var name: String
    public var points: [Point]
    /// Nil takes the next colour of ``NamedColor/cycle``.
    public var color: RGB?

    public init(_ name: String, points: [Point], color: RGB? = nil) {
      self.name = name
      self.points = points
      self.color = color
    }

    /// Values at 0, 1, 2, …
    public init(_ name: String, values: [Double], color: RGB? = nil) {
      self.init(name, points: values.enumerated().map { Point(x: Double($0.offset), y: $0.element) }, color: color)
    }
  }

  public struct Point: Hashable, Sendable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  public enum Scale: String, CaseIterable, Hashable, Sendable {
    case linear
    /// Base 10; numbers that are not positive are left out.
    case logarithmic
  }

  public var title: String
  public var xLabel: String
  public var yLabel: String
  public var series: [Series]
  public var xScale: Scale
  public var yScale: Scale
  /// Limits of the vertical axis; nil for those of the data.
  public var yLimits: ClosedRange<Double>?

  public init(
    title: String = "", xLabel: String = "", yLabel: String = "", series: [Series], xScale: Scale = .linear, yScale: Scale = .linear,
    yLimits: ClosedRange<Double>? = nil
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.xScale = xScale
    self.yScale = yScale
    self.yLimits = yLimits
  }

  /// The plot on white. Points that are not finite break the curve; without any point the axes run from 0 to 1.
  /// - Throws: `PictureError.invalidSize` unless the sides are in 120...8192 px.
  public func drawn(size: Size = Size(width: 960, height: 600)) throws -> ColorImage {
    guard (120...8192).contains(size.width), (120...8192).contains(size.height) else { throw PictureError.invalidSize(size) }
    let text = max(11, min(size.width / 60, size.height / 30))
    let xAxis = PlotAxis(series.flatMap { $0.points.filter { $0.y.isFinite }.map(\.x) }, scale: xScale, limits: nil)
    let yAxis = PlotAxis(series.flatMap { $0.points.map(\.y) }, scale: yScale, limits: yLimits)
    let tickWidth = yAxis.ticks.compactMap { TextBitmap($0.label, pixels: text)?.size.width }.max() ?? 0
    let top = text + (title.isEmpty ? 0 : 2 * text) + (yLabel.isEmpty ? 0 : text)
    let frame = Frame(
      left: min(size.width / 3, tickWidth + 2 * text), right: size.width - text * 3 / 2, top: top,
      bottom: max(top + 8, size.height - (xLabel.isEmpty ? 5 : 8) * text / 2))
    var canvas = ColorImage(size: size, filledWith: RGB(gray: 255))
    draw(xAxis, yAxis, in: frame, on: &canvas, text: text)
    let width = max(1.5, Double(text) / 8)
    var places: [PixelPoint] = []
    for (index, series) in series.enumerated() {
      let color = series.color ?? NamedColor.cycled(index)
      var run: [PixelPoint] = []
      for point in series.points + [Point(x: .nan, y: .nan)] {
        if let x = xAxis.fraction(of: point.x), let y = yAxis.fraction(of: point.y) {
          run.append(frame.place(x, y))
        } else {
          if run.count == 1 { canvas.point(at: run[0], radius: 1.5 * width, with: color) }
          canvas.polyline(run, with: color, width: width)
          places += run
          run = []
        }
      }
    }
    drawLegend(in: frame, avoiding: places, on: &canvas, text: text)
    return canvas
  }

  private struct Frame {
    let left, right, top, bottom: Int

    func place(_ x: Double, _ y: Double) -> PixelPoint {
      PixelPoint(
        row: Double(bottom) - min(max(y, 0), 1) * Double(bottom - top), column: Double(left) + min(max(x, 0), 1) * Double(right - left))
    }
  }

  private func draw(_ xAxis: PlotAxis, _ yAxis: PlotAxis, in frame: Frame, on canvas: inout ColorImage, text: Int) {
    let (ink, grid) = (RGB(gray: 40), RGB(gray: 222))
    for tick in xAxis.ticks {
      let column = Int(frame.place(tick.fraction, 0).column.rounded())
      canvas.fill(row: frame.top, column: column, size: Size(width: 1, height: frame.bottom - frame.top), with: grid)
      canvas.write(tick.label, row: frame.bottom + text / 3, column: column, pixels: text, with: ink, anchor: .center)
    }
    for tick in yAxis.ticks {
      let row = Int(frame.place(0, tick.fraction).row.rounded())
      canvas.fill(row: row, column: frame.left, size: Size(width: frame.right - frame.left, height: 1), with: grid)
      canvas.write(tick.label, row: row - text * 2 / 3, column: frame.left - text / 2, pixels: text, with: ink, anchor: .right)
    }
    canvas.stroke(
      row: frame.top, column: frame.left, size: Size(width: frame.right - frame.left + 1, height: frame.bottom - frame.top + 1),
      with: RGB(gray: 120))
    let middle = (frame.left + frame.right) / 2
    canvas.write(title, row: text / 2, column: middle, pixels: text * 4 / 3, with: ink, anchor: .center)
    canvas.write(xLabel, row: canvas.size.height - text * 2, column: middle, pixels: text, with: ink, anchor: .center)
    canvas.write(yLabel, row: frame.top - text * 3 / 2, column: text / 2, pixels: text, with: ink)
  }

  /// The legend, in the corner that hides the fewest points.
  private func drawLegend(in frame: Frame, avoiding places: [PixelPoint], on canvas: inout ColorImage, text: Int) {
    let named = series.enumerated().filter { !$0.element.name.isEmpty }
    let bitmaps = named.map { TextBitmap($0.element.name, pixels: text) }
    guard let widest = bitmaps.compactMap({ $0?.size.width }).max() else { return }
    let box = Size(width: widest + 4 * text, height: (named.count * 3 + 1) * text / 2)
    let tops = [frame.top + text / 2, frame.bottom - box.height - text / 2]
    let lefts = [frame.right - box.width - text / 2, frame.left + text / 2]
    var best = (hidden: Int.max, top: tops[0], left: lefts[0])
    for top in tops {
      for left in lefts {
        let hidden = places.filter {
          (Double(top)...Double(top + box.height)).contains($0.row) && (Double(left)...Double(left + box.width)).contains($0.column)
        }.count
        if hidden < best.hidden { best = (hidden, top, left) }
      }
    }
    let (top, left) = (best.top, best.left)
    canvas.fill(row: top, column: left, size: box, with: RGB(gray: 255), opacity: 0.85)
    canvas.stroke(row: top, column: left, size: box, with: RGB(gray: 200))
    for (index, entry) in named.enumerated() {
      let row = top + text / 2 + index * text * 3 / 2
      canvas.fill(
        row: row + text / 2, column: left + text / 2, size: Size(width: 2 * text, height: max(2, text / 6)),
        with: entry.element.color ?? NamedColor.cycled(entry.offset))
      if let bitmap = bitmaps[index] { canvas.draw(bitmap, row: row - text / 8, column: left + 3 * text, with: RGB(gray: 40)) }
    }
  }
}

/// An axis: its limits, and the round numbers on it.
struct PlotAxis: Equatable {
  struct Tick: Equatable {
    let fraction: Double
    let label: String
  }

  private let scale: LinePlot.Scale
  private let low: Double
  private let high: Double
  private(set) var ticks: [Tick] = []

  init(_ values: [Double], scale: LinePlot.Scale, limits: ClosedRange<Double>?) {
    self.scale = scale
    let shown = (limits.map { [$0.lowerBound, $0.upperBound] } ?? values).compactMap { Self.mapped($0, scale) }
    var (low, high) = (shown.min() ?? 0, shown.max() ?? 1)
    if !(high - low > 1e-12 * max(1, abs(high))) { (low, high) = (low - 0.5, high + 0.5) }
    if scale == .linear {
      let step = Self.step(for: high - low)
      if limits == nil { (low, high) = ((low / step).rounded(.down) * step, (high / step).rounded(.up) * step) }
      (self.low, self.high) = (low, high)
      let first = (low / step - 1e-9).rounded(.up)
      let count = max(0, min(20, Int(high / step - first + 1e-9)))
      ticks = (0...count).map { tick(at: (first + Double($0)) * step, label: Self.label((first + Double($0)) * step, step: step)) }
    } else {
      (self.low, self.high) = (low, high)
      let step = max(1, Self.step(for: high - low).rounded(.up))
      if high - low >= 1 {
        for power in stride(from: low.rounded(.up), through: high, by: step) {
          ticks.append(tick(at: power, label: Self.powerLabel(power)))
        }
      }
      if high - low < 2 {
        // Within two decades powers alone are too few.
        for decade in stride(from: low.rounded(.down), through: high, by: 1) {
          let factors = high - low >= 1 ? [2.0, 5] : [1, 1.5, 2, 3, 4, 5, 6, 8]
          for factor in factors where (low...high).contains(decade + log10(factor)) {
            let value = pow(10, decade) * factor
            ticks.append(tick(at: decade + log10(factor), label: Self.label(value, step: pow(10, decade - (factor == 1.5 ? 1 : 0)))))
          }
        }
      }
    }
  }

  /// Where a number stands between the limits (0...1 inside); nil when it has no place.
  func fraction(of value: Double) -> Double? { Self.mapped(value, scale).map { ($0 - low) / (high - low) } }

  private func tick(at mapped: Double, label: String) -> Tick { Tick(fraction: (mapped - low) / (high - low), label: label) }

  private static func mapped(_ value: Double, _ scale: LinePlot.Scale) -> Double? {
    guard value.isFinite, abs(value) < 1e300 else { return nil }
    return scale == .linear ? value : value > 0 ? log10(value) : nil
  }

  /// 1, 2 or 5 times a power of ten, so that about six steps cover the span.
  private static func step(for span: Double) -> Double {
    let raw = span / 6
    let power = pow(10, log10(raw).rounded(.down))
    let factor = raw / power
    return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10)
  }

  private static func powerLabel(_ power: Double) -> String {
    let exponent = Int(power)
    return (-3...4).contains(exponent) ? label(pow(10, power), step: pow(10, power)) : "1e\(exponent)"
  }

  /// The number with as many decimals as the step needs.
  private static func label(_ value: Double, step: Double) -> String {
    guard abs(value) < 1e7, step > 1e-7 else { return "\(Float(value))" }
    let decimals = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
    let scaled = Int((abs(value) * pow(10, Double(decimals))).rounded())
    let digits = String(scaled)
    let sign = value < 0 && scaled != 0 ? "−" : ""
    guard decimals > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }
}
