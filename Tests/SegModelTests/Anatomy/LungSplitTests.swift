import Basics
import Foundation
import ImageOps
import SegModel
import Testing

struct LungSplitTests {
  private let size = Size(width: 200, height: 160)

  private func ellipse(row: Int, column: Int, height: Int, width: Int) -> Mask {
    Mask(size: size) { index in
      let (y, x) = (index / size.width - row, index % size.width - column)
      return x * x * height * height + y * y * width * width <= height * height * width * width
    }
  }

  private var right: Mask { ellipse(row: 80, column: 55, height: 60, width: 35) }
  private var left: Mask { ellipse(row: 80, column: 145, height: 55, width: 30) }

  @Test func `separate lungs keep their pixels`() throws {
    let split = try right.union(left).splitIntoLungs()
    #expect(split.mask(of: LabelImage.rightLung) == right)
    #expect(split.mask(of: LabelImage.leftLung) == left)
    #expect(split.names == [1: "right lung", 2: "left lung"])
  }

  @Test func `specks go to their side`() throws {
    let speck = ellipse(row: 10, column: 190, height: 2, width: 2)
    let split = try right.union(left).union(speck).splitIntoLungs()
    #expect(split.mask(of: LabelImage.leftLung) == (try left.union(speck)))
  }

  @Test func `touching lungs are cut across the bridge`() throws {
    let bridge = Mask(size: size) { (76..<84).contains($0 / 200) && (80..<120).contains($0 % 200) }
    let both = try right.union(left).union(bridge)
    #expect(try both.componentCount() == 1)
    let split = try both.splitIntoLungs()
    let (ours, others) = (split.mask(of: LabelImage.rightLung), split.mask(of: LabelImage.leftLung))
    #expect(split.foreground == both)
    // Not a pixel of either lung beyond the bridge changes sides.
    #expect(try right.subtracting(bridge).subtracting(ours).isEmpty && left.subtracting(bridge).subtracting(others).isEmpty)
  }

  @Test func `a lone lung is not cut`() throws {
    #expect(try right.splitIntoLungs().mask(of: LabelImage.rightLung) == right)
    #expect(try left.splitIntoLungs().mask(of: LabelImage.leftLung) == left)
  }

  @Test func `degenerate masks`() throws {
    #expect(try Mask(size: size).splitIntoLungs().foreground.isEmpty)
    for size in [(1, 1), (1, 50), (50, 1), (2, 2)].map({ Size(width: $0.0, height: $0.1) }) {
      let full = Mask(size: size, filled: true)
      #expect(try full.splitIntoLungs().foreground == full)
    }
  }

  @Test func `does not depend on threads`() throws {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    var generator = SeededGenerator(seed: 7)
    let mask = Mask(size: Size(width: 1100, height: 700)) { _ in Bool.random(using: &generator) }
    let splits = try [1, 2, 5].map { threads in
      Parallel.threadCount = threads
      return try mask.splitIntoLungs()
    }
    #expect(splits[1] == splits[0] && splits[2] == splits[0])
  }

  /// Every mask of the collection that shows two lungs comes apart into two of similar size, the right one on the image's left.
  @Test(.enabled(if: LungSplitTests.folder != nil, "needs the X-rays beside the checkout")) func `real lungs`() throws {
    let folder = try #require(Self.folder)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".png") }.sorted()
    #expect(names.count > 300)
    for name in names {
      let labels = try LabelImage.read(from: folder + "/" + name)
      let split = try labels.foreground.splitIntoLungs()
      let regions = try split.regions()
      #expect(regions.map(\.label) == [1, 2], "\(name)")
      guard regions.count == 2 else { continue }
      #expect(regions[0].centroid.column < regions[1].centroid.column, "\(name)")
      let share = Double(regions[0].area) / Double(regions[0].area + regions[1].area)
      #expect((0.25...0.75).contains(share), "\(name): right lung \(share)")
    }
  }

  static var folder: String? {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../../../shared/data/lungs/lungs"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}
