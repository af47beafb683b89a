import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// Where a value comes from: what `explain` gives.
package struct Explanation: Recordable {
  /// A line that led to the value.
  package struct Line {
    package let number: Int
    package let text: String
    package let typeName: String
    /// The value in one line; nil where it was not kept.
    package let value: String?
    package let pixels: Int?
    /// What open parameters came to: "lung_threshold 0.5".
    package let resolved: [(parameter: String, literal: String)]
    package let notes: [String]
  }

  package let name: String?
  package let value: any Value
  package let formula: Formula
  package let lines: [Line]
  package let inputs: [RecordedFile]
  package let models: [RecordedFile]
  package let sensitivity: Sensitivity?

  package static let typeName = "Explanation"
  package static let typeHelp = "The origin of a value: formula, commands, files."

  package init(of value: any Value, movingParameters: Bool, _ context: Context) throws {
    self.value = value
    let step = context.inputStep
    name = step?.property.flatMap { $0.properties.isEmpty ? nil : $0.properties.joined(separator: ".") }
    formula = try Formula(of: value, madeBy: step)
    var lines: [Line] = []
    var numbers: [Int: Int] = [:]
    var names = FileNames(of: step?.ancestry ?? [], hidesAll: context.hidesNames, context.registry)
    var files = RecordedFiles()
    for step in step?.ancestry ?? [] {
      files.add(step, &names)
      // An expression that only picks a property, an item or a text stands inside the line that uses it.
      guard step.command != nil || step.value.map({ type(of: $0).isImageLike }) ?? true || step === context.inputStep else { continue }
      let known = numbers
      let called: (Step) -> String? = { parent in known[parent.id].map { "[\($0)]" } }
      let argument = step.inputFile.map { names.name(of: $0) } ?? names.batchName(of: step)
      let text = names.hidden(argument.map { step.line(callingInput: $0, called) } ?? step.line(called))
      numbers[step.id] = lines.count + 1
      lines.append(
        Line(
          number: lines.count + 1, text: text, typeName: step.resultType?.typeName ?? "",
          value: step.value.map { names.hidden($0.oneLine) },
          pixels: step.pixels?.markedPixelCount, resolved: step.resolved, notes: step.notes.map { names.hidden($0) }))
    }
    (self.lines, inputs, models) = (lines, files.inputs, files.models)
    let hasFigure = value is Double || value is SeverityReport || value is Mask
    sensitivity = try hasFigure && movingParameters ? step.map { try Sensitivity(of: value, madeBy: $0, by: 0.1, context) } : nil
  }

  // MARK: For people

  package var oneLine: String { "\(name.map { "\($0) = " } ?? "")\(formula.headline ?? value.oneLine)" }

  package var details: [String] {
    var result = formula.details
    if !lines.isEmpty { result.append("computed by") }
    for line in lines {
      result.append("  [\(line.number)] \(line.text)")
      if let value = line.value { result.append("      \(line.typeName) \(value)") }
      if !line.resolved.isEmpty {
        result.append("      automatic: " + line.resolved.map { "\($0.parameter) \($0.literal)" }.joined(separator: ", "))
      }
      result += line.notes.map { "      note: \($0)" }
    }
    if !inputs.isEmpty || !models.isEmpty { result.append("files") }
    for (kind, files) in [("input", inputs), ("model", models)] {
      for file in files {
        result.append(
          "  \(kind) \(file.name), \(NumberFormat.grouped(file.byteCount)) bytes, SHA-256 \(file.sha256 ?? "unknown: the file was replaced")"
        )
      }
    }
    if let sensitivity {
      result.append("sensitivity: \(sensitivity.oneLine)")
      result += sensitivity.details.map { "  \($0)" }
    }
    result.append("segsh \(ProgramVersion.text), seglang 1. For research; not a diagnosis.")
    return result
  }

  package var record: Record {
    var fields: [(String, any Value)] = []
    if let name { fields.append(("name", name)) }
    fields += [("value", value), ("formula", formula.text)]
    if !formula.terms.isEmpty { fields.append(("terms", Record(formula.terms))) }
    fields.append(
      (
        "lines",
        List(
          lines.map { line in
            var fields: [(String, any Value)] = [("number", Double(line.number)), ("line", line.text), ("type", line.typeName)]
            if let value = line.value { fields.append(("value", value)) }
            if let pixels = line.pixels { fields.append(("pixels", Double(pixels))) }
            if !line.resolved.isEmpty { fields.append(("left_open", Record(line.resolved.map { ($0.parameter, $0.literal) }))) }
            if !line.notes.isEmpty { fields.append(("notes", List(line.notes))) }
            return Record(fields)
          })
      ))
    fields.append(("inputs", List(inputs.map(Self.record))))
    fields.append(("models", List(models.map(Self.record))))
    if let sensitivity { fields.append(("sensitivity", sensitivity.record)) }
    return Record(fields + [("program", ProgramVersion.text), ("seglang", 1.0), ("note", "For research; not a diagnosis.")])
  }

  private static func record(_ file: RecordedFile) -> Record {
    Record(
      [("name", file.name), ("bytes", Double(file.byteCount))] as [(String, any Value)] + (file.sha256.map { [("sha256", $0)] } ?? []))
  }

  package var json: JSON { record.json }
  package static var conversions: [Conversion] { [Conversion { (explanation: Explanation) in explanation.record }] }
  package static var properties: [Property] {
    [
      Property("formula", "How the value follows from its terms.") { (explanation: Explanation) in explanation.formula.text },
      Property("record", "All values by name.") { (explanation: Explanation) in explanation.record },
    ]
  }
}
