import Basics
import ImageOps
import SegLang

/// A gray image in the language: `Image`.
extension GrayImage: ReadFromFile {
  /// What reading the file decided, changed or left out.
  public var readingNotes: [String] { remarks.map(\.description) }
}

extension GrayImage: Value {
  public static var typeName: String { "Image" }
  public static var typeHelp: String { "A gray image with its bit depth, pixel spacing and source." }
  public static var isImageLike: Bool { true }

  public var oneLine: String {
    let depth = bitDepth > 16 ? "float" : "\(bitDepth)-bit"
    let polarity = polarity == .invertedFromMonochrome1 ? ", MONOCHROME1 shown inverted" : ""
    let part = remarks.lazy.compactMap { if case .firstOf(let count, let unit) = $0 { ", \(unit) 1 of \(count)" } else { nil } }.first
    return "\(size) \(depth)\(polarity)\(part ?? ""), \(spacing.oneLine)"
  }

  public var json: JSON {
    [
      "width": .number(Double(size.width)), "height": .number(Double(size.height)), "depth": .number(Double(bitDepth)),
      "range": .array([.number(Double(range.lowerBound)), .number(Double(range.upperBound))]), "spacing": spacing.json,
      "polarity": .string(polarity == .invertedFromMonochrome1 ? "inverted-from-monochrome1" : "as-stored"),
      "sha256": source.map { .string($0.sha256) } ?? .null,
    ]
  }

  public var contentHash: String? { ContentHash.of(pixels, size: size) }

  public static var properties: [Property] {
    [
      Property("width", "Number of columns.") { (image: GrayImage) in image.size.width },
      Property("height", "Number of rows.") { (image: GrayImage) in image.size.height },
      Property("depth", "Significant bits per pixel in the source file.") { (image: GrayImage) in image.bitDepth },
      Property("spacing", "Pixel spacing; nothing if unknown.") { (image: GrayImage) in
        image.spacing.millimetersPerPixel.map { Length.millimeters($0) }
      },
      Property("spacing_kind", "Source of the spacing: calibrated, detector or unknown.") { (image: GrayImage) in
        image.spacing.word
      },
      Property("area", "Number of pixels.") { (image: GrayImage) in image.size.count },
      Property("min", "Minimum intensity.") { (image: GrayImage) in Double(try image.statistics().minimum) },
      Property("max", "Maximum intensity.") { (image: GrayImage) in Double(try image.statistics().maximum) },
      Property("mean", "Mean intensity.") { (image: GrayImage) in try image.statistics().mean },
      Property("deviation", "Standard deviation of the intensities.") { (image: GrayImage) in try image.statistics().standardDeviation },
      Property("median", "Median intensity.") { (image: GrayImage) in Double(try image.percentile(50)) },
      Property("low", "Lower end of the nominal range, to which percentages refer.") { (image: GrayImage) in
        Double(image.range.lowerBound)
      },
      Property("high", "Upper end of the nominal range.") { (image: GrayImage) in Double(image.range.upperBound) },
      Property("remarks", "Notes from reading the file: assumptions, changes, ignored attributes; nothing if there are none.") {
        (image: GrayImage) in
        image.remarks.isEmpty ? nil : image.remarks.map(\.description).joined(separator: "; ")
      },
      Property("name", "Name of the source file; nothing if the image was not read from a file.") { (image: GrayImage) in
        image.source?.name
      },
      Property("stem", "Name of the source file without extension.") { (image: GrayImage) in image.source.map { Path($0.name).stem } },
      Property("sha256", "SHA-256 digest of the source file; nothing if the image was not read from a file.") { (image: GrayImage) in
        image.source?.sha256
      },
    ]
  }

  /// `x[row, column]` and `x[rows, columns]`, both counted from 0.
  public static var indexing: Indexing? {
    Indexing(2) { (picture: GrayImage, at) in
      let (row, column) = try picture.size.place(at)
      return Double(picture[row, column])
    } slice: { (picture: GrayImage, ranges) in
      try picture.part(ranges)
    }
  }

  public static var operations: [Operation] {
    arithmetic + comparisons + [
      Operation(prefix: .subtract) { (image: GrayImage, _) in
        try image.combined(onto: 0, by: .subtract)
      },
      Operation(.multiply) { (image: GrayImage, mask: Mask, _) in
        let inside = try GrayImage(mask, inside: 1)
        return try image.combined(with: inside, by: .multiply)
      },
    ]
  }

  private static var arithmetic: [Operation] {
    let rows: [(Operator, PixelOperator)] = [
      (.add, .add), (.subtract, .subtract), (.multiply, .multiply), (.divide, .divide), (.power, .power),
    ]
    return rows.flatMap { op, pixelwise in
      [
        Operation(op) { (a: GrayImage, b: GrayImage, context) in
          guard a.size == b.size else { throw ImageError.sizesDiffer(a.size, b.size) }
          noteUndefined(pixelwise, a.pixels.count, context) { (a.pixels[$0], b.pixels[$0]) }
          return try finite(try a.combined(with: b, by: pixelwise), a, b, pixelwise)
        },
        Operation(op) { (a: GrayImage, b: Double, context) in
          if b == 0, pixelwise == .divide { throw ArithmeticProblem.divisionByZero }
          let number = try intensity(b)
          noteUndefined(pixelwise, a.pixels.count, context) { (a.pixels[$0], number) }
          return try finite(try a.combined(with: number, by: pixelwise), a, nil, pixelwise)
        },
        Operation(op) { (a: Double, b: GrayImage, context) in
          let number = try intensity(a)
          noteUndefined(pixelwise, b.pixels.count, context) { (number, b.pixels[$0]) }
          return try finite(try b.combined(onto: number, by: pixelwise), b, nil, pixelwise)
        },
      ]
    } + [
      // A share of intensities is one of the nominal range, as in comparisons.
      Operation(.add) { (a: GrayImage, b: Percentage, _) in
        try a.combined(with: Float(b.fraction) * (a.range.upperBound - a.range.lowerBound), by: .add)
      },
      Operation(.subtract) { (a: GrayImage, b: Percentage, _) in
        try a.combined(with: Float(b.fraction) * (a.range.upperBound - a.range.lowerBound), by: .subtract)
      },
    ]
  }

  private static func intensity(_ number: Double) throws -> Float {
    let value = Float(number)
    guard value.isFinite else { throw ArithmeticProblem.beyondIntensities }
    return value
  }

  /// Notes how many pixels have no quotient or power, and so became 0.
  private static func noteUndefined(_ op: PixelOperator, _ count: Int, _ context: Context, _ operands: (Int) -> (Float, Float)) {
    guard op == .divide || op == .power else { return }
    var undefined = 0
    for index in 0..<count {
      let (a, b) = operands(index)
      if op.isUndefined(a, b) { undefined += 1 }
    }
    guard undefined > 0 else { return }
    let what = op == .divide ? "a divisor of 0" : "no real power"
    context.note(
      "\(NumberFormat.grouped(undefined)) px \(undefined == 1 ? "has" : "have") \(what) and \(undefined == 1 ? "is" : "are") set to 0")
  }

  /// - Throws: `ArithmeticProblem.beyondIntensities` for infinite results of finite intensities.
  private static func finite(_ result: GrayImage, _ a: GrayImage, _ b: GrayImage?, _ op: PixelOperator) throws -> GrayImage {
    let bound: Float = 1e37
    // A range that stays small leaves no room for infinities.
    if op != .power, result.range.lowerBound > -bound, result.range.upperBound < bound, a.range.upperBound < bound { return result }
    guard result.pixels.contains(where: { !$0.isFinite }), a.pixels.allSatisfy(\.isFinite), b?.pixels.allSatisfy(\.isFinite) ?? true else {
      return result
    }
    throw ArithmeticProblem.beyondIntensities
  }

  /// The operators that compare, each with the one that asks the same with its sides exchanged.
  package static let comparisonRows: [(op: Operator, pixelwise: PixelComparison, mirrored: PixelComparison)] = [
    (.less, .less, .greater), (.lessOrEqual, .lessOrEqual, .greaterOrEqual), (.greater, .greater, .less),
    (.greaterOrEqual, .greaterOrEqual, .lessOrEqual), (.equal, .equal, .equal), (.notEqual, .notEqual, .notEqual),
  ]

  private static var comparisons: [Operation] {
    comparisonRows.flatMap { row in
      [
        Operation(row.op) { (a: GrayImage, b: GrayImage, _) in
          try a.compared(with: b, by: row.pixelwise)
        },
        Operation(row.op) { (a: GrayImage, b: Double, _) in
          try a.compared(with: Float(b), by: row.pixelwise)
        },
        Operation(row.op) { (a: Double, b: GrayImage, _) in
          try b.compared(with: Float(a), by: row.mirrored)
        },
        Operation(row.op) { (a: GrayImage, b: Percentage, _) in
          try a.compared(with: a.level(.share(b.fraction)), by: row.pixelwise)
        },
        Operation(row.op) { (a: GrayImage, b: Intensity, _) in
          try a.compared(with: a.level(b), by: row.pixelwise)
        },
      ]
    }
  }

  /// The intensity that a level means on this image.
  package func level(_ intensity: Intensity, within mask: Mask? = nil) throws -> Float {
    switch intensity {
    case .raw(let value): Float(value)
    case .share(let share): range.lowerBound + Float(share) * (range.upperBound - range.lowerBound)
    case .percentile(let share): try percentile(share * 100, within: mask)
    }
  }

  /// A difference of intensities: a number, or a share of the range; above 0.
  package func difference(_ intensity: Intensity, _ name: String) throws -> Double {
    let value: Double? =
      switch intensity {
      case .raw(let value): value
      case .share(let share): share * Double(range.upperBound - range.lowerBound)
      case .percentile: nil
      }
    guard let value, value > 0, value.isFinite else {
      throw CommandProblem.outOfRange(name, intensity.oneLine, "a positive intensity or percentage of the range, such as 10 or 5%")
    }
    return value
  }
}

extension Spacing {
  /// The kind in one word of the language.
  package var word: String {
    switch self {
    case .unknown: "unknown"
    case .calibrated: "calibrated"
    case .detectorPlane: "detector"
    }
  }
}
