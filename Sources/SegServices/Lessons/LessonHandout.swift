import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// A lesson on paper: its text, the commands and images that it shows, and room for answers; or the same with the solutions.
package struct LessonHandout {
  package let page: ReportPage

  /// Lines of an answer, and longest side of an image in pixels.
  private static let lineCount = 3
  private static let side = 640

  /// - Parameters:
  ///   - key: With the images that the lesson hands out.
  ///   - showsSolutions: Adds hints, model solutions and what is required, and leaves the lines for answers out.
  /// - Throws: What drawing throws; `CancellationError`.
  package init(_ key: LessonKey, showsSolutions: Bool) throws {
    let lesson = key.lesson
    var page = ReportPage(title: lesson.title + (showsSolutions ? ": solutions" : ""))
    let start = "At the prompt of segsh: lesson \(Path(lesson.name).name)."
    page.subtitle = showsSolutions ? lesson.summary : "\(lesson.summary) \(start)"
    if !showsSolutions { page.facts = [("Name", Self.blank(30)), ("Date", Self.blank(14))] }
    page.sections = try lesson.steps.indices.map { index in
      let step = lesson.steps[index]
      var part = Self.text(of: step) + (try Self.images(of: key.steps[index].handouts))
      if let checkpoint = step.checkpoint {
        let task = "Your task: \(checkpoint.name) = …"
        part +=
          showsSolutions
          ? .paragraph(task) + Self.solution(of: step, checkpoint, key.steps[index].reference) : .answerLines(Self.lineCount, below: task)
      } else if !showsSolutions {
        part += .answerLines(Self.lineCount, below: "Notes:")
      }
      return .section("step-\(index + 1)", "\(index + 1). \(step.headline)", part)
    }
    self.page = page
  }

  private static func blank(_ count: Int) -> String { String(repeating: "_", count: count) }

  private static func text(of step: Lesson.Step) -> ReportPart {
    var part = ReportPart()
    var code: [String] = []
    func endCode() {
      if !code.isEmpty { part += .code(code.joined(separator: "\n")) }
      code = []
    }
    for paragraph in step.text {
      switch paragraph {
      case .verbatim(let line): code.append(line)
      case .prose(let text):
        endCode()
        part += .paragraph(text)
      }
    }
    endCode()
    return part
  }

  private static func images(of handouts: [(name: String, value: any Value)]) throws -> ReportPart {
    var items: [(image: PaperImage, caption: String)] = []
    var others: [String] = []
    for (name, value) in handouts {
      let caption = "\(name): \(type(of: value).typeName) \(value.oneLine)"
      if let picture = try Self.picture(of: value) {
        let size = CaseLayers.fitted(picture.size, side: side)
        items.append((try PaperImage(size == picture.size ? picture : picture.resampled(to: size, using: .area)), caption))
      } else {
        others.append(caption)
      }
    }
    return (items.isEmpty ? ReportPart() : .gallery(items)) + others.map { .paragraph($0) }.joined()
  }

  /// What a value looks like on paper: a mask on white, an image as it is.
  private static func picture(of value: any Value) throws -> ColorImage? {
    guard let pixels = value as? any PixelValue, pixels.grayImage == nil, let shape = pixels.drawable else {
      return try Viewing.picture(of: value, over: nil)
    }
    return try GrayImage(size: shape.size, filledWith: 255).overlaid(with: shape.layers(OverlayStyle()), showing: 0...255)
  }

  private static func solution(of step: Lesson.Step, _ checkpoint: Lesson.Checkpoint, _ reference: (any Value)?) -> ReportPart {
    let required =
      if let number = reference as? Double {
        "Required: \(NumberFormat.significant(number)), within \(NumberFormat.short(checkpoint.tolerance, 3))."
      } else {
        "Required: a Dice coefficient of at least \(NumberFormat.short(checkpoint.dice, 3))."
      }
    return .code(step.answer.joined(separator: "\n")) + .paragraph(required)
      + step.hints.enumerated().map { .paragraph("Hint \($0.offset + 1): \($0.element)", class: "note") }.joined()
  }
}
