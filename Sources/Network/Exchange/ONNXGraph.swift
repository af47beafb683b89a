/// A graph of ONNX operators with its constants, as `onnx.proto` of ONNX 1.12 lays it out.
struct ONNXGraph {
  /// The operator set; its definitions are those of https://onnx.ai/onnx/operators.
  static let operatorSet = 17
  /// The version of the file format, of the same release.
  private static let formatVersion = 8

  enum Attribute {
    case number(Int)
    case float(Float)
    case numbers([Int])
    case text(String)
  }

  /// A side of an array: known, or named.
  enum Dimension {
    case fixed(Int)
    case named(String)
  }

  private enum ElementType: Int {
    case float32 = 1
    case int64 = 7
  }

  private var nodes: [[UInt8]] = []
  private var constants: [[UInt8]] = []
  private var known: Set<String> = []

  /// Adds an operator.
  /// - Returns: the name of its first output.
  @discardableResult mutating func add(
    _ operation: String, _ inputs: [String], to outputs: [String], _ attributes: [(String, Attribute)] = []
  ) -> String {
    var node = ProtocolBuffer()
    for input in inputs { node.add(input, to: 1) }
    for output in outputs { node.add(output, to: 2) }
    node.add("\(operation):\(outputs[0])", to: 3)
    node.add(operation, to: 4)
    for (name, attribute) in attributes {
      node.add(to: 5) { message in
        message.add(name, to: 1)
        switch attribute {
        case .float(let value):
          message.add(value, to: 2)
          message.add(1, to: 20)
        case .number(let value):
          message.add(value, to: 3)
          message.add(2, to: 20)
        case .text(let value):
          message.add(value, to: 4)
          message.add(3, to: 20)
        case .numbers(let values):
          for value in values { message.add(value, to: 8) }
          message.add(7, to: 20)
        }
      }
    }
    nodes.append(node.bytes)
    return outputs[0]
  }

  /// Adds a constant of float32; one of that name that is there already stays.
  mutating func constant(_ name: String, _ values: [Float], shape: [Int]) -> String {
    constant(name, .float32, shape, count: values.count) { index, bytes in
      withUnsafeBytes(of: values[index].bitPattern.littleEndian) { bytes += $0 }
    }
  }

  /// Adds a constant vector of int64.
  mutating func constant(_ name: String, _ values: [Int]) -> String {
    constant(name, .int64, [values.count], count: values.count) { index, bytes in
      withUnsafeBytes(of: Int64(values[index]).littleEndian) { bytes += $0 }
    }
  }

  private mutating func constant(
    _ name: String, _ type: ElementType, _ shape: [Int], count: Int, _ append: (Int, inout [UInt8]) -> Void
  ) -> String {
    guard known.insert(name).inserted else { return name }
    var content: [UInt8] = []
    content.reserveCapacity(8 * count)
    for index in 0..<count { append(index, &content) }
    var tensor = ProtocolBuffer()
    for side in shape { tensor.add(side, to: 1) }
    tensor.add(type.rawValue, to: 2)
    tensor.add(name, to: 8)
    tensor.add(content, to: 9)
    constants.append(tensor.bytes)
    return name
  }

  /// The bytes of a model file.
  /// - Parameters:
  ///   - input: name and sides of the input, float32.
  ///   - output: the same of the output.
  ///   - notes: `metadata_props`.
  func model(
    named name: String, input: (name: String, shape: [Dimension]), output: (name: String, shape: [Dimension]), summary: String,
    producer: (name: String, version: String), notes: [(key: String, value: String)]
  ) -> [UInt8] {
    var model = ProtocolBuffer()
    model.add(Self.formatVersion, to: 1)
    model.add(producer.name, to: 2)
    model.add(producer.version, to: 3)
    model.add(summary, to: 6)
    model.add(to: 7) { graph in
      for node in nodes { graph.add(node, to: 1) }
      graph.add(name, to: 2)
      for constant in constants { graph.add(constant, to: 5) }
      graph.add(to: 11) { Self.describe(input, in: &$0) }
      graph.add(to: 12) { Self.describe(output, in: &$0) }
    }
    model.add(to: 8) { set in
      set.add("", to: 1)
      set.add(Self.operatorSet, to: 2)
    }
    for note in notes {
      model.add(to: 14) { entry in
        entry.add(note.key, to: 1)
        entry.add(note.value, to: 2)
      }
    }
    return model.bytes
  }

  private static func describe(_ value: (name: String, shape: [Dimension]), in message: inout ProtocolBuffer) {
    message.add(value.name, to: 1)
    message.add(to: 2) { type in
      type.add(to: 1) { tensor in
        tensor.add(ElementType.float32.rawValue, to: 1)
        tensor.add(to: 2) { shape in
          for side in value.shape {
            shape.add(to: 1) { dimension in
              switch side {
              case .fixed(let count): dimension.add(count, to: 1)
              case .named(let name): dimension.add(name, to: 2)
              }
            }
          }
        }
      }
    }
  }
}
