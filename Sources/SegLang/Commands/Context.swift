import Synchronization

/// What a running command sees of the world: whether it is to stop, where its messages go, where its input came from, and what the program lends it.
public struct Context: Sendable {
  public let host: Host
  /// The piped value, or what the command's input slot was given.
  public let input: (any Value)?
  /// The steps that the command's values came from, the input's first.
  public let origins: [Step]
  /// The step that made the input; nil where the line itself says its value.
  public let inputStep: Step?
  public let registry: Registry
  private let journal: StepLog
  private let caller: BlockCaller?
  /// The case of a batch that the command works on, as its table or its file calls it; nil outside of batches.
  public let caseName: String?

  /// - Parameter origins: See `origins`.
  public init(
    host: Host, registry: Registry, origins: [Step] = [], input: (any Value)? = nil, inputStep: Step? = nil,
    journal: StepLog = StepLog()
  ) {
    self.init(
      host: host, registry: registry, origins: origins, input: input, inputStep: inputStep, journal: journal, caller: nil, caseName: nil)
  }

  init(
    host: Host, registry: Registry, origins: [Step], input: (any Value)?, inputStep: Step?, journal: StepLog, caller: BlockCaller?,
    caseName: String?
  ) {
    self.host = host
    self.inputStep = inputStep
    self.journal = journal
    self.registry = registry
    self.origins = origins
    self.input = input
    self.caller = caller
    self.caseName = caseName
  }

  /// What a block gives.
  ///
  /// - Parameters:
  ///   - it: what `it` is, and the step that it came from.
  ///   - variables: values of other names that the block knows.
  ///   - name: the case of a batch that the block works on.
  /// - Returns: Nil for a block that only has an effect.
  /// - Throws: `Diagnostic` with the place in the block that failed.
  public func call(
    _ block: Closure, it: Traced, variables: [(name: String, value: any Value)] = [], caseName name: String? = nil
  ) throws -> Traced? {
    guard let caller else { throw BlockProblem.outsideOfRun }
    return try caller.call(block, it: it, variables: variables, caseName: name)
  }

  /// Tells that a case of a batch failed while the others go on: a warning, and exit status 4 at the end.
  public func leaveOut(_ failure: Diagnostic) { caller?.leaveOut(failure) }

  /// Whether the user asked to stop; polled once per band of rows.
  public var isCancelled: @Sendable () -> Bool { host.isCancelled }

  /// - Throws: `CancellationError` once the user asked to stop.
  public func checkCancellation() throws {
    if host.isCancelled() { throw CancellationError() }
  }

  /// Whether a person sits at the prompt.
  public var isInteractive: Bool { host.isInteractive }

  /// Tells the user something about the result: "2mm -> 14 px (detector plane)". Shown once a line, on standard error.
  public func note(_ text: String) {
    journal.add { $0.notes.append(text) }
    host.note(text)
  }

  /// As `note`, for what concerns one image and not the line: in a batch it names its case, and so is told of each.
  public func noteOfCase(_ text: String) {
    journal.add { $0.notes.append(text) }
    host.note((caseName.map { "\($0): " } ?? "") + text)
  }

  /// As `noteOfCase`, for what was found in a file: where several files of a line have the same note, the later ones are named.
  public func note(_ text: String, about name: String?) {
    journal.add { $0.notes.append(text) }
    if let caseName { host.note("\(caseName): \(text)") } else if let name { host.noteAbout(text, name) } else { host.note(text) }
  }

  /// Remembers in the lineage that the command read or wrote a file.
  public func remember(_ file: StepFile) { journal.add { $0.files.append(file) } }

  /// Remembers in the lineage what a parameter came to that the line leaves open: the level that a method found, a threshold that the model brings.
  /// - Parameter literal: As it would be written.
  public func remember(_ parameter: String, cameTo literal: String) { journal.add { $0.resolved.append((parameter, literal)) } }

  /// Writes data to standard output; the caller ends lines.
  public func write(_ text: String) { host.write(text) }

  /// As `write`, for text with the escape sequences that draw an image or color; all in it that was read from elsewhere is cleaned (``TerminalText``).
  public func draw(_ text: String) { (host.draw ?? host.write)(text) }

  /// Reports how far a long operation is, 0...1.
  public func progress(_ fraction: Double, _ what: String = "") { host.progress(fraction, what) }

  /// What the program lends: `context[WorkingFolder.self]`.
  public subscript<Key: ServiceKey>(key: Key.Type) -> Key.Service { host.services[key] }

  /// The nearest value of a type that the input was made from, itself included; nil when there is none.
  public func ancestor<T: Bindable>(_ type: T.Type) -> T? {
    if let input, Swift.type(of: input).valueType.fit(T.valueType) >= .converted { return try? T.bind(input) }
    return Step.nearest(T.valueType, from: origins).flatMap { try? T.bind($0.value) }
  }
}

/// The program around the language.
public struct Host: Sendable {
  public var isInteractive: Bool
  public var isCancelled: @Sendable () -> Bool
  public var note: @Sendable (String) -> Void
  /// Notes something about a file: the text, and what the file is called.
  var noteAbout: @Sendable (String, String) -> Void
  public var write: @Sendable (String) -> Void {
    // What takes the place of standard output takes drawings too.
    didSet { draw = nil }
  }
  /// Writes text whose escape sequences are the program's own; nil: as `write`.
  public var draw: (@Sendable (String) -> Void)?
  public var progress: @Sendable (Double, String) -> Void
  /// A command of this name starts.
  public var begins: @Sendable (String) -> Void
  public var services: Services
  /// What `log` writes; nil: as `note`, which tells the same thing once a line.
  var log: (@Sendable (String) -> Void)?
  /// Draws a result small, as text that the program shows below its line; nil for what it does not draw.
  public var illustrate: @Sendable (any Value, Step?) -> String? = { _, _ in nil }
  /// Hears of every step as it is made, with the variable it was given to; of what `print` writes, with that text. The same step may come twice.
  public var stepped: @Sendable (Step, String?) -> Void = { _, _ in }
  /// Why a command is not to run here; nil: it may. Asked before each.
  public var refusal: @Sendable (Signature) -> String? = { _ in nil }
  /// Bounds for a text that is not trusted; nil: the language's own limits alone.
  public var budget: RunBudget?

  public init(
    isInteractive: Bool = false, isCancelled: @escaping @Sendable () -> Bool = { false },
    note: @escaping @Sendable (String) -> Void = { _ in },
    write: @escaping @Sendable (String) -> Void = { _ in }, progress: @escaping @Sendable (Double, String) -> Void = { _, _ in },
    begins: @escaping @Sendable (String) -> Void = { _ in }, services: Services = Services()
  ) {
    self.isInteractive = isInteractive
    self.isCancelled = isCancelled
    self.note = note
    noteAbout = { text, name in note("\(name): \(text)") }
    self.write = write
    self.progress = progress
    self.begins = begins
    self.services = services
  }
}

/// A key under which the program lends a service to commands: `enum WorkingFolder: ServiceKey { static var fallback: String { "." } }`
public protocol ServiceKey {
  associatedtype Service: Sendable
  /// What commands get when the program lends nothing.
  static var fallback: Service { get }
}

/// What the program lends to commands, by key.
public struct Services: Sendable {
  private var lent: [ObjectIdentifier: any Sendable] = [:]
  public init() {}
  public subscript<Key: ServiceKey>(key: Key.Type) -> Key.Service {
    // Looked up first and cast then: nothing lent would pass for an optional service that is nil.
    get { lent[ObjectIdentifier(key)].map { $0 as? Key.Service ?? Key.fallback } ?? Key.fallback }
    set { lent.updateValue(newValue, forKey: ObjectIdentifier(key)) }
  }
}
