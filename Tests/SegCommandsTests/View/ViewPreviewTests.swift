import Basics
import ImageOps
import SegLang
import SegModel
import Testing

@testable import SegCommands
@testable import SegServices
@testable import SegValues

/// The values while a threshold or a brush moves are those that the command records, digit for digit.
@Suite struct ViewPreviewTests {
  private static let segmented = ["p = phantom seed=7 size=160", "s = p.image | segment"]
  private static func fine(_ places: [(Double, Double)]) throws -> [FinePoint] {
    try places.map { try #require(FinePoint(row: $0.0, column: $0.1)) }
  }

  /// Measures a command ahead, runs it, and compares with the scene that follows.
  private func check(
    after lines: [String], on name: String, _ change: ViewChange?, _ command: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let shell = try Shell()
    for line in lines { try shell.run(line) }
    let subject = try shell.subject()
    let step = try #require(subject.steps.first { subject.names[$0.id]?.contains(name) == true })
    let line = { (subject: ViewSubject) in
      "\(subject.text(of: step)) | \(command)" + (command.hasPrefix("threshold") ? subject.corrections(after: step) : "")
    }
    func ahead(_ change: ViewChange?) throws -> String? {
      try ViewPreview().severity(after: change, on: step, in: subject, registry: .segsh, host: shell.host, line: line).map {
        SeverityReport(severity: $0).json.text
      }
    }
    let before = try shell.subject().steps.count
    let found = try ahead(change)
    #expect(try ahead(nil) == found, "the line itself", sourceLocation: sourceLocation)
    #expect(try shell.subject().steps.count == before, "nothing is recorded", sourceLocation: sourceLocation)
    try shell.run(line(subject))
    let severity = try JSON(parsing: try ViewScene(try shell.subject()).json)["severity"]
    #expect(severity?["after"]?.text == found, sourceLocation: sourceLocation)
  }

  @Test(arguments: [0, 0.05, 0.37, 0.6, 0.9999, 1]) func `a threshold of a segmentation is measured as it is recorded`(_ level: Double)
    throws
  {
    try check(after: Self.segmented, on: "s", .threshold(level: level), "threshold \(NumberFormat.exact(level))")
  }

  @Test func `a threshold is measured in every value that has levels`() throws {
    try check(after: Self.segmented + ["m = s.probability"], on: "m", .threshold(level: 0.3), "threshold 0.3")
    let gray = Self.segmented + ["g = (s.opacity).image"]
    try check(after: gray, on: "g", .threshold(level: 100), "threshold 100")
    // In the lungs of a phantom's reference nothing is measured.
    try check(after: ["p = phantom seed=7 size=160", "i = p.image"], on: "i", .threshold(level: 100), "threshold 100")
  }

  @Test func `corrections stay on top of a threshold that is measured`() throws {
    let corrected = Self.segmented + ["c = s | exclude rectangle [[0, 0], [159, 60]] | include ellipse [[50, 90], [80, 120]]"]
    try check(after: corrected, on: "c", .threshold(level: 0.2), "threshold 0.2")
    let mask = Self.segmented + ["m = s | threshold 0.5 | paint [[60, 50]] radius=9px | exclude fill [[80, 50]]"]
    try check(after: mask, on: "s", .threshold(level: 0.3), "threshold 0.3")
  }

  @Test func `a stroke is measured as it is recorded`() throws {
    let points: [(Double, Double)] = [(40.25, 50.5), (60, 52.13), (70.01, 45)]
    let text = "\"40.25,50.5 60,52.13 70.01,45\""
    let masks = Self.segmented + ["m = s | threshold 0.4"]
    let corrected = Self.segmented + ["c = s | include ellipse [[50, 90], [80, 120]]"]
    for (lines, name) in [(Self.segmented, "s"), (masks, "m"), (corrected, "c")] {
      for removes in [false, true] {
        try check(
          after: lines, on: name, .stroke(try Self.fine(points), radius: 7.25, removes: removes),
          "paint \(text) radius=7.25px" + (removes ? " erase=true" : ""))
      }
    }
    // Outside of the lungs nothing changes.
    try check(after: Self.segmented, on: "s", .stroke(try Self.fine([(2, 2)]), radius: 3, removes: false), "paint \"2,2\" radius=3px")
    // What the fast way does not know runs as a line.
    try check(after: Self.segmented, on: "s", nil, "paint \(text) radius=7px edges=true")
    try check(after: Self.segmented, on: "s", nil, "paint \(text) radius=7px layer=left-lung")
  }

  @Test func `a shape is measured as it is recorded`() throws {
    let corners = try Self.fine([(40, 40), (90, 60)])
    for shape in [CorrectionShape.ellipse, .rectangle] {
      for (verb, removes) in [("include", false), ("exclude", true)] {
        try check(
          after: Self.segmented, on: "s", .shape(shape, corners, removes: removes), "\(verb) \(shape.rawValue) [[40, 40], [90, 60]]")
      }
    }
    let lasso = try Self.fine([(40, 40), (90, 60), (70, 30)])
    try check(after: Self.segmented, on: "s", .shape(.polygon, lasso, removes: false), "include polygon [[40, 40], [90, 60], [70, 30]]")
  }

  @Test func `what a command refuses is refused ahead`() throws {
    let shell = try Shell()
    for line in Self.segmented { try shell.run(line) }
    let subject = try shell.subject()
    let preview = ViewPreview()
    #expect(throws: (any Error).self) {
      try preview.severity(after: nil, on: subject.shown, in: subject, registry: .segsh, host: shell.host) {
        "\($0.text(of: subject.shown)) | threshold 7"
      }
    }
  }
}
