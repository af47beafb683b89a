import Basics
import ImageOps
import Synchronization
import Testing

struct MorphologyPropertyTests {
  static let footprints: [Footprint] = Footprint.Shape.allCases.flatMap { shape in
    [0, 1, 3.3, 7, 31, 64].map { Footprint(shape, radius: $0) }
  }
  static let sizes = [(1, 1), (129, 3), (3, 77), (64, 64), (200, 150)].map { Size(width: $0.0, height: $0.1) }

  @Test(arguments: footprints) func `opening and closing are idempotent and bound`(_ footprint: Footprint) throws {
    for (index, size) in Self.sizes.enumerated() {
      let mask = Mask.random(size, seed: UInt64(index + 40))
      let opened = try mask.opened(by: footprint)
      let closed = try mask.closed(by: footprint)
      #expect(try opened.opened(by: footprint) == opened, "seed \(index + 40)")
      #expect(try closed.closed(by: footprint) == closed, "seed \(index + 40)")
      #expect(try opened.isSubset(of: mask) && mask.isSubset(of: closed), "seed \(index + 40)")
      #expect(try mask.eroded(by: footprint).isSubset(of: mask) && mask.isSubset(of: mask.dilated(by: footprint)), "seed \(index + 40)")
    }
  }

  @Test(arguments: footprints) func `erosion and dilation are dual`(_ footprint: Footprint) throws {
    for (index, size) in Self.sizes.enumerated() {
      let mask = Mask.random(size, seed: UInt64(index + 50))
      #expect(try mask.eroded(by: footprint) == mask.inverted().dilated(by: footprint).inverted(), "seed \(index + 50)")
    }
  }

  /// The definition, pixel by pixel.
  @Test(arguments: footprints) func `dilation follows the definition`(_ footprint: Footprint) throws {
    let size = Size(width: 131, height: 40)
    let mask = Mask(size: size) { [5, 1000, 2700, 2701, 5239].contains($0) }
    let points = (0..<size.count).filter { mask[$0 / size.width, $0 % size.width] }
    let expected = Mask(size: size) { index in
      points.contains { point in
        let (y, x) = (index / size.width - point / size.width, index % size.width - point % size.width)
        let whole = footprint.radius.rounded(.down)
        return switch footprint.shape {
        case .disk: Double(x * x + y * y) <= footprint.radius * footprint.radius
        case .square: Double(max(abs(x), abs(y))) <= whole
        case .diamond: Double(abs(x) + abs(y)) <= whole
        case .line, nil: y == 0 && Double(abs(x)) <= whole
        }
      }
    }
    #expect(try mask.dilated(by: footprint) == expected)
  }

  @Test(arguments: footprints) func `gray and binary agree`(_ footprint: Footprint) throws {
    let mask = Mask.random(Size(width: 150, height: 120), seed: 60)
    for scale: Float in [1, 255, 40_000, 0.5] {
      let image = GrayImage(
        size: mask.size, pixels: (0..<mask.size.count).map { mask[$0 / mask.size.width, $0 % mask.size.width] ? scale : 0 })
      let opened = try image.opened(by: footprint)
      let expected = try mask.opened(by: footprint)
      #expect(Mask(size: mask.size) { opened.pixels[$0] == scale } == expected, "scale \(scale)")
    }
  }

  @Test func `a radius that is no number or negative is zero and a huge one covers all`() throws {
    let mask = Mask(size: Size(width: 70, height: 3)) { $0 == 100 }
    for radius: Double in [-3, .nan, -.infinity, 0] {
      for shape in Footprint.Shape.allCases { #expect(try mask.dilated(by: Footprint(shape, radius: radius)) == mask) }
    }
    for shape in Footprint.Shape.allCases where shape != .line {
      #expect(try mask.dilated(by: Footprint(shape, radius: .infinity)) == Mask(size: mask.size, filled: true))
      #expect(try mask.eroded(by: Footprint(shape, radius: 1e300)).isEmpty)
    }
  }

  @Test func `metadata stays`() throws {
    var mask = Mask(size: Size(width: 9, height: 9), filled: true, spacing: .calibrated(row: 0.2, column: 0.3))
    mask = try mask.opened(by: .disk(radius: 2))
    #expect(mask.spacing == .calibrated(row: 0.2, column: 0.3))
    let image = GrayImage(
      size: Size(width: 4, height: 4), pixels: [Float](repeating: 7, count: 16), range: 0...4095, bitDepth: 12,
      spacing: .detectorPlane(row: 1, column: 1))
    #expect(try image.opened(by: .disk(radius: 2)) == image)
  }

  @Test func `cancellation stops every operation`() throws {
    let polls = Mutex(0)
    let cancellation = Cancellation {
      polls.withLock {
        $0 += 1
        return $0 > 3
      }
    }
    let mask = Mask(size: Size(width: 300, height: 600), filled: true)
    let image = GrayImage(size: mask.size, filledWith: 0.25)
    for footprint in [Footprint.disk(radius: 9), .square(radius: 9)] {
      polls.withLock { $0 = 0 }
      #expect(throws: CancellationError.self) { try Cancellation.polling(cancellation) { try mask.opened(by: footprint) } }
      polls.withLock { $0 = 0 }
      #expect(throws: CancellationError.self) { try Cancellation.polling(cancellation) { try image.closed(by: footprint) } }
    }
  }
}
