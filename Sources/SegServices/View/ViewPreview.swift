import Basics
import ImageOps
import SegLang
import SegModel
import SegValues
import Synchronization

/// A change that a page would ask for if the user let go now.
package enum ViewChange: Sendable, Equatable {
  /// Keeps the pixels above a level.
  case threshold(level: Double)
  /// Adds or removes opacity under a round brush.
  case stroke([FinePoint], radius: Double, removes: Bool)
  /// Adds or removes opacity inside a polygon, an ellipse or a rectangle.
  case shape(CorrectionShape, [FinePoint], removes: Bool)
}

/// Measures what a change would come to before it is made, with the library calls of its command, so that the values while a threshold or a brush
/// moves are those that the command records. What stays the same during a movement is computed once.
package final class ViewPreview: Sendable {
  private let prepared = Mutex<Prepared?>(nil)

  package init() {}

  /// The severity of the value that a line will make.
  ///
  /// - Parameters:
  ///   - change: What the line does; nil for anything that is not a `ViewChange`. The line then runs in a separate session, which is slower.
  ///   - step: The step whose value is changed.
  ///   - line: Builds the line from the names of a subject.
  /// - Returns: Nil where the result has no known lungs.
  /// - Throws: What the command throws; `CancellationError`.
  package func severity(
    after change: ViewChange?, on step: Step, in subject: ViewSubject, registry: Registry, host: Host, line: (ViewSubject) -> String?
  ) throws -> Severity? {
    guard let size = step.value.flatMap({ ViewSceneBuilder.size(of: $0) }), ViewSceneBuilder.hasMeasurableLungs(along: step, size) else {
      return nil
    }
    if let change, let severity = try severity(after: change, on: step, in: subject) { return severity }
    return try Self.severity(running: line, in: subject, registry: registry, host: host)
  }

  /// Nil where the fast way does not lead to the result.
  private func severity(after change: ViewChange, on step: Step, in subject: ViewSubject) throws -> Severity? {
    if case .threshold = change, !subject.corrections(after: step).isEmpty { return nil }
    return try prepared.withLock { prepared in
      if prepared?.step !== step || prepared?.fits(change) != true { prepared = try Prepared(change, step) }
      return try prepared?.severity(after: change)
    }
  }

  private static func severity(running line: (ViewSubject) -> String?, in subject: ViewSubject, registry: Registry, host: Host) throws
    -> Severity?
  {
    var host = host
    host.isInteractive = false
    host.note = { _ in }
    host.write = { _ in }
    host.stepped = { _, _ in }
    let session = Session(registry: registry, host: host)
    let named = subject.namingAllSteps
    for step in named.steps {
      if let value = step.value, let name = named.names[step.id]?.last { session.give(Traced(value, step: step), to: name) }
    }
    guard let line = line(named) else { return nil }
    let outcome = session.execute(line)
    if let error = outcome.diagnostics.first(where: { $0.severity == .error }) { throw error }
    guard let step = session.step(of: "it"), let value = step.value, let region = SegmentationOrMask(value) else { return nil }
    return try SeveritySource(region, lungs: nil, madeBy: step).severity()
  }
}

/// What stays the same while a threshold or a brush moves.
private struct Prepared {
  let step: Step
  private let content: Content
  private let meter: SeverityMeter

  private enum Content {
    case image(GrayImage)
    case probability(ProbabilityMap)
    /// The probability at the size of the image, and the lungs.
    case segmentation(Segmentation, ProbabilityMap, field: Mask)
    case correction(SegmentationOrMask)
  }

  /// Nil for a value that cannot be changed so.
  init?(_ change: ViewChange, _ step: Step) throws {
    guard let value = step.value, let size = ViewSceneBuilder.size(of: value) else { return nil }
    self.step = step
    switch change {
    case .threshold:
      guard let leveled = Leveled(value) else { return nil }
      switch leveled {
      case .image(let image): content = .image(image)
      case .probability(let map): content = .probability(map)
      case .segmentation(let segmentation):
        content = .segmentation(segmentation, try segmentation.probability(), field: segmentation.lungs.foreground)
      }
    case .stroke, .shape:
      guard let region = SegmentationOrMask(value) else { return nil }
      content = .correction(region)
    }
    if case .segmentation(let segmentation) = SegmentationOrMask(value) {
      meter = try SeverityMeter(lungs: segmentation.lungs, segmentation: segmentation)
    } else {
      let origin = ChestOrigin(of: nil, from: [step], size: size)
      guard let lungs = origin.lungs else { return nil }
      meter = try SeverityMeter(lungs: lungs, segmentation: origin.segmentation)
    }
  }

  func fits(_ change: ViewChange) -> Bool {
    if case .correction = content { change.isCorrection } else { !change.isCorrection }
  }

  func severity(after change: ViewChange) throws -> Severity? {
    switch (change, content) {
    case (.threshold(let level), .image(let image)): return try meter.severity(of: image.thresholded(by: .value(Float(level))).mask)
    case (.threshold(let level), .probability(let map)): return try meter.severity(of: map.thresholded(by: .value(Float(level))).mask)
    case (.threshold(let level), .segmentation(let segmentation, let map, let field)):
      let mask = try map.thresholded(by: .value(Float(level)), within: field).mask
      return try meter.severity(of: segmentation.applyingCorrections(to: mask).intersection(field))
    case (.stroke(let points, let radius, let removes), .correction(let region)):
      return try severity(of: region, with: Mask(size: region.size, strokeThrough: points, radius: radius), removes: removes)
    case (.shape(let shape, let points, let removes), .correction(let region)):
      return try shape.mask(points, on: region.size, spacing: region.spacing).flatMap {
        try severity(of: region, with: $0, removes: removes)
      }
    default: return nil
    }
  }

  private func severity(of region: SegmentationOrMask, with drawn: Mask, removes: Bool) throws -> Severity {
    switch region {
    case .mask(let mask): return try meter.severity(of: removes ? mask.subtracting(drawn) : mask.union(drawn))
    case .segmentation(let segmentation):
      let corrected = try (removes ? segmentation.removing(drawn, from: .opacity) : segmentation.adding(drawn, to: .opacity)).segmentation
      // What changes no pixel is no correction, and the severity stays that of the model.
      return try corrected.corrections == segmentation.corrections ? Severity(segmentation) : meter.severity(of: corrected)
    }
  }
}

extension ViewChange {
  fileprivate var isCorrection: Bool { if case .threshold = self { false } else { true } }
}
