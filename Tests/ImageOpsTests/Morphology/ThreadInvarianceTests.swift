import Basics
import ImageOps
import Testing

/// The same bits for any number of threads: images of several bands, every operation.
struct ThreadInvarianceTests {
  private struct Results: Equatable {
    var masks: [Mask] = []
    var images: [GrayImage] = []
    var labels: [LabelImage] = []
    var regions: [Region] = []
    var contours: [Contour] = []
    var distances: [SurfaceDistances] = []
  }

  private func results(threads: Int) throws -> Results {
    let before = Parallel.threadCount
    Parallel.threadCount = threads
    defer { Parallel.threadCount = before }
    let (mask, other) = (Mask.random(Size(width: 1100, height: 700), seed: 7), Mask.random(Size(width: 1100, height: 700), seed: 8))
    var generator = SeededGenerator(seed: 9)
    let noise = (0..<mask.size.count).map { _ in Float(UInt8.random(in: 0...255, using: &generator)) }
    let image = GrayImage(size: mask.size, pixels: noise)
    let fraction = GrayImage(size: mask.size, pixels: noise.map { $0 / 3 })
    var results = Results()
    for footprint in [Footprint.disk(radius: 6.5), .square(radius: 40), .diamond(radius: 5)] {
      results.masks += [try mask.opened(by: footprint), try mask.closed(by: footprint)]
      results.images += [try image.opened(by: footprint), try fraction.closed(by: footprint)]
    }
    results.masks += [try mask.fillingHoles(), try mask.keepingLargest(3), try mask.clearingBorder()]
    results.images.append(try mask.distanceTransform())
    results.labels = [try mask.labeled()]
    results.regions = try mask.regions(beneath: fraction)
    results.contours = try mask.contours()
    results.distances = [try surfaceDistances(of: mask, against: other)]
    return results
  }

  @Test func `results do not depend on threads`() throws {
    let one = try results(threads: 1)
    #expect(try results(threads: 2) == one)
    #expect(try results(threads: 5) == one)
  }
}
