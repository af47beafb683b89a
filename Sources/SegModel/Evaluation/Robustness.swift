import Basics
import ImageOps
internal import Platform

/// How much a model's result changes when an image is altered without changing its content, and whether it detects images outside its intended use.
public struct Robustness: Sendable {
  /// An alteration of an image: one that would not change a careful reader's answer, or one (from `inverted` on) that should raise a warning.
  public enum Disturbance: String, Sendable, CaseIterable {
    /// No alteration.
    case unchanged = "unchanged"
    /// JPEG compression at quality 30.
    case jpeg30 = "JPEG, quality 30"
    /// Resampling to half the size.
    case half = "resized to 50 %"
    /// Resampling to twice the size.
    case twice = "resized to 200 %"
    /// Brightness reduced by 20 % of the range.
    case darker = "brightness -20 %"
    /// Brightness increased by 20 % of the range.
    case brighter = "brightness +20 %"
    /// Contrast reduced by 20 % about the middle of the range.
    case flatter = "contrast -20 %"
    /// Contrast increased by 20 % about the middle of the range.
    case steeper = "contrast +20 %"
    /// Rotation by 10° counterclockwise.
    case turnedLeft = "rotated 10 degrees counterclockwise"
    /// Rotation by 10° clockwise.
    case turnedRight = "rotated 10 degrees clockwise"
    /// Gamma 0.7, which brightens.
    case gamma07 = "gamma 0.7"
    /// Gamma 1.4, which darkens.
    case gamma14 = "gamma 1.4"
    /// Black borders of 10 % of the width on both sides.
    case blackSides = "black borders of 10 % on both sides"
    /// A white frame of 5 % of the sides.
    case whiteFrame = "white frame of 5 %"
    /// Normal noise with a standard deviation of 5 % of the range.
    case noise = "5 % noise"
    /// Intensities multiplied by 16, as from a 12-bit detector.
    case deeper = "12 bits instead of 8"
    /// Inverted intensities.
    case inverted = "inverted (MONOCHROME1 read as MONOCHROME2)"
    /// Rotation by 90° counterclockwise.
    case quarterLeft = "rotated 90 degrees counterclockwise"
    /// Rotation by 90° clockwise.
    case quarterRight = "rotated 90 degrees clockwise"
    /// Rotation by 180°.
    case upsideDown = "upside down"
    /// Left and right exchanged.
    case mirrored = "mirrored"
    /// Cropped to 60 % of each side, from the lower right.
    case cropped = "cropped to the lower right 60 %"
    /// The left 60 % of the width set to black.
    case covered = "left 60 % blacked out"

    /// Whether the image is then outside the model's intended use, so that the model should raise a doubt.
    public var isCorrupted: Bool {
      [.inverted, .quarterLeft, .quarterRight, .upsideDown, .mirrored, .cropped, .covered].contains(self)
    }

    /// Whether pixels stay in their place.
    var keepsPlaces: Bool { !isCorrupted && ![.half, .twice, .turnedLeft, .turnedRight, .blackSides, .whiteFrame].contains(self) }

    /// - Throws: `CodecError`, `ImageError`.
    func applied(to image: GrayImage) throws -> GrayImage {
      let (low, high) = (image.range.lowerBound, image.range.upperBound)
      func mapped(_ change: (Float) -> Float) -> GrayImage {
        image.with(pixels: image.pixels.map { low + (high - low) * min(max(change(high > low ? ($0 - low) / (high - low) : 0), 0), 1) })
      }
      switch self {
      case .unchanged: return image
      case .jpeg30: return try GrayImage.decode(image.encoded(as: .jpeg, options: EncodingOptions(jpegQuality: 30)), name: "disturbed.jpg")
      case .half: return try image.resampled(to: Size(width: max(1, image.size.width / 2), height: max(1, image.size.height / 2)))
      case .twice: return try image.resampled(to: Size(width: 2 * image.size.width, height: 2 * image.size.height), using: .bilinear)
      case .darker: return mapped { $0 - 0.2 }
      case .brighter: return mapped { $0 + 0.2 }
      case .flatter: return mapped { ($0 - 0.5) * 0.8 + 0.5 }
      case .steeper: return mapped { ($0 - 0.5) * 1.2 + 0.5 }
      case .turnedLeft: return try image.rotated(degrees: 10, fill: low)
      case .turnedRight: return try image.rotated(degrees: -10, fill: low)
      case .gamma07: return mapped { Float(pow(Double($0), 0.7)) }
      case .gamma14: return mapped { Float(pow(Double($0), 1.4)) }
      case .blackSides: return try image.padded(left: image.size.width / 10, right: image.size.width / 10, with: .constant(low))
      case .whiteFrame:
        let (rows, columns) = (image.size.height / 20, image.size.width / 20)
        return try image.padded(top: rows, bottom: rows, left: columns, right: columns, with: .constant(high))
      case .noise:
        var generator = SeededGenerator(seed: 5)
        return image.with(pixels: image.pixels.map { $0 + Float(generator.normal()) * 0.05 * (high - low) })
      case .inverted: return mapped { 1 - $0 }
      case .quarterLeft: return try image.rotated(quarterTurns: 1)
      case .quarterRight: return try image.rotated(quarterTurns: -1)
      case .upsideDown: return try image.rotated(quarterTurns: 2)
      case .mirrored: return try image.flipped(.horizontal)
      case .cropped:
        let size = Size(width: max(1, image.size.width * 3 / 5), height: max(1, image.size.height * 3 / 5))
        return try image.cropped(row: image.size.height - size.height, column: image.size.width - size.width, size: size)
      case .covered:
        let edge = image.size.width * 3 / 5
        return image.with(pixels: image.pixels.enumerated().map { $0.offset % image.size.width < edge ? low : $0.element })
      case .deeper: return GrayImage(size: image.size, pixels: image.pixels.map { $0 * 16 }, range: low * 16...high * 16, bitDepth: 12)
      }
    }
  }

  /// The results for one disturbance over all images.
  public struct Row: Sendable, Equatable {
    /// The disturbance.
    public let disturbance: Disturbance
    /// The number of images.
    public let images: Int
    /// The number of images with a percentage before and after.
    public let count: Int
    /// The number of images in which lungs were found before but not after.
    public let lost: Int
    /// The number of images for which the model raised a doubt.
    public let doubted: Int
    /// The mean absolute change of the opaque percentage of both lungs, in percentage points; nil if `count` is 0.
    public let meanChange: Double?
    /// The largest absolute change, in percentage points; nil if `count` is 0.
    public let worstChange: Double?
    /// The 95th percentile of the absolute change, in percentage points; nil if `count` is 0.
    public let usualChange: Double?
    /// The mean Dice coefficient of the lungs with those of the unaltered image; nil if the disturbance moves pixels.
    public let meanLungsDice: Double?
  }

  /// The results, one row per disturbance.
  public let rows: [Row]

  /// Segments every image with every disturbance.
  /// - Parameters:
  ///   - segmenter: Returns the model for a case.
  ///   - onCase: Called with the number of images done after each.
  /// - Throws: Errors of reading; `CancellationError`.
  public init(
    of segmenter: (CaseRecord) -> Segmenter, on records: [CaseRecord],
    onCase: (Int) -> Void = { _ in }
  ) throws {
    let cancellation = Cancellation.current
    var changes: [Disturbance: [(before: Double?, after: Severity, dice: Double?)]] = [:]
    for (index, record) in records.enumerated() {
      let image = try record.image()
      let segmenter = segmenter(record)
      let before = try segmenter.segment(image)
      let percent = try Severity(before).percent?.value
      for disturbance in Disturbance.allCases {
        try cancellation.check()
        let after = try segmenter.segment(disturbance.applied(to: image))
        let dice =
          disturbance.keepsPlaces && after.size == before.size
          ? try Overlap(of: after.lungs.foreground, against: before.lungs.foreground).dice : nil
        changes[disturbance, default: []].append((percent, try Severity(after), dice))
      }
      onCase(index + 1)
    }
    rows = Disturbance.allCases.map { disturbance in
      let all = changes[disturbance] ?? []
      let moved = all.compactMap { item in item.before.flatMap { before in item.after.percent.map { abs($0.value - before) } } }
      return Row(
        disturbance: disturbance, images: all.count, count: moved.count, lost: all.count { $0.before != nil && $0.after.percent == nil },
        doubted: all.count { $0.after.doubt != nil },
        meanChange: Statistics.mean(moved), worstChange: moved.max(), usualChange: Statistics.quantile(moved, 0.95),
        meanLungsDice: Statistics.mean(all.compactMap(\.dice)))
    }
  }

  /// The rows as aligned columns of text: disturbances that should change nothing, then those that should raise a doubt.
  public var table: String {
    let width = Disturbance.allCases.map(\.rawValue.count).max() ?? 0
    func aligned(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
    func padded(_ text: String) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
    func cell(_ value: Double?, _ width: Int) -> String { aligned(value.map { NumberFormat.tabulated($0) } ?? "-", width) }
    var lines = [
      padded("Change in percent opaque (points)") + aligned("n", 6) + aligned("mean", 9) + aligned("95 %", 9) + aligned("worst", 9)
        + aligned("lungs Dice", 12) + aligned("no lungs", 10) + aligned("warned", 9)
    ]
    for row in rows where !row.disturbance.isCorrupted {
      lines.append(
        padded(row.disturbance.rawValue) + aligned("\(row.count + row.lost)", 6) + cell(row.meanChange, 9) + cell(row.usualChange, 9)
          + cell(row.worstChange, 9) + cell(row.meanLungsDice, 12) + aligned("\(row.lost)", 10) + aligned("\(row.doubted)", 9))
    }
    lines += ["", padded("Images outside the model's intended use") + aligned("n", 6) + aligned("warned", 9)]
    for row in rows where row.disturbance.isCorrupted {
      lines.append(padded(row.disturbance.rawValue) + aligned("\(row.images)", 6) + aligned("\(row.doubted)", 9))
    }
    return lines.map { "\($0)\n" }.joined()
  }
}
