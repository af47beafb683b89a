import Basics
import ImageOps
import SegModel
import SegValues

/// X-rays of one patient in order of time, each laid on the last: what `follow-up` gives.
///
/// Percentages are measured on each X-ray by itself; only the masks of the change depend on the registration.
package struct FollowUp: Sendable {
  /// An X-ray and what was found on it.
  package struct Examination: Sendable {
    /// As given, `2026-03-14`; nil if no dates were given.
    package let date: String?
    /// Nil where it is not known, so that it cannot be registered.
    package let image: GrayImage?
    package let segmentation: Segmentation
    package let severity: Severity

    /// - Throws: `CancellationError`; what measuring throws.
    package init(date: String?, image: GrayImage?, segmentation: Segmentation) throws {
      (self.date, self.image, self.segmentation) = (date, image, segmentation)
      severity = try Severity(segmentation)
    }
  }

  /// Two or more, the earliest first.
  package let examinations: [Examination]
  /// How each but the last lies on the last.
  package let placements: [PriorPlacement]
  /// The opacity of the first X-ray and of the last.
  package let opacity: OpacityChange
  /// Distance in pixels of the last X-ray within which opacity persists.
  package let tolerance: Double
  /// The doubts about the X-rays, in words.
  package let doubts: [String]
  /// What makes the alignment doubtful, in words.
  package let misalignments: [String]

  /// Below this Dice coefficient of the lungs, a placement is doubtful.
  package static let leastOverlap = 0.85
  /// Lungs whose height to width changes by more than this factor show another breath or another projection.
  private static let shapeFactor = 1.25

  /// - Parameters:
  ///   - examinations: Two or more, the earliest first.
  ///   - tolerance: In pixels of the last X-ray.
  /// - Throws: `CommandProblem.emptyRegion` for an X-ray without lungs; `CancellationError`.
  package init(_ examinations: [Examination], tolerance: Double) throws {
    guard let first = examinations.first, let last = examinations.last, examinations.count > 1 else {
      preconditionFailure("two X-rays or more")
    }
    for (index, examination) in examinations.enumerated() where examination.severity.percent == nil {
      throw CommandProblem.emptyRegion("the lung field of \(Self.name(of: index, in: examinations))")
    }
    self.examinations = examinations
    self.tolerance = tolerance
    placements = try examinations.dropLast().map { try PriorPlacement(of: $0, onto: last) }
    let moved = try first.segmentation.pickedThrough(placements[0].map, to: last.segmentation.size, spacing: last.segmentation.spacing)
    opacity = try OpacityChange(
      from: (moved.lungs.foreground, moved.opacity), to: (last.segmentation.lungs.foreground, last.segmentation.opacity),
      tolerance: tolerance)
    doubts = examinations.enumerated().compactMap { index, examination in
      examination.severity.doubt.map { "\(Self.name(of: index, in: examinations)): \($0.finding)" }
    }
    misalignments = Self.misalignments(examinations, placements)
  }

  /// 2 % of the width of the lungs, about 6 mm in an adult: outlines of one region on two X-rays differ by that much.
  package static func standardTolerance(of examination: Examination) -> Double {
    Double(examination.segmentation.lungs.foreground.boundingBox?.columns.count ?? 0) * 0.02
  }

  /// "X-ray 2", or "2026-03-14".
  private static func name(of index: Int, in examinations: [Examination]) -> String {
    examinations[index].date ?? "X-ray \(index + 1)"
  }

  package func name(of index: Int) -> String { Self.name(of: index, in: examinations) }

  /// What makes the comparison doubtful.
  package var warnings: [String] { doubts + misalignments }

  private static func misalignments(_ examinations: [Examination], _ placements: [PriorPlacement]) -> [String] {
    guard let last = examinations.last else { return [] }
    func shape(_ examination: Examination) -> Double {
      examination.segmentation.lungs.foreground.boundingBox.map { Double($0.rows.count) / Double(max(1, $0.columns.count)) } ?? 1
    }
    var warnings: [String] = []
    for (index, (examination, placement)) in zip(examinations, placements).enumerated() {
      let name = name(of: index, in: examinations)
      if case .registered = placement.way {
        if let overlap = placement.agreement, overlap < leastOverlap {
          warnings.append("\(name): poor registration, lungs overlap \(NumberFormat.percent(overlap))")
        }
      } else {
        warnings.append(
          "\(name): \(placement.words)" + (examination.image == nil || last.image == nil ? ", because an X-ray is unknown" : ""))
      }
      let projections = [examination, last].compactMap { $0.image?.source?.examination?.projection }
      let ratio = shape(examination) / shape(last)
      if projections.count == 2, projections[0] != projections[1] {
        warnings.append("\(name): projection \(projections[0].rawValue), the last X-ray \(projections[1].rawValue)")
      } else if !(1 / shapeFactor...shapeFactor).contains(ratio) {
        warnings.append("\(name): the lungs have another shape than on the last X-ray; projection or inspiration may differ")
      }
    }
    return warnings
  }

  // MARK: Change

  /// The change from the first X-ray to another.
  package func change(to index: Int, of figure: KeyPath<Severity, Severity.Figure?> = \.percent) -> SeverityChange? {
    examinations[0].severity.change(to: examinations[index].severity, of: figure)
  }

  /// The change from the first X-ray to the last.
  package func change(of figure: KeyPath<Severity, Severity.Figure?> = \.percent) -> SeverityChange? {
    change(to: examinations.count - 1, of: figure)
  }

  /// The change from the X-ray before.
  package func step(to index: Int) -> SeverityChange? {
    index == 0 ? nil : examinations[index - 1].severity.change(to: examinations[index].severity)
  }
}

extension PriorPlacement {
  /// How one X-ray of a follow-up lies on the last: registered by both models, where both images are known.
  /// - Throws: `CancellationError`.
  fileprivate init(of earlier: FollowUp.Examination, onto later: FollowUp.Examination) throws {
    let models: [RegistrationModel] = earlier.image == nil || later.image == nil ? [] : [.affine, .rigid]
    let registrations = try models.compactMap { model in
      try later.image.flatMap { later in try earlier.image.map { (model: model, found: try $0.registered(to: later, allowing: model)) } }
    }
    self.init(
      registrations: registrations, later: (later.segmentation.size, later.segmentation.lungs.foreground),
      earlier: (earlier.segmentation.size, earlier.segmentation.lungs.foreground))
  }
}
