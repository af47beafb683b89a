import Basics
import SegLang

/// Makes programs from the grammar. Most of them pass the check, since names and types are kept in mind; now and then one does something wrong.
struct ProgramGenerator {
  enum Kind: CaseIterable { case number, text, truth, length, image, mask, parts, list, record }

  private var random: SeededGenerator
  private var variables: [(name: String, kind: Kind)] = []
  private var functions: [(name: String, parameters: [Kind], result: Kind)] = []
  private var count = 0
  private var it: Kind?
  /// How many names from the start a block must not change.
  private var frozen = 0
  private let isScript: Bool
  private var usesModule = false
  /// Most programs are small, since what goes wrong shows in few lines and many of them can be tried; one in sixty-four is large.
  private let isLarge: Bool

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    isScript = random.next() % 2 == 0
    isLarge = random.next() % 64 == 0
  }

  private mutating func chance(_ percent: Int) -> Bool { Int(random.next() % 100) < percent }
  private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(1, limit))) }
  private mutating func one<T>(_ items: [T]) -> T { items[below(items.count)] }

  /// A program, and whether it is to be read as a script.
  mutating func program() -> (text: String, mode: Mode) {
    var lines = isScript ? ["seglang 1"] : []
    for _ in 0..<below(3) where chance(isLarge ? 60 : 15) { lines.append(function()) }
    if chance(isLarge ? 20 : 8) {
      usesModule = true
      lines.append("use \"m.seg\" as m")
    }
    if isScript, chance(30) { lines.append(parameter()) }
    for _ in 0..<(1 + below(isLarge ? 7 : 2)) { lines.append(statement(depth: isLarge ? 3 : 1, indent: "")) }
    if chance(10) { lines.insert(one(["# a comment", "", "  # indented", "#"]), at: lines.count / 2) }
    return (lines.joined(separator: chance(90) ? "\n" : "\r\n") + (chance(80) ? "\n" : ""), isScript ? .script : .prompt)
  }

  // MARK: Names

  private mutating func fresh(_ kind: Kind) -> String {
    count += 1
    let name = one(["a", "mask", "left_lung", "x", "größe", "img", "p", "k"]) + String(count)
    variables.append((name, kind))
    return name
  }

  private mutating func variable(_ kind: Kind) -> String? {
    if chance(1) { return "nowhere" }
    let fitting = variables.filter { $0.kind == kind }
    return fitting.isEmpty ? nil : one(fitting).name
  }

  // MARK: Statements

  private mutating func function() -> String {
    count += 1
    let name = one(["f", "clean-up", "g"]) + String(count)
    let parameters = (0..<below(3)).map { _ in one(Kind.allCases) }
    let result = one(Kind.allCases)
    let outer = variables
    variables = []
    var written: [String] = []
    var required: [Kind] = []
    for kind in parameters {
      let parameter = fresh(kind)
      let isOptional = chance(20) && [.number, .text, .truth, .length].contains(kind)
      written.append(parameter + (chance(70) ? ": \(Self.typeName(kind))" : "") + (isOptional ? " = \(literal(kind))" : ""))
      if !isOptional { required.append(kind) }
    }
    let body = (0..<below(3)).map { _ in "  " + statement(depth: 1, indent: "  ") } + ["  return " + expression(result, 2)]
    variables = outer
    // Parameters with a default stand last, or the call would be given values in the wrong places.
    functions.append((name, required.count == parameters.count ? required : [], result))
    if required.count != parameters.count, !required.isEmpty { functions.removeLast() }
    return "fn \(name)(\(written.joined(separator: ", "))) {\n\(body.joined(separator: "\n"))\n}"
  }

  private mutating func parameter() -> String {
    let kind = one([Kind.number, .length, .text, .truth])
    let value = literal(kind)
    return "param \(fresh(kind)): \(Self.typeName(kind)) = \(value)" + (chance(50) ? " \"help\"" : "")
  }

  private static func typeName(_ kind: Kind) -> String {
    switch kind {
    case .number: "Number"
    case .text: "Text"
    case .truth: "Bool"
    case .length: "Length"
    case .image: "Image"
    case .mask: "Mask"
    case .parts: "Segmentation"
    case .list: "List"
    case .record: "Record"
    }
  }

  private mutating func block(_ depth: Int, _ indent: String) -> String {
    let outer = variables
    defer { variables = outer }
    let lines = (0..<(1 + below(2))).map { _ in indent + "  " + statement(depth: depth - 1, indent: indent + "  ") }
    return "{\n\(lines.joined(separator: "\n"))\n\(indent)}"
  }

  private mutating func statement(depth: Int, indent: String) -> String {
    let choice = depth > 0 ? below(20) : below(12)
    switch choice {
    case 0..<6:
      let kind = one(Kind.allCases)
      let value = pipeline(kind, depth + 1)
      return "\(fresh(kind)) = \(value)"
    case 6:
      let own = Array(variables.enumerated().filter { $0.offset >= frozen }.map(\.element))
      guard !own.isEmpty else { return "print \(expression(.number, 2))" }
      let target = one(own)
      return "\(target.name) := \(pipeline(target.kind, depth))"
    case 7, 8: return "\(one(["print", "log"])) \(pipeline(one(Kind.allCases), depth + 1))"
    case 9: return "expect \(expression(.truth, depth))"
    case 10: return "\(expression(one([.image, .mask]), depth)) | save \(one(["out.png", "\"a b.png\"", "out-{x}.png", "./o.png"]))"
    case 11: return chance(50) ? pipeline(one(Kind.allCases), depth) : "assert true or \(expression(.truth, 1))"
    case 12, 13:
      return "if \(expression(.truth, 2)) \(block(depth, indent))"
        + (chance(40) ? " else if \(expression(.truth, 1)) \(block(depth, indent))" : "")
        + (chance(40) ? " else \(block(depth, indent))" : "")
    case 14, 15:
      let outer = variables
      defer { variables = outer }
      let sequence = chance(50) ? "1..\(below(4))" : "(\(expression(.list, 1)))"
      let name = fresh(.number)
      return "for \(name) in \(sequence) \(block(depth, indent))"
    case 16:
      let counter = fresh(.number)
      return "\(counter) = 0\n\(indent)while \(counter) < \(below(4)) {\n\(indent)  \(counter) := \(counter) + 1\n\(indent)  "
        + statement(depth: depth - 1, indent: indent + "  ") + "\n\(indent)}"
    case 17:
      let outer = variables
      defer { variables = outer }
      let body = block(depth, indent)
      let name = fresh(.record)
      variables.removeLast()
      return "try \(body) catch \(name) {\n\(indent)  print \(name).message\n\(indent)}"
    default: return "\(fresh(.list)) = \(batch(depth))"
    }
  }

  // MARK: Expressions

  private mutating func pipeline(_ kind: Kind, _ depth: Int) -> String {
    switch kind {
    case .mask where chance(50): return maskPipeline(depth)
    case .image where chance(30): return "\(maskPipeline(depth)) | overlay background=(\(expression(.image, 1))) opacity=\(below(100))%"
    case .parts where chance(50): return "\(operand(.image, depth)) | segment"
    case .image where chance(30): return "load \(one(["a.png", "cases/p-01.dcm", "\"b c.png\"", "(\"x\" + \".png\")", "img.png"]))"
    case .list where chance(40): return batch(depth)
    default: return expression(kind, depth)
    }
  }

  private mutating func maskPipeline(_ depth: Int) -> String {
    var text = "\(operand(.image, depth)) | threshold \(one(["3", "2 otsu", "method=li", "(1 + 1)"]))"
    if chance(30) { text += " within=\(chance(50) ? variable(.mask) ?? "(\(expression(.mask, 0)))" : "(\(expression(.mask, 1)))")" }
    for _ in 0..<below(3) {
      text +=
        (chance(20) ? " |\n  " : " | ")
        + "morph-open radius=\(one(["1px", "2mm", "(\(expression(.length, 1)))", isScript ? "3px" : "3"])) shape=\(one(["disk", "square", "tall-diamond"]))"
        + (chance(20) ? " times=\(1 + below(9))" : "")
    }
    if chance(20) {
      text =
        "\(operand(.image, depth)) | sweep \(one(["t", "level"]))\(count)=\(one(["1..3", "2..4:2", "[1, 2]"])) { it > \(one(["1", "2"])) } | pick \(1 + below(2))"
    }
    return text
  }

  private mutating func batch(_ depth: Int) -> String {
    let source = one(["1..\(1 + below(4))", "[\((0..<(1 + below(4))).map(String.init).joined(separator: ", "))]"])
    let outer = (variables, it, frozen)
    frozen = variables.count
    it = .number
    defer { (variables, it, frozen) = outer }
    switch below(3) {
    case 0: return "\(source) | where { \(expression(.truth, max(0, depth - 1))) }"
    case 1: return "\(source) | each { \(expression(one(Kind.allCases), max(0, depth - 1))) }"
    default:
      let first = statement(depth: 0, indent: "  ")
      return "\(source) | each {\n  \(first)\n  \(expression(one(Kind.allCases), max(0, depth - 1)))\n}"
    }
  }

  private mutating func operand(_ kind: Kind, _ depth: Int) -> String { variable(kind) ?? "(\(expression(kind, max(0, depth - 1))))" }

  private mutating func expression(_ kind: Kind, _ depth: Int) -> String {
    if chance(1) { return expression(one(Kind.allCases), 0) }
    if kind == .number, it == .number, chance(20) { return "it" }
    if chance(35), let name = variable(kind) { return name }
    guard depth > 0 else { return literal(kind) }
    if chance(12), let call = call(of: kind, depth) { return call }
    if usesModule, chance(15), let member = member(kind, depth) { return member }
    func e(_ kind: Kind) -> String { expression(kind, depth - 1) }
    switch kind {
    case .number:
      switch below(9) {
      case 0..<4: return "\(operand(.number, depth)) \(one(["+", "-", "*", "/", "%", "^"])) \(operand(.number, depth))"
      case 4: return "\(operand(.mask, depth)).area"
      case 5: return "\(operand(.image, depth)).\(one(["width", "height"]))"
      case 6: return "-\(operand(.number, depth))"
      case 7: return "(\(expression(.list, depth - 1))).count"
      default: return "\(operand(.length, depth)) / \(operand(.length, depth))"
      }
    case .text:
      switch below(3) {
      case 0: return "\(operand(.text, depth)) + \(operand(.text, depth))"
      case 1: return "\"a {\(expression(.number, depth - 1)):.2} b\""
      default: return "\"{\(operand(one(Kind.allCases), depth))}\""
      }
    case .truth:
      switch below(4) {
      case 0: return "\(operand(.number, depth)) \(one(["<", "<=", ">", ">=", "==", "!="])) \(operand(.number, depth))"
      case 1: return "\(operand(.truth, depth)) \(one(["and", "or", "xor"])) \(operand(.truth, depth))"
      case 2: return "not \(operand(.truth, depth))"
      default: return "\(operand(.text, depth)) == \(operand(.text, depth))"
      }
    case .length: return "\(operand(.length, depth)) \(one(["+", "-"])) \(operand(.length, depth))"
    case .image: return chance(50) ? "\(operand(.image, depth)) + \(operand(.number, depth))" : "(\(pipeline(.image, depth - 1)))"
    case .mask:
      switch below(5) {
      case 0: return "\(operand(.image, depth)) > \(operand(.number, depth))"
      case 1: return "\(operand(.mask, depth)) \(one(["and", "minus"])) \(operand(.mask, depth))"
      case 2: return "not \(operand(.mask, depth))"
      case 3: return "\(operand(.parts, depth)).\(one(["lungs", "opacity"]))"
      default: return "(\(maskPipeline(depth - 1)))"
      }
    case .parts: return "(\(operand(.image, depth)) | segment)"
    case .list: return chance(70) ? "[\(e(.number)), \(e(.number))]" : "\(operand(.list, depth)) + \(operand(.list, depth))"
    case .record: return "{a: \(e(.number)), b: \(e(one(Kind.allCases)))}"
    }
  }

  private mutating func member(_ kind: Kind, _ depth: Int) -> String? {
    switch kind {
    case .number: return chance(50) ? "m.k" : "(m.twice (\(expression(.number, depth - 1))))"
    case .list: return chance(50) ? "m.list" : "(m.doubled [\(literal(.number))])"
    case .mask: return "(\(operand(.image, depth)) | m.above)"
    default: return nil
    }
  }

  private mutating func call(of kind: Kind, _ depth: Int) -> String? {
    let fitting = functions.filter { $0.result == kind }
    guard !fitting.isEmpty else { return nil }
    let function = one(fitting)
    let arguments = function.parameters.map { "(\(expression($0, depth - 1)))" }
    if let first = arguments.first, chance(40) {
      return "(" + ([first + " | " + function.name] + arguments.dropFirst()).joined(separator: " ") + ")"
    }
    return "(" + ([function.name] + arguments).joined(separator: " ") + ")"
  }

  private mutating func literal(_ kind: Kind) -> String {
    switch kind {
    case .number: one(["0", "1", "2.5", "1e3", "7", "0.1", "12"])
    case .text: one(["\"\"", "\"text\"", "'raw {x}'", "\"q\\\"\\u{41}\\n\"", "\"é\u{301}\""])
    case .truth: one(["true", "false"])
    case .length: one(["1px", "2px", "0.5px", "3px"])
    case .image: "(load a.png)"
    case .mask: "(load a.png | threshold 3)"
    case .parts: "(load a.png | segment)"
    case .list: one(["[]", "[1, 2]", "[1, \"a\", 2px]", "[[1], {a: 2}]"])
    case .record: one(["{a: 1}", "{a: 1, b: \"x\"}", "{}"])
    }
  }
}
