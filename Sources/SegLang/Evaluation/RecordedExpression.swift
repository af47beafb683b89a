/// An expression as it ran, with the step's parents and the constants that stood in for its variables.
indirect enum RecordedExpression: Sendable {
  /// A number with its unit, as it was written: `0.50`, `2mm`.
  case quantity(String)
  /// A word that is its own value: `true`, `p99`.
  case word(String)
  /// The value of a variable that no step made.
  case constant(any Value)
  /// The step's parent with this index.
  case parent(Int)
  case text([Segment])
  case list([RecordedExpression])
  case record([(name: String, value: RecordedExpression)])
  case range(RecordedExpression, RecordedExpression, step: RecordedExpression?)
  case unary(Operator, RecordedExpression)
  case binary(Operator, RecordedExpression, RecordedExpression)
  case property(RecordedExpression, String)
  case index(RecordedExpression, [RecordedExpression])
  /// In parentheses.
  case group(RecordedExpression)

  /// A piece of a text in quotes.
  enum Segment: Sendable {
    case characters(String)
    /// `{parent}` or `{parent:.2}`, with the number of decimals.
    case parent(Int, decimals: Int?)
  }

  /// Whether it means the same with and without parentheses, whatever stands beside it.
  var isAtom: Bool {
    switch self {
    case .quantity, .word, .constant, .parent: true
    default: false
    }
  }

  private var children: [RecordedExpression] {
    switch self {
    case .quantity, .word, .constant, .parent, .text: []
    case .list(let items): items
    case .record(let fields): fields.map(\.value)
    case .range(let first, let last, let step): [first, last] + (step.map { [$0] } ?? [])
    case .unary(_, let operand), .property(let operand, _), .group(let operand): [operand]
    case .binary(_, let left, let right): [left, right]
    case .index(let base, let indices): [base] + indices
    }
  }

  /// The numbers and constants in it, in the order in which they are written.
  var literals: [String] {
    switch self {
    case .quantity(let text): [text]
    case .constant(let value): [Canonical.inExpression(value)]
    default: children.flatMap(\.literals)
    }
  }

  /// The parent and the properties that are read from it; nil for any other expression.
  var path: (parent: Int, properties: [String])? {
    switch self {
    case .parent(let index): (index, [])
    case .property(let base, let name): base.path.map { ($0.parent, $0.properties + [name]) }
    default: nil
    }
  }

  /// The parents in order, each with the properties that are read from it.
  var paths: [(parent: Int, properties: [String])] {
    if let path { return [path] }
    guard case .text(let segments) = self else { return children.flatMap(\.paths) }
    return segments.compactMap { if case .parent(let index, _) = $0 { (index, []) } else { nil } }
  }

  /// The expression inside all its parentheses.
  var bare: RecordedExpression { if case .group(let inner) = self { inner.bare } else { self } }
}
