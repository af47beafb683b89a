import ImageOps
import SegLang
import SegModel

/// How points become a region.
enum CorrectionShape: String, Choice {
  case polygon, ellipse, rectangle, fill

  var choiceHelp: String {
    switch self {
    case .polygon: "3 points or more, closed by itself; a lasso is one of many points"
    case .ellipse: "2 points: opposite corners of the box that it fills"
    case .rectangle: "2 points: opposite corners"
    case .fill: "a click: the gap, or the region, that each point lies in"
    }
  }

  /// - Throws: `CommandProblem.wrongPointCount`.
  func check(_ points: [FinePoint]) throws {
    let (holds, wanted) =
      switch self {
      case .polygon: (points.count >= 3, "3 points or more")
      case .ellipse, .rectangle: (points.count == 2, "2 points, opposite corners")
      case .fill: (!points.isEmpty, "1 point or more")
      }
    if !holds { throw CommandProblem.wrongPointCount(rawValue, wanted: wanted, given: points.count) }
  }

  /// The region, of shapes that do not depend on what is there already; nil for `fill`.
  func mask(_ points: [FinePoint], on size: Size, spacing: Spacing, polling cancellation: Cancellation) throws -> Mask? {
    try check(points)
    switch self {
    case .polygon: return try Mask(size: size, polygons: [points], spacing: spacing, polling: cancellation)
    case .ellipse: return Mask(size: size, ellipse: points[0], points[1], spacing: spacing)
    case .rectangle: return Mask(size: size, rectangle: points[0], points[1], spacing: spacing)
    case .fill: return nil
    }
  }
}

/// The part of a segmentation that is corrected.
enum CorrectionLayer: String, Choice {
  case opacity, rightLung, leftLung

  var choiceHelp: String {
    switch self {
    case .opacity: "stays inside the lungs"
    case .rightLung: "the patient's right lung, on the left of the picture"
    case .leftLung: "the patient's left lung"
    }
  }

  var channel: SegmentationChannel {
    switch self {
    case .opacity: .opacity
    case .rightLung: .rightLung
    case .leftLung: .leftLung
    }
  }
}
