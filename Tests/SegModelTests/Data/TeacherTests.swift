import TestSupport
import Testing

@testable import ImageOps
@testable import SegModel

@Suite struct TeacherTests {
  private static let size = Size(width: 20, height: 10)
  private static let lungs = LabelImage(size: size, labels: (0..<200).map { $0 % 20 < 8 ? 1 : $0 % 20 < 12 ? 0 : 2 })
  private static let nothing = Mask(size: size)

  private func opacity(sure: Mask? = nil, faint: Mask = nothing, boxes: [CaseRecord.Box]) -> Mask {
    Teacher.opacity(sure: sure, faint: faint, lungs: Self.lungs, boxes: boxes)
  }

  @Test func `a box labels the middle of its part of the lungs`() {
    let found = opacity(boxes: [.init(x: 2, y: 2, width: 8, height: 5)])
    for row in 0..<10 {
      for column in 0..<20 {
        let (x, y) = ((Double(column) + 0.5 - 6) / 4, (Double(row) + 0.5 - 4.5) / 2.5)
        #expect(found[row, column] == (x * x + y * y <= 0.64 && column < 8), "row \(row), column \(column)")
      }
    }
  }

  @Test func `what is faint counts in boxes and lungs only`() {
    let everywhere = Mask(size: Self.size, filled: true)
    let found = opacity(faint: everywhere, boxes: [.init(x: 2, y: 2, width: 12, height: 4)])
    for row in 0..<10 {
      for column in 0..<20 {
        let isInside = (2..<6).contains(row) && (2..<14).contains(column)
        #expect(found[row, column] == (isInside && Self.lungs.labels[row * 20 + column] != 0), "row \(row), column \(column)")
      }
    }
  }

  @Test func `what is sure counts outside boxes too`() {
    var sure = Self.nothing
    sure[9, 0] = true
    #expect(opacity(sure: sure, boxes: [.init(x: 100, y: 0, width: 5, height: 5), .init(x: 3, y: 3, width: 0, height: 0)]) == sure)
  }

  @Test func `boxes are read from the table`() throws {
    let folder = try TemporaryFolder()
    let values = [#""[[""Pneumonia"", 1, 2.5, 3, 4], [""x"", 5, 6, 7, 8]]""#, "[]", "", #""[[1,2]""#, #""[[""x"", 1, 2]]""#]
    for index in values.indices { try DatasetTests.addCase("\(index).png", to: folder, under: "pneumonia", opacity: false) }
    let rows = values.enumerated().map { "pneumonia,\($0.offset).png,p\($0.offset),0,\($0.element)\n" }
    _ = try folder.write(Array(("set,file,patient,fold,boxes\n" + rows.joined()).utf8), to: "cases.csv")
    let boxes = try Dataset(path: folder.path).cases.map(\.boxes)
    #expect(boxes[0] == [.init(x: 1, y: 2.5, width: 3, height: 4), .init(x: 5, y: 6, width: 7, height: 8)])
    #expect(boxes.dropFirst().allSatisfy { $0.isEmpty })
  }
}
