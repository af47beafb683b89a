import Basics
import Testing

@testable import ImageOps

@Suite struct PhantomTests {
  static let small = Size(width: 192, height: 192)

  @Test func `same seed same bits for any threads`() throws {
    let phantoms = try withThreadCounts { try Phantom.make(seed: 7, size: Self.small) }
    #expect(phantoms[0] == phantoms[1] && phantoms[1] == phantoms[2])
    #expect(try Phantom.make(seed: 8, size: Self.small).image != phantoms[0].image)
  }

  @Test(arguments: UInt64(0)..<12) func `anatomy is plausible`(_ seed: UInt64) throws {
    let phantom = try Phantom.make(seed: seed, size: Self.small, opacity: 0)
    let (right, left) = (phantom.lungs.mask(of: 1), phantom.lungs.mask(of: 2))
    #expect(phantom.opacity.isEmpty)
    let share = Double(right.count + left.count) / Double(Self.small.count)
    #expect((0.2...0.45).contains(share), "lungs cover \(share) of the picture, seed \(seed)")
    #expect((0.95...1.7).contains(Double(right.count) / Double(left.count)), "the heart takes room on the left, seed \(seed)")
    #expect((0..<Self.small.count).allSatisfy { index in !right[index / 192, index % 192] || index % 192 < 110 }, "right lung on the left")
    let lungMean = try phantom.image.statistics(within: phantom.lungs.foreground).mean
    var rest = Mask(size: Self.small)
    for row in 60..<150 { for column in 80..<112 where phantom.lungs[row, column] == 0 { rest[row, column] = true } }
    #expect(try phantom.image.statistics(within: rest).mean > lungMean + 60, "mediastinum is brighter than lung, seed \(seed)")
  }

  @Test(arguments: UInt64(0)..<12) func `the heart is one region between the lungs`(_ seed: UInt64) throws {
    let phantom = try Phantom.make(seed: seed, size: Self.small, opacity: 0)
    let heart = phantom.heart
    #expect(try heart.keepingLargest() == heart && heart.fillingHoles() == heart, "one region without holes, seed \(seed)")
    #expect(try heart.intersectionCount(phantom.lungs.foreground) == 0, "the visible lung ends at the heart, seed \(seed)")
    let lungs = try #require(phantom.lungs.foreground.boundingBox)
    let box = try #require(heart.boundingBox)
    let ratio = Double(box.columns.count) / Double(lungs.columns.count)
    #expect((0.4...0.55).contains(ratio), "cardiothoracic ratio \(ratio), seed \(seed)")
    let middle = Double(lungs.columns.lowerBound + lungs.columns.upperBound) / 2
    #expect(Double(box.columns.upperBound) - middle > middle - Double(box.columns.lowerBound), "most of it lies on the left, seed \(seed)")
  }

  @Test(arguments: [0.0, 0.1, 0.37, 0.8, 1]) func `opacity takes its share`(_ share: Double) throws {
    for seed in UInt64(1)...4 {
      let phantom = try Phantom.make(seed: seed, size: Self.small, opacity: share)
      let lungs = phantom.lungs.foreground
      #expect(abs(Double(phantom.opacity.count) / Double(lungs.count) - share) < 0.015, "seed \(seed)")
      #expect(phantom.opacity.elements.indices.allSatisfy { !phantom.opacity.elements[$0] || lungs.elements[$0] })
    }
  }

  @Test func `opacity is brighter and leaves the rest`() throws {
    let clear = try Phantom.make(seed: 5, size: Self.small, opacity: 0, noise: 0)
    let ill = try Phantom.make(seed: 5, size: Self.small, opacity: 0.3, noise: 0)
    #expect(clear.lungs == ill.lungs)
    let before = try clear.image.statistics(within: ill.opacity).mean
    let after = try ill.image.statistics(within: ill.opacity).mean
    #expect(after > before + 12)
  }

  @Test func `size does not change the anatomy`() throws {
    let large = try Phantom.make(seed: 3, size: Size(width: 384, height: 384))
    let small = try Phantom.make(seed: 3, size: Self.small)
    let shrunk = try large.lungs.foreground.resampled(to: Self.small, using: .area)
    let (a, b) = (shrunk.elements, small.lungs.foreground.elements)
    let differing = zip(a, b).filter { $0 != $1 }.count
    #expect(Double(differing) < 0.02 * Double(small.lungs.foreground.count))
  }

  @Test func `bit depths and odd sizes`() throws {
    let deep = try Phantom.make(seed: 1, size: Size(width: 100, height: 140), bitDepth: 12)
    #expect(deep.image.range == 0...4095 && deep.image.bitDepth == 12)
    #expect(deep.image.pixels.allSatisfy { (0...4095).contains($0) && $0 == $0.rounded() })
    #expect(deep.image.pixels.contains { $0 > 2000 })
    #expect(deep.image.spacing == .calibrated(row: 3.72, column: 3.72))
    #expect(try Phantom.make(seed: 1, size: Size(width: 32, height: 300)).lungs.size.height == 300)
  }

  @Test func `marker is optional`() throws {
    let with = try Phantom.make(seed: 2, size: Self.small, noise: 0)
    let without = try Phantom.make(seed: 2, size: Self.small, noise: 0, hasMarker: false)
    #expect(with.image != without.image && with.lungs == without.lungs)
  }

  @Test func `impossible requests are refused`() {
    #expect(throws: ImageError.self) { try Phantom.make(size: Size(width: 31, height: 64)) }
    #expect(throws: ImageError.invalidParameter(name: "height", value: 5000, allowed: "32 to 4096")) {
      try Phantom.make(size: Size(width: 64, height: 5000))
    }
    #expect(throws: ImageError.self) { try Phantom.make(opacity: 1.1) }
    #expect(throws: ImageError.self) { try Phantom.make(opacity: .nan) }
    #expect(throws: ImageError.self) { try Phantom.make(bitDepth: 7) }
    #expect(throws: ImageError.self) { try Phantom.make(noise: -1) }
    #expect(throws: CancellationError.self) { try Cancellation.polling(Cancellation { true }) { try Phantom.make() } }
  }
}
