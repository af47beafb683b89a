import Glibc
import ImageOps

/// How much a model's result changes when an image is altered without changing its content, and whether it detects images outside its intended use.
public struct Robustness: Sendable {
  /// An alteration of an image: one that would not change a careful reader's answer, or one (from `inverted` on) that should raise a warning.
  public enum Disturbance: String, Sendable, CaseIterable {
    case unchanged = "unchanged"
    case jpeg30 = "JPEG, quality 30"
    case half = "resized to 50 %"
    case twice = "resized to 200 %"
    case darker = "brightness -20 %"
    case brighter = "brightness +20 %"
    case flatter = "contrast -20 %"
    case steeper = "contrast +20 %"
    case turnedLeft = "rotated 10 degrees counterclockwise"
    case turnedRight = "rotated 10 degrees clockwise"
    case gamma07 = "gamma 0.7"
    case gamma14 = "gamma 1.4"
    case blackSides = "black borders of 10 % on both sides"
    case whiteFrame = "white frame of 5 %"
    case noise = "5 % noise"
    case deeper = "12 bits instead of 8"
    case inverted = "inverted (MONOCHROME1 read as MONOCHROME2)"
    case quarterLeft = "rotated 90 degrees counterclockwise"
    case quarterRight = "rotated 90 degrees clockwise"
    case upsideDown = "upside down"
    case mirrored = "mirrored"
    case cropped = "cropped to the lower right 60 %"
    case covered = "left 60 % blacked out"

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

  /// One disturbance over all images.
  public struct Row: Sendable, Equatable {
    public let disturbance: Disturbance
    public let pictures: Int
    /// Images in which both answers have a percentage.
    public let count: Int
    /// Images in which lungs were found before and not after.
    public let lost: Int
    /// Images that raised a doubt.
    public let doubted: Int
    /// Change of the percentage of both lungs that is opaque, in points; nil without images.
    public let meanChange: Double?
    public let worstChange: Double?
    /// The change that 95 of 100 images stay below.
    public let usualChange: Double?
    /// Mean Dice of the lungs with those of the undisturbed image, where the disturbance leaves pixels in their place.
    public let meanLungsDice: Double?
  }

  public let rows: [Row]

  /// - Parameter onCase: called with the number of images done after each.
  /// - Throws: what reading throws; `CancellationError`.
  public init(
    of segmenter: (CaseRecord) -> Segmenter, on records: [CaseRecord], polling cancellation: Cancellation = .never,
    onCase: (Int) -> Void = { _ in }
  ) throws {
    var changes: [Disturbance: [(before: Double?, after: Severity, dice: Double?)]] = [:]
    for (index, record) in records.enumerated() {
      let image = try record.image()
      let segmenter = segmenter(record)
      let before = try segmenter.segment(image, polling: cancellation)
      let percent = try Severity(before, polling: cancellation).percent?.value
      for disturbance in Disturbance.allCases {
        try cancellation.check()
        let after = try segmenter.segment(disturbance.applied(to: image), polling: cancellation)
        let dice =
          disturbance.keepsPlaces && after.size == before.size
          ? try Overlap(of: after.lungs.foreground, against: before.lungs.foreground).dice : nil
        changes[disturbance, default: []].append((percent, try Severity(after, polling: cancellation), dice))
      }
      onCase(index + 1)
    }
    rows = Disturbance.allCases.map { disturbance in
      let all = changes[disturbance] ?? []
      let moved = all.compactMap { item in item.before.flatMap { before in item.after.percent.map { abs($0.value - before) } } }
      return Row(
        disturbance: disturbance, pictures: all.count, count: moved.count, lost: all.count { $0.before != nil && $0.after.percent == nil },
        doubted: all.count { $0.after.doubt != nil },
        meanChange: Statistics.mean(moved), worstChange: moved.max(), usualChange: Statistics.quantile(moved, 0.95),
        meanLungsDice: Statistics.mean(all.compactMap(\.dice)))
    }
  }

  /// Aligned columns: what should change nothing, then what should raise a doubt.
  public var table: String {
    let width = Disturbance.allCases.map(\.rawValue.count).max() ?? 0
    func aligned(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
    func padded(_ text: String) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
    func cell(_ value: Double?, _ width: Int) -> String { aligned(value.map(Evaluation.text) ?? "-", width) }
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
      lines.append(padded(row.disturbance.rawValue) + aligned("\(row.pictures)", 6) + aligned("\(row.doubted)", 9))
    }
    return lines.map { "\($0)\n" }.joined()
  }
}
