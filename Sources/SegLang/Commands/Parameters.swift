import Synchronization

/// How a parameter is filled.
public enum ParameterRole: Sendable, Hashable {
  /// By the piped value, or as the first positional argument.
  case input
  /// By position.
  case argument
  /// By `name=value`.
  case option
  /// By `name=value`, else by the nearest ancestor of its type in the lineage of the input.
  case ancestor
  /// By an option whose name the caller chooses; inside the command's block it is a variable.
  case binding
}

/// What a property wrapper declares of its parameter.
public struct ParameterDeclaration: Sendable {
  public let role: ParameterRole
  public let help: String
  public let type: ValueType
  /// In the unit of `Value.magnitude`: px for lengths, degrees for angles, 1 for shares.
  public let range: ClosedRange<Double>?
  /// Value when nothing is given, in canonical form; nil when there is none or it has no literal.
  public let defaultLiteral: String?
  /// Whether nothing need be given.
  public let isOptional: Bool
  /// Extensions of the files that fit, for completion; empty: any.
  public let extensions: [String]
  /// What a block in this place has to give; nil for a parameter that takes no block.
  public let blockResult: ValueType?
  let wrapped: any Bindable.Type
}

/// Storage that a parameter shares with the evaluator, which fills it before `run`.
final class SlotBox<T: Sendable>: Sendable {
  private let stored: Mutex<(value: T?, isGiven: Bool)>
  init(_ initial: T?) { stored = Mutex((initial, false)) }
  var value: T? { stored.withLock { $0.value } }
  var isGiven: Bool { stored.withLock { $0.isGiven } }
  func fill(_ value: T) { stored.withLock { $0 = (value, true) } }
}

/// What the four property wrappers share; the signature is made of these by reflection.
protocol FillableSlot: Sendable {
  var declaration: ParameterDeclaration { get }
  func fill(with value: any Value) throws
}

/// The storage behind a parameter's property wrapper.
public struct Slot<T: Bindable>: FillableSlot {
  public let declaration: ParameterDeclaration
  private let box: SlotBox<T>

  init(
    _ role: ParameterRole, _ help: String, _ initial: T?, _ range: ClosedRange<Double>?, _ extensions: [String] = [],
    blockResult: ValueType? = nil
  ) {
    let start = initial ?? T.whenMissing
    declaration = ParameterDeclaration(
      role: role, help: help, type: T.valueType, range: range, defaultLiteral: start?.asValue?.literal, isOptional: start != nil,
      extensions: extensions, blockResult: blockResult, wrapped: T.self)
    box = SlotBox(start)
  }

  func fill(with value: any Value) throws { box.fill(try T.bind(value)) }

  /// Whether the line gave the parameter, rather than its default or nothing.
  public var isGiven: Bool { box.isGiven }

  var value: T {
    guard let value = box.value else { preconditionFailure("a parameter is read in run(), after it was filled") }
    return value
  }
}

/// The piped value, or the first positional argument. `@Input("Mask to open.") var mask: Mask`
@propertyWrapper public struct Input<T: Bindable>: Sendable {
  public let projectedValue: Slot<T>
  public var wrappedValue: T { projectedValue.value }
  public init(_ help: String) { projectedValue = Slot(.input, help, nil, nil) }
}

/// A positional argument. `@Argument("Picture to read.", extensions: ["png", "dcm"]) var path: Path`
@propertyWrapper public struct Argument<T: Bindable>: Sendable {
  public let projectedValue: Slot<T>
  public var wrappedValue: T { projectedValue.value }
  public init(_ help: String, in range: ClosedRange<Double>? = nil, extensions: [String] = []) {
    projectedValue = Slot(.argument, help, nil, range, extensions)
  }
  public init(wrappedValue: T, _ help: String, in range: ClosedRange<Double>? = nil, extensions: [String] = []) {
    projectedValue = Slot(.argument, help, wrappedValue, range, extensions)
  }
}

extension Argument where T == Closure {
  /// A block. `@Argument("Whether an item stays.", gives: .of(Bool.self)) var condition: Closure`
  public init(_ help: String, gives result: ValueType = .anything) {
    projectedValue = Slot(.argument, help, nil, nil, blockResult: result)
  }
}

extension Argument where T == Closure? {
  /// A block that need not be given.
  public init(_ help: String, gives result: ValueType = .anything) {
    projectedValue = Slot(.argument, help, nil, nil, blockResult: result)
  }
}

/// An option, `name=value`. `@Option("Radius of the footprint.", in: 0.5...500) var radius: Length = .pixels(1)`
@propertyWrapper public struct Option<T: Bindable>: Sendable {
  public let projectedValue: Slot<T>
  public var wrappedValue: T { projectedValue.value }
  public init(_ help: String, in range: ClosedRange<Double>? = nil, extensions: [String] = []) {
    projectedValue = Slot(.option, help, nil, range, extensions)
  }
  public init(wrappedValue: T, _ help: String, in range: ClosedRange<Double>? = nil, extensions: [String] = []) {
    projectedValue = Slot(.option, help, wrappedValue, range, extensions)
  }
}

/// An option that is looked up in the lineage of the input when it is not given: the background of an overlay, the lungs of a severity.
@propertyWrapper public struct Ancestor<T: Bindable>: Sendable {
  public let projectedValue: Slot<T>
  public var wrappedValue: T { projectedValue.value }
  public init(_ help: String) { projectedValue = Slot(.ancestor, help, nil, nil) }
}

/// Parameters that several commands share: a type whose properties are marked like a command's, held in a stored property of each command.
/// `let footprint = FootprintOptions()`
public protocol ParameterGroup: Sendable {
  init()
}

/// An option whose name the caller chooses and that is a variable inside the command's block: `sweep radius=1px..9px:2px { … }`.
@propertyWrapper public struct Binding<T: Bindable>: Sendable {
  private let slot: Slot<NamedBinding<T>>
  public var wrappedValue: T { slot.value.value }
  /// The name that the caller chose; empty for one that is missing.
  public var projectedValue: String { slot.value.name }
  public init(_ help: String) { slot = Slot(.binding, help, nil, nil) }
}

extension Binding: FillableSlot {
  var declaration: ParameterDeclaration { slot.declaration }
  func fill(with value: any Value) throws { try slot.fill(with: value) }
}
extension Input: FillableSlot {
  var declaration: ParameterDeclaration { projectedValue.declaration }
  func fill(with value: any Value) throws { try projectedValue.fill(with: value) }
}
extension Argument: FillableSlot {
  var declaration: ParameterDeclaration { projectedValue.declaration }
  func fill(with value: any Value) throws { try projectedValue.fill(with: value) }
}
extension Option: FillableSlot {
  var declaration: ParameterDeclaration { projectedValue.declaration }
  func fill(with value: any Value) throws { try projectedValue.fill(with: value) }
}
extension Ancestor: FillableSlot {
  var declaration: ParameterDeclaration { projectedValue.declaration }
  func fill(with value: any Value) throws { try projectedValue.fill(with: value) }
}
