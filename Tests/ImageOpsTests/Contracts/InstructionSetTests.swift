import Basics
import Foundation
import Testing

@testable import ImageOps

/// The inner loops are compiled for several instruction sets; every one must give the same bits. Serialized, because the choice is one for the program.
@Suite("Instruction sets", .serialized)
struct InstructionSetTests {
  private static let size = Size(width: 149, height: 40)
  private static let bytes = OperationContractTests.picture(size)
  /// 8 bits, 16 bits, and no whole numbers.
  private static let pictures = [
    bytes, bytes.with(pixels: zip(bytes.pixels, seededPicture(8, size).pixels).map { $0 * 256 + $1 }),
    bytes.with(pixels: bytes.pixels.map { $0 * 0.7 + 0.1 }),
  ]

  @Test func `the portable set is always there, and the sets ascend`() {
    #expect(InstructionSet.available.first == .portable)
    #expect(InstructionSet.available == InstructionSet.allCases.filter(InstructionSet.available.contains))
    #expect(InstructionSet.available.contains(InstructionSet.current))
  }

  @Test(arguments: ImageOperation.all) func `an operation gives the same bits on every set`(operation: ImageOperation) throws {
    for picture in Self.pictures { try expectSameBits(operation.name) { try operation(picture).pixels } }
  }

  /// What the operations above leave out: other sizes of windows, steps and tables, which other loops work on.
  static let others: [(name: String, run: @Sendable (GrayImage) throws -> [Float])] = [
    ("gaussian of cosines", { try $0.gaussianBlurred(sigma: 9).pixels }),
    ("median of 5 x 5", { try $0.medianFiltered(radius: 2).pixels }),
    ("median of 31 x 31", { try $0.medianFiltered(radius: 15).pixels }),
    ("bilateral of 17 x 17", { try $0.bilateralFiltered(sigma: 4, intensitySigma: 60, radius: 8).pixels }),
    ("bilateral of 41 x 41", { try $0.bilateralFiltered(sigma: 14, intensitySigma: 25, radius: 20).pixels }),
    ("bilateral of a narrow range", { try $0.bilateralFiltered(sigma: 4, intensitySigma: 6, radius: 4).pixels }),
    ("rotation", { try $0.rotated(degrees: 7).pixels }),
    ("rotation back", { try $0.rotated(degrees: -5.5).pixels }),
    ("rotation over several rows", { try $0.rotated(degrees: -27).pixels }),
    ("half a turn and more", { try $0.rotated(degrees: 187).pixels }),
    ("steep rotation", { try $0.rotated(degrees: 64, expanding: true).pixels }),
    ("bicubic rotation", { try $0.rotated(degrees: -7, using: .bicubic).pixels }),
    ("halved by area", { try $0.resampled(to: Size(width: 74, height: 101), using: .area).pixels }),
    ("third by area", { try $0.resampled(to: Size(width: 49, height: 67), using: .area).pixels }),
    ("by area", { try $0.resampled(to: Size(width: 101, height: 90), using: .area).pixels }),
    ("enlarged", { try $0.resampled(to: Size(width: 300, height: 299), using: .bilinear).pixels }),
    ("reduced by Lanczos", { try $0.resampled(to: Size(width: 60, height: 50), using: .lanczos).pixels }),
    ("opening by a square", { try $0.opened(by: .square(radius: 6)).pixels }),
    ("dilation by a large disk", { try $0.dilated(by: .disk(radius: 15)).pixels }),
    ("opening of a mask", { try GrayImage($0.thresholded(by: .otsu).mask.opened(by: .disk(radius: 4))).pixels }),
    ("distance", { try $0.thresholded(by: .otsu).mask.distanceTransform().pixels }),
    ("PNG", { try GrayImage.decode($0.encoded(as: .png), name: "a.png").pixels }),
    ("JPEG", { try GrayImage.decode($0.thresholdedToBytes.encoded(as: .jpeg), name: "a.jpg").pixels }),
  ]

  @Test(arguments: others.indices) func `windows and steps of other sizes do so too`(index: Int) throws {
    let (name, run) = Self.others[index]
    for picture in Self.pictures { try expectSameBits(name) { try run(picture) } }
  }

  private func expectSameBits(_ name: String, _ body: () throws -> [Float]) throws {
    let before = InstructionSet.current
    defer { InstructionSet.current = before }
    let results = try InstructionSet.available.map { set in
      InstructionSet.current = set
      return try body().map(\.bitPattern)
    }
    #expect(!results[0].isEmpty)
    for (set, result) in zip(InstructionSet.available, results).dropFirst() { #expect(result == results[0], "\(name) on \(set)") }
  }
}

extension GrayImage {
  /// The same in 8 bits.
  fileprivate var thresholdedToBytes: GrayImage { with(pixels: pixels.map { $0 > 120 ? 200 : 30 }) }
}
