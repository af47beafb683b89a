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

/// What a property wrapper declares about its parameter.
public struct ParameterDeclaration: Sendable {
  /// How the parameter is filled.
  public let role: ParameterRole
  /// One-line description.
  public let help: String
  /// Type of the parameter.
  public let type: ValueType
  /// Range of accepted values in the unit of `Value.magnitude`: px for lengths, degrees for angles, 1 for fractions. Nil when any value is
  /// accepted.
  public let range: ClosedRange<Double>?
  /// The default value as a canonical literal; nil if there is no default or it has no literal.
  public var defaultLiteral: String? { defaultValue?.literal }
  /// The default value; nil if there is none.
  let defaultValue: (any Value)?
  /// Whether the parameter may be omitted.
  public let isOptional: Bool
  /// File extensions to complete; empty for all files.
  public let extensions: [String]
  /// Type that a block for this parameter must return; nil for a parameter that takes no block.
  public let blockResult: ValueType?
  let wrapped: any Bindable.Type
}

/// Storage that a parameter shares with the evaluator, which fills it before `run`.
final class SlotBox<T: Sendable>: Sendable {
  private let stored: Mutex<T?>
  init(_ initial: T?) { stored = Mutex(initial) }
  var value: T? { stored.withLock { $0 } }
  func fill(_ value: T) { stored.withLock { $0 = value } }
}

/// What the four property wrappers share; the signature is made of these by reflection.
protocol FillableSlot: Sendable {
  var declaration: ParameterDeclaration { get }
  func fill(with value: any Value) throws
}

/// The storage behind a parameter's property wrapper.
public struct Slot<T: Bindable>: FillableSlot {
  /// The declaration of the parameter.
  public let declaration: ParameterDeclaration
  private let box: SlotBox<T>

  init(
    _ role: ParameterRole, _ help: String, _ initial: T?, _ range: ClosedRange<Double>?, _ extensions: [String] = [],
    blockResult: ValueType? = nil
  ) {
    let start = initial ?? T.whenMissing
    declaration = ParameterDeclaration(
      role: role, help: help, type: T.valueType, range: range, defaultValue: start?.asValue, isOptional: start != nil,
      extensions: extensions, blockResult: blockResult, wrapped: T.self)
    box = SlotBox(start)
  }

  func fill(with value: any Value) throws { box.fill(try T.bind(value)) }

  var value: T {
    guard let value = box.value else { preconditionFailure("a parameter is read in run(), after it was filled") }
    return value
  }
}

/// The piped value, or the first positional argument: `@Input("Mask to open.") var mask: Mask`
@propertyWrapper public struct Input<T: Bindable>: Sendable {
  /// The storage behind the parameter.
  public let projectedValue: Slot<T>
  /// Value of the parameter; valid only in `run`.
  public var wrappedValue: T { projectedValue.value }
  /// Declares an input.
  public init(_ help: String) { projectedValue = Slot(.input, help, nil, nil) }
}

/// A positional argument: `@Argument("Image to read.", extensions: ["png", "dcm"]) var path: Path`
@propertyWrapper public struct Argument<T: Bindable>: Sendable {
  /// The storage behind the parameter.
  public let projectedValue: Slot<T>
  /// Value of the parameter; valid only in `run`.
  public var wrappedValue: T { projectedValue.value }
  /// Declares an argument without a default; it is required unless `T` is optional.
  ///
  /// - Parameters:
  ///   - help: One-line description.
  ///   - range: Accepted values in the unit of `Value.magnitude`; nil for any.
  ///   - extensions: File extensions to complete; empty for all files.
  public init(_ help: String, in range: ClosedRange<Double>? = nil, extensions: [String] = []) {
    projectedValue = Slot(.argument, help, nil, range, extensions)
  }
  /// Declares an argument with a default.
  public init(wrappedValue: T, _ help: String, in range: ClosedRange<Double>? = nil, extensions: [String] = []) {
    projectedValue = Slot(.argument, help, wrappedValue, range, extensions)
  }
}

extension Argument where T == Closure {
  /// Declares a block: `@Argument("Condition for keeping an item.", gives: .of(Bool.self)) var condition: Closure`
  /// - Parameter result: Type that the block must return.
  public init(_ help: String, gives result: ValueType = .anything) {
    projectedValue = Slot(.argument, help, nil, nil, blockResult: result)
  }
}

extension Argument where T == Closure? {
  /// Declares a block that may be omitted.
  /// - Parameter result: Type that the block must return.
  public init(_ help: String, gives result: ValueType = .anything) {
    projectedValue = Slot(.argument, help, nil, nil, blockResult: result)
  }
}

/// An option, `name=value`: `@Option("Radius of the footprint.", in: 0.5...500) var radius: Length = .pixels(1)`
@propertyWrapper public struct Option<T: Bindable>: Sendable {
  /// The storage behind the parameter.
  public let projectedValue: Slot<T>
  /// Value of the parameter; valid only in `run`.
  public var wrappedValue: T { projectedValue.value }
  /// Declares an option without a default; it is required unless `T` is optional.
  ///
  /// - Parameters:
  ///   - help: One-line description.
  ///   - range: Accepted values in the unit of `Value.magnitude`; nil for any.
  ///   - extensions: File extensions to complete; empty for all files.
  public init(_ help: String, in range: ClosedRange<Double>? = nil, extensions: [String] = []) {
    projectedValue = Slot(.option, help, nil, range, extensions)
  }
  /// Declares an option with a default.
  public init(wrappedValue: T, _ help: String, in range: ClosedRange<Double>? = nil, extensions: [String] = []) {
    projectedValue = Slot(.option, help, wrappedValue, range, extensions)
  }
}

/// An option that is taken from the lineage of the input when it is not given, such as the background of an overlay or the lungs of a
/// severity.
@propertyWrapper public struct Ancestor<T: Bindable>: Sendable {
  /// The storage behind the parameter.
  public let projectedValue: Slot<T>
  /// Value of the parameter; valid only in `run`.
  public var wrappedValue: T { projectedValue.value }
  /// Declares an option that may come from the lineage.
  public init(_ help: String) { projectedValue = Slot(.ancestor, help, nil, nil) }
}

/// Parameters that several commands share: a type whose properties are marked like a command's, held in a stored property of each command.
/// `let footprint = FootprintOptions()`
public protocol ParameterGroup: Sendable {
  /// Creates the group with the defaults of its parameters.
  init()
}

/// An option whose name the caller chooses and that becomes a variable in the command's block: `sweep radius=1px..9px:2px { … }`.
@propertyWrapper public struct Binding<T: Bindable>: Sendable {
  private let slot: Slot<NamedBinding<T>>
  /// Value of the option; valid only in `run`.
  public var wrappedValue: T { slot.value.value }
  /// The name that the caller chose; empty when the option is missing.
  public var projectedValue: String { slot.value.name }
  /// Declares an option with a free name.
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
