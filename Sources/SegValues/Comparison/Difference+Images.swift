import Basics
import ImageOps
internal import Platform
import SegLang

extension Difference {
  /// - Throws: `CommandProblem.sizesDiffer`.
  package static func requireSameSize(_ old: Size, _ new: Size) throws {
    if old != new { throw CommandProblem.sizesDiffer("the first", old, "the second", new) }
  }

  /// Intensities; what is brighter is blue, what is darker orange.
  package static func images(_ old: GrayImage, _ new: GrayImage) throws -> Difference {
    try requireSameSize(old.size, new.size)
    let peak = Double(old.range.upperBound - old.range.lowerBound)
    let figures = PixelDifference(old.pixels.count) { Double(new.pixels[$0]) - Double(old.pixels[$0]) }
    let scale = figures.largest > 0 ? 255 / figures.largest : 0
    let gray = try ColorImage(old, showing: DisplayWindow(of: old).range)
    var picture = gray
    for pixel in 0..<old.size.count {
      let difference = Double(new.pixels[pixel]) - Double(old.pixels[pixel])
      guard difference != 0, difference.isFinite else { continue }
      let color = (difference > 0 ? NamedColor.skyblue : .orange).rgb
      let (row, column) = (pixel / old.size.width, pixel % old.size.width)
      picture[row, column] = gray[row, column].mixed(with: color, share: 0.25 + 0.75 * min(1, abs(difference) * scale / 255))
    }
    return figures.difference(of: old.size, peak: peak, picture: picture)
  }

  /// Images in color.
  package static func pictures(_ old: ColorImage, _ new: ColorImage) throws -> Difference {
    try requireSameSize(old.size, new.size)
    func level(_ image: ColorImage, _ pixel: Int) -> Double {
      (Double(image.pixels[3 * pixel]) + Double(image.pixels[3 * pixel + 1]) + Double(image.pixels[3 * pixel + 2])) / 3
    }
    // A pixel differs by its channel that differs most.
    let figures = PixelDifference(old.size.count) { pixel in
      (3 * pixel..<3 * pixel + 3).map { Double(new.pixels[$0]) - Double(old.pixels[$0]) }.max { abs($0) < abs($1) } ?? 0
    }
    var picture = ColorImage(size: old.size)
    for pixel in 0..<old.size.count {
      let isSame = (3 * pixel..<3 * pixel + 3).allSatisfy { old.pixels[$0] == new.pixels[$0] }
      let gray = RGB(gray: UInt8(level(old, pixel) / 2))
      picture[pixel / old.size.width, pixel % old.size.width] =
        isSame ? gray : gray.mixed(with: (level(new, pixel) >= level(old, pixel) ? NamedColor.skyblue : .orange).rgb, share: 0.8)
    }
    return figures.difference(of: old.size, peak: 255, picture: picture)
  }
}

/// Pixels held against each other.
private struct PixelDifference {
  private(set) var changed = 0
  private(set) var largest = 0.0
  /// Of absolute differences, over all pixels.
  let mean: Double
  let squares: Double
  let count: Int

  /// - Parameter difference: of a pixel's intensities, the second's less the first's.
  init(_ count: Int, _ difference: (Int) -> Double) {
    var (sum, squares) = (0.0, 0.0)
    for pixel in 0..<count {
      let value = difference(pixel)
      guard value != 0 else { continue }
      changed += 1
      largest = max(largest, abs(value))
      sum += abs(value)
      squares += value * value
    }
    self.count = count
    mean = sum / Double(count)
    self.squares = squares / Double(count)
  }

  func difference(of size: Size, peak: Double, picture: ColorImage) -> Difference {
    let noise = squares > 0 && peak > 0 ? 10 * log10(peak * peak / squares) : nil
    var fields: [(String, any Value)] = [
      ("changed", Double(changed)), ("pixels", Double(count)), ("largest", largest), ("mean", mean), ("rms", squares.squareRoot()),
    ]
    if let noise { fields.append(("psnr", noise)) }
    let share = NumberFormat.percent(Double(changed) / Double(count))
    return Difference(
      isIdentical: changed == 0,
      oneLine: changed == 0
        ? "identical, \(size)"
        : "\(NumberFormat.grouped(changed)) px differ (\(share)), by \(NumberFormat.significant(largest)) at most and \(NumberFormat.significant(mean)) on average"
          + (noise.map { "; PSNR \(NumberFormat.fixed($0, 1)) dB" } ?? ""),
      details: [], fields: fields, picture: picture)
  }
}
