import Basics
import ImageOps
import Plotting
import SegLang
import SegValues

/// How a value was made: each line with what it gave and an image of that, in the order in which they ran.
package struct Storyboard {
  /// More steps than these are told without images.
  private static let pictureLimit = 40
  private static let stepLimit = 200
  private static let side = 420

  package let part: ReportPart
  /// What parameters came to that the lines left open.
  package let resolved: [(step: Int, parameter: String, literal: String)]

  package init(of last: Step?, names: inout FileNames) throws {
    let cancellation = Cancellation.current
    var items: [ReportPart] = []
    var resolved: [(Int, String, String)] = []
    var numbers: [Int: Int] = [:]
    var beneath: GrayImage?
    let steps = (last?.ancestry ?? []).filter {
      $0.value != nil && ($0.command != nil || $0.value.map { type(of: $0).isImageLike } ?? false)
    }
    for step in steps { names.learn(step) }
    for (index, step) in steps.prefix(Self.stepLimit).enumerated() {
      try cancellation.check()
      guard let value = step.value else { continue }
      let known = numbers
      let line =
        step.inputFile.map { step.line(callingInput: names.name(of: $0)) }
        ?? names.hidden(step.line { parent in known[parent.id].map { "[\($0)]" } })
      numbers[step.id] = index + 1
      for (parameter, literal) in step.resolved { resolved.append((index + 1, parameter, literal)) }
      if let image = step.grayImage { beneath = image }
      let picture =
        index < Self.pictureLimit && type(of: value).isImageLike
        ? try Self.picture(of: value, over: beneath) : nil
      let words = "\(type(of: value).typeName) \(names.hidden(value.oneLine))"
      let image = picture.map { "<img src=\"\($0.address)\" alt=\"\(Markup.escaped(words))\">" } ?? ""
      let paragraphs = [words] + step.notes.map { names.hidden($0) }
      items.append(
        ReportPart(
          html: "<li>\(image)<code>[\(index + 1)] \(Markup.escaped(line))</code>"
            + paragraphs.map { HTML.element("p", $0) }.joined() + "</li>\n",
          blocks: [.item(picture, code: "[\(index + 1)] \(line)", paragraphs: paragraphs)]))
    }
    if steps.count > Self.stepLimit {
      items.append(.screen("<li>") + .paragraph("\(steps.count - Self.stepLimit) more") + .screen("</li>"))
    }
    part = items.isEmpty ? ReportPart() : .screen("<ol class=\"steps\">\n") + items.joined() + .screen("</ol>")
    self.resolved = resolved
  }

  private static func picture(of value: any Value, over beneath: GrayImage?) throws -> PaperImage? {
    let size = (value as? any PixelValue).flatMap { $0 is ColorImage ? nil : $0.size }
    let fitting = beneath.flatMap { size == nil || $0.size == size ? $0 : nil }
    guard let picture = try Viewing.picture(of: value, over: fitting) else { return nil }
    let small = try picture.resampled(to: CaseLayers.fitted(picture.size, side: Self.side), using: .area)
    return try PaperImage(small)
  }
}
