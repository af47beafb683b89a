import ImageOps
import SegLang

/// How a value was made, to be written into a file: the steps in canonical form, without the names of the input files.
struct Recipe {
  /// A script that makes the value again when its inputs lie beside it under the names used here.
  let script: String
  /// A line for each input: its name in the script and the digest of its file.
  let inputs: [String]

  init(of context: Context) {
    guard let last = context.origins.first else {
      (script, inputs) = ("", [])
      return
    }
    var loads: [Int: String] = [:]
    var inputs: [String] = []
    for step in last.ancestry where Self.isInput(step) {
      let (line, input) = Self.anonymous(step, number: loads.count + 1)
      loads[step.id] = line
      inputs.append(input)
    }
    script = last.script(in: context.registry) { loads[$0.id] }
    self.inputs = inputs
  }

  /// As notes of a PNG file.
  var notes: [PictureText] {
    var notes = [PictureText(key: "Software", value: "segsh \(ProgramVersion.text)")]
    if !script.isEmpty { notes.append(PictureText(key: "Recipe", value: script)) }
    if !inputs.isEmpty { notes.append(PictureText(key: "Inputs", value: inputs.joined(separator: "\n"))) }
    return notes
  }

  /// The files that the value was made from.
  static func sources(of context: Context) -> [GrayImage.Source] {
    context.origins.flatMap(\.ancestry).compactMap { ($0.value as? GrayImage)?.source }
  }

  private static func isInput(_ step: Step) -> Bool { ["load", "load-mask", "load-labels", "load-cases"].contains(step.command) }

  /// The step with another name for its file, since a path may tell of a patient; and that name with the file's digest.
  private static func anonymous(_ step: Step, number: Int) -> (line: String, input: String) {
    let command = step.command ?? ""
    let rest = step.written { _, _ in "(…)" }.dropFirst(command.count).drop { $0 == " " }
    let isQuoted = rest.first == "\""
    let path = isQuoted ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { $0 != " " }
    let options = rest.dropFirst(path.count + (isQuoted ? 2 : 0))
    let source = (step.value as? GrayImage)?.source
    let ending = Path(source?.name ?? String(path)).fileExtension
    let name = "input\(number)" + (ending.isEmpty ? "" : "." + ending)
    return ("\(command) \(name)\(options)", source.map { "\(name) sha256 \($0.sha256)" } ?? name)
  }
}
