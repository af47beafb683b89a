import Basics
import ImageOps
import Plotting
import SegLang
import SegModel
import SegServices
import SegValues

/// `follow-up`: X-rays of one patient over time.
struct FollowUpCommand: Command, StatesMemory {
  static let category = Category.measuring
  static let summary = "Compares X-rays of one patient over time: new, resolved and persistent opacity, change with interval."
  static let discussion = """
    Takes two X-rays or segmentations, the earlier first, or a list or table of more in order of time. X-rays are segmented. Each earlier X-ray is \
    registered to the last: of an affine and a rigid transform and the boxes around the lungs, the one under which the lungs overlap best. The \
    opacity of the first X-ray and of the last is compared where both show lung: new is opacity of the last farther than the tolerance from any of \
    the first, resolved the reverse, persistent the rest of the last. change is the difference of both percentages, in percentage points, with a \
    90 % prediction interval, narrower than the intervals of both values together, because errors on one patient correlate; it does not \
    cover differences of projection or inspiration. A poor registration, other projections and doubts raise a warning. plot draws the course, \
    report writes one page, save writes the image (.png) or the course (.csv). For research; not a diagnosis.
    """
  static let examples = [
    Example("a = phantom size=256 seed=11 opacity=40%; b = phantom size=256 seed=11 opacity=15%; follow-up a b", "Compares two X-rays."),
    Example(
      "a = phantom size=128 seed=11 opacity=40%; b = phantom size=128 seed=11 opacity=15%; [a, b, a] | follow-up | plot | show",
      "Plots the course."),
  ]
  static let seeAlso = ["register", "severity", "diff", "plot", "report"]
  static let keywords = ["followup", "prior", "interval", "course", "progression", "new", "resolved", "persistent", "serial", "time"]

  @Input("Earlier X-ray or segmentation, or a list or table of X-rays in order of time.") var earlier: AnyValue
  @Argument("Later X-ray or segmentation.") var later: AnyValue?
  @Option("Dates of the X-rays, such as [\"2020-03-14\", \"2020-03-21\"]. Default: the column date of a table.") var dates: [String]?
  @Option("Model that segments X-rays.") var model = ModelName.standard
  @Option("Distance within which opacity persists. Default: 2 % of the width of the lungs.", in: 0...500) var tolerance: Length?

  /// Most X-rays of one follow-up: all are in memory.
  private static let limit = 50

  static func prepare(options: [String]) {
    if !options.contains("model") { ModelCache.prepare() }
  }

  /// The network's feature maps, and registration at a few sizes; images that are made here count as they come.
  func workingBytes(_ context: Context) -> Int { 48 << 20 }

  func run(_ context: Context) throws -> FollowUp {
    let items = try later.map { try pair($0.value, context) } ?? sequence(context)
    guard items.count > 1 else { throw CommandProblem.wantsAlso("follow-up", "a later X-ray, or a list of two or more") }
    guard items.count <= Self.limit else { throw CommandProblem.outOfRange("the number of X-rays", "\(items.count)", "2 to \(Self.limit)") }
    let days = try days(of: items)
    let examinations = try items.enumerated().map { index, item in
      try context.checkCancellation()
      context.progress(Double(index) / Double(items.count), "X-ray \(index + 1) of \(items.count)")
      return try examination(item, date: days[index], context)
    }
    let last = examinations[examinations.count - 1]
    var distance = FollowUp.standardTolerance(of: last)
    if let tolerance {
      distance = try context.pixels(tolerance, on: last.segmentation.spacing)
    } else {
      distance = distance.rounded()
      context.remember("tolerance", cameTo: Length.pixels(distance).literal ?? "0px")
    }
    let result = try FollowUp(examinations, tolerance: distance)
    for warning in result.misalignments { context.noteOfCase("\(warning): review the comparison before using it") }
    return result
  }

  // MARK: What is compared

  /// A value with the step that made it.
  private struct Item {
    let value: any Value
    let step: Step?
    var date: String?
  }

  private func pair(_ later: any Value, _ context: Context) throws -> [Item] {
    // Those of options come after that of the argument.
    let other = context.origins.first { $0.id != context.inputStep?.id } ?? context.inputStep
    return [Item(value: earlier.value, step: context.inputStep), Item(value: later, step: other)]
  }

  private func sequence(_ context: Context) throws -> [Item] {
    guard let sequence = earlier.value as? any Sequential else { return [Item(value: earlier.value, step: nil)] }
    let elements = try sequence.elements()
    guard elements.count <= Self.limit else {
      throw CommandProblem.outOfRange("the number of X-rays", "\(elements.count)", "2 to \(Self.limit)")
    }
    // A list states each of its items by a step; of a table, only the table is known.
    let operands = context.inputStep?.operands ?? []
    return try (0..<elements.count).map { index in
      let item = try elements[index]
      let step = operands.count == elements.count ? operands[index].step : nil
      guard let record = item as? Record else { return Item(value: item, step: step) }
      let field = record.fields.first { $0.value is any PixelValue }?.value ?? record
      return Item(value: field, step: step, date: record["date"] as? String)
    }
  }

  private func days(of items: [Item]) throws -> [String?] {
    let found = dates.map { $0.map(Optional.some) } ?? items.map(\.date)
    guard found.count == items.count else {
      throw CommandProblem.outOfRange("dates", "\(found.count) dates", "one for each of the \(items.count) X-rays")
    }
    let days = try found.compactMap { text in
      try text.map { text in
        guard let day = CivilDate.days(of: text) else { throw CommandProblem.outOfRange("dates", "`\(text)`", "days such as 2026-03-14") }
        return day
      }
    }
    guard days.isEmpty || days.count == items.count else {
      throw CommandProblem.outOfRange("dates", "\(days.count) dates", "one for each of the \(items.count) X-rays")
    }
    if let late = zip(days, days.dropFirst()).enumerated().first(where: { $0.element.0 > $0.element.1 })?.offset {
      let (first, second) = (found[late] ?? "", found[late + 1] ?? "")
      throw CommandProblem.outOfRange("dates", "`\(first)` before `\(second)`", "in order of time, the earliest X-ray first")
    }
    return found
  }

  private func examination(_ item: Item, date: String?, _ context: Context) throws -> FollowUp.Examination {
    if let segmentation = item.value as? Segmentation {
      let image = item.step?.xray(of: segmentation.size)?.image
      return try FollowUp.Examination(date: date, image: image, segmentation: segmentation)
    }
    guard let image = (item.value as? any PixelValue)?.grayImage else { throw CommandProblem.notAFollowUp(type(of: item.value).typeName) }
    // The images of a list are read one by one, so that their sizes are not known before.
    try MemoryBudget.require(12 * image.size.count + workingBytes(context), for: "an X-ray of \(image.size) pixels")
    let segmentation = try ModelCache.segmenter(model, context).segment(image)
    try SegmentCommand.check(segmentation, of: image, context)
    return try FollowUp.Examination(date: date, image: image, segmentation: segmentation)
  }
}
