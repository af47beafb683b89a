import Basics
import Synchronization
import Testing

@testable import ImageOps

/// What holds for every operation on images, today's and tomorrow's.
@Suite("Every operation on pictures")
struct OperationContractTests {
  /// Several bands high, no multiple of any tile or vector.
  static let image = picture(Size(width: 333, height: 601))
  static let fractions = image.with(pixels: image.pixels.map { $0 * 0.7 + 0.1 })

  /// Smooth waves and grain in whole numbers of 0 to 255.
  static func picture(_ size: Size) -> GrayImage {
    let noise = seededPicture(5, size)
    let width = size.width
    return noise.with(
      pixels: noise.pixels.enumerated().map { index, grain in
        let (row, column) = (index / width, index % width)
        return Float((row / 9 + column / 7) % 5 * 45) + (grain / 10).rounded(.down)
      })
  }

  @Test(arguments: ImageOperation.all) func `gives the same bits for any number of threads`(operation: ImageOperation) throws {
    for picture in [Self.image, Self.fractions] {
      let results = try withThreadCounts { try operation(picture) }
      #expect(results[0] == results[1] && results[1] == results[2])
    }
  }

  @Test(arguments: ImageOperation.all) func `stops at whichever poll says so, and polls once a band`(operation: ImageOperation) throws {
    let total = PollCounter()
    _ = try Cancellation.polling(total.token) { try operation(Self.image) }
    #expect(total.count >= 3, "polled \(total.count) times")
    for limit in [1, total.count / 3, total.count / 2, total.count - 1] where limit > 0 {
      let counter = PollCounter(cancelsAt: limit)
      #expect(throws: CancellationError.self, "cancelled at poll \(limit) of \(total.count)") {
        try Cancellation.polling(counter.token) { try operation(Self.image) }
      }
      // Each thread may have asked once more before it heard of it.
      #expect(counter.count <= limit + 8, "went on to poll \(counter.count) after \(limit)")
    }
  }

  @Test(arguments: ImageOperation.all) func `takes any size`(operation: ImageOperation) throws {
    for size in [Size(width: 1, height: 1), Size(width: 1, height: 40), Size(width: 40, height: 1), Size(width: 3, height: 2)] {
      let picture = Self.picture(size)
      for image in [picture, picture.with(pixels: picture.pixels.map { $0 / 3 })] {
        let result = try operation(image)
        #expect(result.size == size && result.pixels.allSatisfy { $0.isFinite })
        #expect(result.spacing == image.spacing)
      }
    }
  }

  @Test(arguments: ImageOperation.all.filter(\.keepsConstants)) func `keeps a constant picture constant`(operation: ImageOperation) throws {
    for value: Float in [0, 42, 255, 17.25] {
      let result = try operation(GrayImage(size: Size(width: 45, height: 19), filledWith: value))
      #expect(result.pixels.allSatisfy { abs($0 - result.pixels[0]) < 1e-3 }, "of \(value)")
    }
  }
}

/// Counts how often it is asked, and says stop from a given time on.
final class PollCounter: Sendable {
  private let polls = Atomic<Int>(0)
  private let limit: Int

  init(cancelsAt limit: Int = .max) { self.limit = limit }

  var count: Int { polls.load(ordering: .relaxed) }
  var token: Cancellation { Cancellation { [self] in polls.wrappingAdd(1, ordering: .relaxed).newValue >= limit } }
}
