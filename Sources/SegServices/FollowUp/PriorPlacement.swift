import Basics
import ImageOps

/// How an earlier X-ray comes to lie on a later one.
package struct PriorPlacement: Sendable, Equatable {
  package enum Way: Sendable, Equatable {
    /// By mutual information of both images.
    case registered(RegistrationModel)
    /// The box around the lungs on that of the later lungs.
    case lungs
    /// The whole on the whole.
    case frame
  }

  package let way: Way
  /// From pixels of the later image to places in the earlier one.
  package let map: AffineMap
  /// How far both lungs then agree (Dice), where both are known.
  package let agreement: Double?

  /// "registered (affine), lungs overlap 93 %"
  package var words: String {
    let way =
      switch way {
      case .registered(let model): "registered (\(model.rawValue))"
      case .lungs: "aligned to the lungs, not registered"
      case .frame: "aligned to the image frame, not registered"
      }
    return way + (agreement.map { ", lungs overlap \(NumberFormat.percent($0))" } ?? "")
  }

  /// Where lungs are known on both, a registration counts when they agree to at least this, and no worse by `margin` than when their boxes are laid on each other:
  /// another pose, or a device that moved, may lead it astray.
  private static let least = 0.8
  private static let margin = 0.02

  /// The way that brings most together.
  ///
  /// - Parameters:
  ///   - registrations: of the earlier image onto the later one, the freest first; none where one of both has no image.
  ///   - later: size of the later image, and its lungs.
  ///   - earlier: the same of the earlier one.
  /// - Complexity: O(256²) for each way.
  package init(
    registrations: [(model: RegistrationModel, found: Registration)], later: (size: Size, lungs: Mask?), earlier: (size: Size, lungs: Mask?)
  ) {
    let frame = AffineMap(rows: 0..<later.size.height, 0..<later.size.width, to: 0..<earlier.size.height, 0..<earlier.size.width)
    guard let lungs = later.lungs, let earlierLungs = earlier.lungs, let box = lungs.boundingBox, let other = earlierLungs.boundingBox
    else {
      // Without lungs nothing tells whether it went well but that it is small.
      let found = registrations.first { $0.found.isSmall(from: later.size, to: earlier.size) }
      self.init(way: found.map { .registered($0.model) } ?? .frame, map: found?.found.map ?? frame, agreement: nil)
      return
    }
    let boxes = AffineMap(rows: box.rows, box.columns, to: other.rows, other.columns)
    let reached = lungs.agreement(with: earlierLungs, under: boxes)
    var best = PriorPlacement(way: .lungs, map: boxes, agreement: reached)
    var most = max(Self.least, reached - Self.margin)
    for (model, found) in registrations {
      let agreement = lungs.agreement(with: earlierLungs, under: found.map)
      // Of equal ones the freest, which comes first.
      guard agreement > most || (agreement == most && best.way == .lungs) else { continue }
      best = PriorPlacement(way: .registered(model), map: found.map, agreement: agreement)
      most = agreement
    }
    self = best
  }

  private init(way: Way, map: AffineMap, agreement: Double?) { (self.way, self.map, self.agreement) = (way, map, agreement) }
}

extension AffineMap {
  /// A rectangle of pixels onto another, edges on edges.
  fileprivate init(rows: Range<Int>, _ columns: Range<Int>, to otherRows: Range<Int>, _ otherColumns: Range<Int>) {
    func line(_ from: Range<Int>, _ to: Range<Int>) -> (scale: Double, offset: Double) {
      let scale = Double(to.count) / Double(max(1, from.count))
      return (scale, Double(to.lowerBound) - 0.5 - (Double(from.lowerBound) - 0.5) * scale)
    }
    let (down, across) = (line(rows, otherRows), line(columns, otherColumns))
    self.init(
      down: Step(row: down.scale, column: 0), across: Step(row: 0, column: across.scale),
      origin: Step(row: down.offset, column: across.offset))
  }
}

extension Registration {
  /// Whether it turns by at most 10 degrees, enlarges by at most a quarter and moves the center by less than 18 % of the longer side, beyond laying frame on
  /// frame.
  fileprivate func isSmall(from size: Size, to other: Size) -> Bool {
    let scale = (row: Double(other.height) / Double(size.height), column: Double(other.width) / Double(size.width))
    func length(_ step: AffineMap.Step) -> Double {
      let (row, column) = (step.row / scale.row, step.column / scale.column)
      return (row * row + column * column).squareRoot()
    }
    let center = map.place(row: Double(size.height - 1) / 2, column: Double(size.width - 1) / 2)
    let moved = max(
      abs(center.row - Double(other.height - 1) / 2) / scale.row, abs(center.column - Double(other.width - 1) / 2) / scale.column)
    return abs(degrees) <= 10 && [map.down, map.across].allSatisfy { (0.8...1.25).contains(length($0)) }
      && moved < 0.18 * Double(max(size.width, size.height))
  }
}

extension Mask {
  /// Dice of this mask and of another seen through a map, on at most 256 × 256 pixels.
  fileprivate func agreement(with other: Mask, under map: AffineMap) -> Double {
    let (rowStep, columnStep) = ((size.height + 255) / 256, (size.width + 255) / 256)
    // What of the other comes to lie outside counts too, by its area here.
    let scale = abs(map.down.row * map.across.column - map.down.column * map.across.row)
    guard scale > 0 else { return 0 }
    var (here, both) = (0, 0)
    for row in stride(from: rowStep / 2, to: size.height, by: rowStep) {
      for column in stride(from: columnStep / 2, to: size.width, by: columnStep) where self[row, column] {
        here += 1
        let place = map.place(row: Double(row), column: Double(column))
        guard abs(place.row) < 1e6, abs(place.column) < 1e6 else { continue }
        let (down, across) = (Int(place.row.rounded()), Int(place.column.rounded()))
        if other.size.contains(row: down, column: across), other[down, across] { both += 1 }
      }
    }
    let there = Double(other.count) / scale / Double(rowStep * columnStep)
    return Double(here) + there > 0 ? min(1, 2 * Double(both) / (Double(here) + there)) : 0
  }
}
