import Basics

/// The tensors of a file that `torch.save` wrote (PyTorch 1.6 and later): a ZIP archive with a pickle and the numbers beside it.
///
/// The pickle is read as data. Its instructions can name functions of Python; those that make tensors and dictionaries are understood, and any other
/// result is a value that nothing is done with.
struct PyTorchCheckpoint {
  private(set) var tensors: [String: Tensor] = [:]

  init(_ bytes: [UInt8]) throws(ForeignFormatProblem) {
    let files = try Self.storedFiles(bytes)
    guard let (name, pickle) = files.first(where: { $0.key.hasSuffix("/data.pkl") || $0.key == "data.pkl" }) else {
      throw ForeignFormatProblem("it has no data.pkl; files of torch.save before PyTorch 1.6 are not supported")
    }
    let folder = name.dropLast("data.pkl".count)
    if let order = files[folder + "byteorder"], Array(order) != Array("little".utf8) {
      throw ForeignFormatProblem("its numbers are big-endian")
    }
    guard pickle.count <= PickleReader.limit else {
      throw ForeignFormatProblem("its data.pkl is larger than \(PickleReader.limit >> 20) MiB")
    }
    var reader = PickleReader(pickle)
    for (name, record) in Self.records(in: try reader.value(), of: reader) {
      guard let element = record.element else { continue }
      guard let data = files["\(folder)data/\(record.key)"] else {
        throw ForeignFormatProblem("the numbers of `\(name.prefix(80))` are missing or compressed")
      }
      tensors[name] = try ForeignTensor.tensor(data, element, shape: record.shape, offset: record.offset, strides: record.strides)
    }
  }

  /// The files that are not compressed; `torch.save` compresses nothing.
  private static func storedFiles(_ bytes: [UInt8]) throws(ForeignFormatProblem) -> [String: ArraySlice<UInt8>] {
    do throws(ZIPArchive.Problem) {
      let stored = try ZIPArchive(bytes).entries.compactMap { entry in entry.stored.map { (entry.name, $0) } }
      return Dictionary(stored) { $1 }
    } catch { throw ForeignFormatProblem(error.description) }
  }

  /// The tensors of the dictionary, or of the one inside that holds a state.
  private static func records(in root: PickleValue, of reader: PickleReader, depth: Int = 0) -> [(name: String, record: TensorRecord)] {
    guard case .dictionary(let index) = root, depth < 4 else { return [] }
    let members = reader.dictionaries[index]
    for key in ["state_dict", "model_state_dict", "model"] {
      guard let inner = members.first(where: { $0.key == key })?.value else { continue }
      let found = records(in: inner, of: reader, depth: depth + 1)
      if !found.isEmpty { return found }
    }
    return members.compactMap { key, value in if case .tensor(let index) = value { (key, reader.records[index]) } else { nil } }
  }
}

/// A tensor in a pickle.
struct TensorRecord {
  /// Nil for whole numbers.
  let element: ForeignTensor.ElementType?
  let key: String
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}

/// A value in a pickle. What holds others is the number of an entry in the reader's lists, so that no nesting of a hostile file is followed.
enum PickleValue {
  case number(Int)
  case text(String)
  case name(String)
  case storage(ForeignTensor.ElementType?, key: String)
  case tuple(Int)
  case dictionary(Int)
  case tensor(Int)
  /// What is of no use here.
  case other
}

/// Reads the instructions of a pickle, protocols 2 to 5, one after the other. O(bytes).
struct PickleReader {
  /// The largest pickle that is read, in bytes; a state dict takes some 100 bytes a tensor.
  static let limit = 4 << 20

  private(set) var dictionaries: [[(key: String, value: PickleValue)]] = []
  private(set) var records: [TensorRecord] = []
  private var tuples: [[PickleValue]] = []
  private var rest: ArraySlice<UInt8>
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The value that the pickle ends with.
  mutating func value() throws(ForeignFormatProblem) -> PickleValue {
    while true {
      let instruction = try byte()
      if instruction == UInt8(ascii: ".") { return try pop() }
      try perform(instruction)
    }
  }

  // MARK: Bytes

  private static let damaged = ForeignFormatProblem("its data.pkl is damaged")

  private mutating func byte() throws(ForeignFormatProblem) -> UInt8 {
    guard let byte = rest.popFirst() else { throw Self.damaged }
    return byte
  }

  private mutating func take(_ count: Int) throws(ForeignFormatProblem) -> ArraySlice<UInt8> {
    guard count >= 0, count <= rest.count else { throw Self.damaged }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private mutating func number(_ count: Int) throws(ForeignFormatProblem) -> Int {
    let value = try take(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard value <= UInt64(Int.max) else { throw Self.damaged }
    return Int(value)
  }

  private mutating func line() throws(ForeignFormatProblem) -> String {
    guard let end = rest.firstIndex(of: 10) else { throw Self.damaged }
    defer { rest = rest[(end + 1)...] }
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  private mutating func text(_ count: Int) throws(ForeignFormatProblem) -> String { String(decoding: try take(count), as: UTF8.self) }

  // MARK: Stack

  private mutating func pop() throws(ForeignFormatProblem) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else { throw Self.damaged }
    return value
  }

  private mutating func popToMark() throws(ForeignFormatProblem) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw Self.damaged }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func pop(_ count: Int) throws(ForeignFormatProblem) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw Self.damaged }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func set(_ pairs: [PickleValue]) throws(ForeignFormatProblem) {
    guard pairs.count % 2 == 0, stack.count > (marks.last ?? 0), let target = stack.last else { throw Self.damaged }
    guard case .dictionary(let index) = target else { return }
    for place in stride(from: 0, to: pairs.count, by: 2) {
      if case .text(let key) = pairs[place] { dictionaries[index].append((key, pairs[place + 1])) }
    }
  }

  private mutating func addTuple(_ parts: [PickleValue]) {
    tuples.append(parts)
    stack.append(.tuple(tuples.count - 1))
  }

  private mutating func newDictionary() -> PickleValue {
    dictionaries.append([])
    return .dictionary(dictionaries.count - 1)
  }

  private mutating func remember(_ place: Int) throws(ForeignFormatProblem) {
    guard let value = stack.last else { throw Self.damaged }
    memo[place] = value
  }

  private mutating func perform(_ instruction: UInt8) throws(ForeignFormatProblem) {
    switch instruction {
    case 0x80: _ = try byte()
    case 0x95: _ = try take(8)
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "}"): stack.append(newDictionary())
    case UInt8(ascii: "]"), UInt8(ascii: "N"), 0x88, 0x89, 0x8F: stack.append(.other)
    case UInt8(ascii: ")"): addTuple([])
    case UInt8(ascii: "K"): stack.append(.number(try number(1)))
    case UInt8(ascii: "M"): stack.append(.number(try number(2)))
    case UInt8(ascii: "J"): stack.append(.number(Int(Int32(truncatingIfNeeded: try number(4)))))
    case 0x8A:
      let bytes = try take(Int(try byte()))
      let isNegative = bytes.last.map { $0 & 0x80 != 0 } ?? false
      stack.append(
        bytes.count > 8 ? .other : .number(bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }))
    case UInt8(ascii: "G"):
      _ = try take(8)
      stack.append(.other)
    case UInt8(ascii: "X"): stack.append(.text(try text(try number(4))))
    case 0x8C: stack.append(.text(try text(try number(1))))
    case 0x8D: stack.append(.text(try text(try number(8))))
    case UInt8(ascii: "C"):
      _ = try take(try number(1))
      stack.append(.other)
    case UInt8(ascii: "B"):
      _ = try take(try number(4))
      stack.append(.other)
    case UInt8(ascii: "q"): try remember(try number(1))
    case UInt8(ascii: "r"): try remember(try number(4))
    case 0x94: try remember(memo.count)
    case UInt8(ascii: "h"): try recall(try number(1))
    case UInt8(ascii: "j"): try recall(try number(4))
    case UInt8(ascii: "c"):
      let module = try line()
      stack.append(.name("\(module).\(try line())"))
    case 0x93:
      let parts = try pop(2)
      guard case .text(let module) = parts[0], case .text(let name) = parts[1] else { throw Self.damaged }
      stack.append(.name("\(module).\(name)"))
    case UInt8(ascii: "t"): addTuple(try popToMark())
    case 0x85...0x87: addTuple(try pop(Int(instruction) - 0x84))
    case UInt8(ascii: "R"), 0x81:
      let parts = try pop(2)
      stack.append(made(by: parts[0], of: parts[1]))
    case UInt8(ascii: "Q"): stack.append(storage(try pop()))
    case UInt8(ascii: "s"): try set(try pop(2))
    case UInt8(ascii: "u"): try set(try popToMark())
    case UInt8(ascii: "e"), 0x90: _ = try popToMark()
    case UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "0"): _ = try pop()
    default:
      throw ForeignFormatProblem(
        "its data.pkl has an instruction that is not supported (\(instruction)); save the state dict alone: torch.save(model.state_dict(), FILE)"
      )
    }
  }

  private mutating func recall(_ place: Int) throws(ForeignFormatProblem) {
    guard let value = memo[place] else { throw Self.damaged }
    stack.append(value)
  }

  // MARK: Tensors

  private static let elements: [String: ForeignTensor.ElementType] = [
    "torch.FloatStorage": .float32, "torch.DoubleStorage": .float64, "torch.HalfStorage": .float16, "torch.BFloat16Storage": .bfloat16,
  ]

  private func storage(_ identity: PickleValue) -> PickleValue {
    guard case .tuple(let index) = identity, tuples[index].count >= 3, case .text("storage") = tuples[index][0],
      case .name(let type) = tuples[index][1], case .text(let key) = tuples[index][2]
    else { return .other }
    return .storage(Self.elements[type], key: key)
  }

  private mutating func made(by maker: PickleValue, of arguments: PickleValue) -> PickleValue {
    guard case .name(let name) = maker, case .tuple(let index) = arguments else { return .other }
    let parts = tuples[index]
    switch name {
    case "collections.OrderedDict": return newDictionary()
    case "torch._utils._rebuild_parameter": return parts.first ?? .other
    case "torch._utils._rebuild_tensor_v2":
      guard parts.count >= 4, case .storage(let element, let key) = parts[0], case .number(let offset) = parts[1],
        let shape = numbers(parts[2]), let strides = numbers(parts[3])
      else { return .other }
      records.append(TensorRecord(element: element, key: key, offset: offset, shape: shape, strides: strides))
      return .tensor(records.count - 1)
    default: return .other
    }
  }

  private func numbers(_ value: PickleValue) -> [Int]? {
    guard case .tuple(let index) = value, tuples[index].count <= 8 else { return nil }
    let parts = tuples[index]
    let numbers = parts.compactMap { part -> Int? in if case .number(let number) = part { number } else { nil } }
    return numbers.count == parts.count ? numbers : nil
  }
}
