import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// How points become a region.
package enum CorrectionShape: String, Choice {
  case polygon, ellipse, rectangle, fill

  package var choiceHelp: String {
    switch self {
    case .polygon: "3 or more points, closed automatically; also for lasso outlines"
    case .ellipse: "2 points: opposite corners of its bounding box"
    case .rectangle: "2 points: opposite corners"
    case .fill: "1 or more points: fills the hole, or removes the region, at each point"
    }
  }

  /// - Throws: `CommandProblem.wrongPointCount`.
  package func check(_ points: [FinePoint]) throws {
    let (holds, wanted) =
      switch self {
      case .polygon: (points.count >= 3, "3 or more points")
      case .ellipse, .rectangle: (points.count == 2, "2 points, opposite corners")
      case .fill: (!points.isEmpty, "1 or more points")
      }
    if !holds { throw CommandProblem.wrongPointCount(rawValue, wanted: wanted, given: points.count) }
  }

  /// The region, of shapes that do not depend on what is there already; nil for `fill`.
  package func mask(_ points: [FinePoint], on size: Size, spacing: Spacing) throws -> Mask? {
    try check(points)
    switch self {
    case .polygon: return try Mask(size: size, polygons: [points], spacing: spacing)
    case .ellipse: return Mask(size: size, ellipse: points[0], points[1], spacing: spacing)
    case .rectangle: return Mask(size: size, rectangle: points[0], points[1], spacing: spacing)
    case .fill: return nil
    }
  }
}

/// The part of a segmentation that is corrected.
package enum CorrectionLayer: String, Choice {
  case opacity, rightLung, leftLung

  package var choiceHelp: String {
    switch self {
    case .opacity: "the opacity, inside the lungs only"
    case .rightLung: "the patient's right lung, on the left of the image"
    case .leftLung: "the patient's left lung"
    }
  }

  package var channel: SegmentationChannel {
    switch self {
    case .opacity: .opacity
    case .rightLung: .rightLung
    case .leftLung: .leftLung
    }
  }
}
