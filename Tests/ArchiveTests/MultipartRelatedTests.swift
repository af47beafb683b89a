import Basics
import Testing

@testable import Archive

@Suite struct MultipartRelatedTests {
  private let type = "multipart/related; type=\"application/dicom\"; boundary=B"

  private func parts(_ text: String, type: String? = nil, limit: Int = 4) throws(MultipartRelated.Problem) -> [String] {
    let bytes = Array(text.utf8)
    return try MultipartRelated.parts(of: bytes, contentType: type ?? self.type, limit: limit).map {
      $0.contentType + ":" + String(decoding: bytes[$0.content], as: UTF8.self)
    }
  }

  @Test func `parts come with their type and their bytes, whatever stands before the first and after the last`() throws {
    let one = "Content-Type: a/b\r\nX: y\r\n\r\nfirst"
    #expect(try parts("--B\r\n\(one)\r\n--B--") == ["a/b:first"])
    #expect(try parts("before\r\n--B  \r\n\(one)\r\n--B\r\n\r\n\r\n--B--\r\nafter") == ["a/b:first", ":"])
    #expect(try parts("--B\r\n\(one)\r\n-B\r\n--b\r\n--B--") == ["a/b:first\r\n-B\r\n--b"])
    #expect(try parts("--B; c\r\n\(one)\r\n--B; c--", type: "Multipart/Related ;boundary=\"B; c\"") == ["a/b:first"])
    #expect(try parts("--B--").isEmpty)
  }

  @Test(arguments: [
    ("", MultipartRelated.Problem.noStart), ("--C\r\n\r\nx\r\n--C--", .noStart), ("--B", .truncated), ("--B\r\n\r\nfirst", .truncated),
    ("--B\r\n\r\nfirst\r\n--", .truncated), ("--B\r\nContent-Type: a/b", .badHead), ("--B\r\nno colon\r\n\r\nx\r\n--B--", .badHead),
    ("--B\r\n" + String(repeating: "a", count: 20_000) + ":\r\n\r\nx\r\n--B--", .badHead),
    (String(repeating: "--B\r\n\r\n\r\n", count: 5) + "--B--", .tooManyParts), ("--Bx\r\n\r\nx\r\n--B--", .truncated),
  ])
  func `a message that is cut short or malformed is refused`(_ text: String, _ problem: MultipartRelated.Problem) {
    #expect(throws: problem) { try parts(text) }
  }

  @Test(arguments: [
    "multipart/related", "multipart/mixed; boundary=B", "", "multipart/related; boundary=", "application/dicom; boundary=B",
  ])
  func `a type without a boundary is refused`(_ type: String) {
    #expect(throws: MultipartRelated.Problem.noBoundary) { try parts("--B--", type: type) }
  }

  @Test func `what is written is read back, also bytes that look like boundaries`() throws {
    for content in ["", "x", "\r\n--segsh", "--segsh-\r\n--segsh--"].map({ Array($0.utf8) }) + [
      (0..<5000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    ] {
      let (type, body) = MultipartRelated.message(of: content, type: "application/dicom")
      let parts = try MultipartRelated.parts(of: body, contentType: type, limit: 1)
      #expect(parts.count == 1 && Array(body[parts[0].content]) == content && parts[0].contentType == "application/dicom")
    }
  }

  @Test func `no damage to a message does more than refuse it or change its parts`() {
    var random = SeededGenerator(seed: 27)
    let message = Array("before\r\n--B\r\nContent-Type: a/b\r\n\r\nfirst\r\n--B\r\n\r\nsecond\r\n--B--\r\n".utf8)
    for _ in 0..<20_000 {
      var damaged = message
      for _ in 0..<Int.random(in: 1...4, using: &random) where !damaged.isEmpty {
        let place = Int.random(in: 0..<damaged.count, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0: damaged[place] = [13, 10, 45, 66, 58, 32, 0, 255][Int.random(in: 0...7, using: &random)]
        case 1: damaged.remove(at: place)
        case 2: damaged.insert(contentsOf: damaged[place...].prefix(9), at: place)
        default: damaged = Array(damaged[..<place]) + [13]
        }
      }
      guard let parts = try? MultipartRelated.parts(of: damaged, contentType: type, limit: 4) else { continue }
      for part in parts { #expect(part.content.upperBound <= damaged.count) }
    }
  }
}
