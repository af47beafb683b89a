import Synchronization

/// The environment of a running command: cancellation, output, the lineage of its input, and the services of the program.
public struct Context: Sendable {
  /// The program that runs the command.
  public let host: Host
  /// Value of the command's input; nil when it has none.
  public let input: (any Value)?
  /// Steps that made the command's values, that of the input first.
  public let origins: [Step]
  /// Step that made the input; nil when the input is a literal or missing.
  public let inputStep: Step?
  /// The commands and types of the language.
  public let registry: Registry
  private let journal: StepLog
  private let caller: BlockCaller?
  /// Name of the batch case that the command works on, from its table or its file; nil outside of batches.
  public let caseName: String?

  /// Creates a context for running a command without an evaluator. Such a context cannot call blocks.
  ///
  /// - Parameters:
  ///   - host: The program that runs the command.
  ///   - registry: The commands and types of the language.
  ///   - origins: Steps that made the command's values.
  ///   - input: Value of the command's input.
  ///   - inputStep: Step that made the input.
  ///   - journal: Log that collects notes and files.
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

  /// Runs a block and returns its value.
  ///
  /// - Parameters:
  ///   - it: Value of `it` in the block, with its step.
  ///   - variables: Further variables of the block.
  ///   - name: Name of the batch case that the block works on; nil keeps the current one.
  /// - Returns: Nil for a block that only has a side effect.
  /// - Throws: `Diagnostic` with the place in the block that failed; `BlockProblem` when no evaluator runs the command.
  public func call(
    _ block: Closure, it: Traced, variables: [(name: String, value: any Value)] = [], caseName name: String? = nil
  ) throws -> Traced? {
    guard let caller else { throw BlockProblem.outsideOfRun }
    return try caller.call(block, it: it, variables: variables, caseName: name)
  }

  /// Reports that a case of a batch failed while the others continue: a warning, and exit status 4 at the end.
  public func leaveOut(_ failure: Diagnostic) { caller?.leaveOut(failure) }

  /// Whether the user has asked to stop; poll it once per band of rows.
  public var isCancelled: @Sendable () -> Bool { host.isCancelled }

  /// Stops the command when the user has asked for it.
  /// - Throws: `CancellationError`.
  public func checkCancellation() throws {
    if host.isCancelled() { throw CancellationError() }
  }

  /// Whether a person is at the prompt.
  public var isInteractive: Bool { host.isInteractive }

  /// Shows the user a note about the result, such as "2mm -> 14 px (detector plane)", and records it in the step. The same note is shown
  /// once per line.
  public func note(_ text: String) {
    journal.add { $0.notes.append(text) }
    host.note(text)
  }

  /// Shows and records a note about one image. In a batch it starts with the name of the case, so it is shown for each case.
  public func noteOfCase(_ text: String) {
    journal.add { $0.notes.append(text) }
    host.note((caseName.map { "\($0): " } ?? "") + text)
  }

  /// Shows and records a note about something found in a file. When several files of a line have the same note, the later notes name their
  /// file.
  public func note(_ text: String, about name: String?) {
    journal.add { $0.notes.append(text) }
    if let caseName { host.note("\(caseName): \(text)") } else if let name { host.noteAbout(text, name) } else { host.note(text) }
  }

  /// Records in the lineage a file that the command read or wrote.
  public func remember(_ file: StepFile) { journal.add { $0.files.append(file) } }

  /// Records in the lineage the value of a parameter that the line does not state, such as the level that a method computed or the
  /// threshold of a model.
  /// - Parameter literal: The value as a literal.
  public func remember(_ parameter: String, cameTo literal: String) { journal.add { $0.resolved.append((parameter, literal)) } }

  /// Writes data to standard output; the caller adds line breaks.
  public func write(_ text: String) { host.write(text) }

  /// Writes text with the escape sequences of images or colors to standard output. Text from other sources must be cleaned with
  /// ``TerminalText``.
  public func draw(_ text: String) { (host.draw ?? host.write)(text) }

  /// Reports the progress of a long operation, 0-1.
  public func progress(_ fraction: Double, _ what: String = "") { host.progress(fraction, what) }

  /// A service of the program: `context[WorkingFolder.self]`.
  public subscript<Key: ServiceKey>(key: Key.Type) -> Key.Service { host.services[key] }

  /// The nearest value of a type in the lineage of the input, the input included; nil when there is none.
  public func ancestor<T: Bindable>(_ type: T.Type) -> T? {
    if let input, Swift.type(of: input).valueType.fit(T.valueType) >= .converted { return try? T.bind(input) }
    return Step.nearest(T.valueType, from: origins).flatMap { try? T.bind($0.value) }
  }
}

/// The program that hosts the language: its output, cancellation, services and limits.
public struct Host: Sendable {
  /// Whether a person is at the prompt.
  public var isInteractive: Bool
  /// Whether the user has asked to stop; polled often.
  public var isCancelled: @Sendable () -> Bool
  /// Shows a note to the user.
  public var note: @Sendable (String) -> Void
  /// Notes something about a file: the text, and what the file is called.
  var noteAbout: @Sendable (String, String) -> Void
  /// Writes to standard output. Setting it resets `draw` to nil.
  public var write: @Sendable (String) -> Void {
    // What takes the place of standard output takes drawings too.
    didSet { draw = nil }
  }
  /// Writes text with the program's escape sequences; nil uses `write`.
  public var draw: (@Sendable (String) -> Void)?
  /// Shows progress: a fraction, 0-1, and a description.
  public var progress: @Sendable (Double, String) -> Void
  /// Called with the name of each command before it runs.
  public var begins: @Sendable (String) -> Void
  /// Services for commands, by key.
  public var services: Services
  /// What `log` writes; nil: as `note`, which tells the same thing once a line.
  var log: (@Sendable (String) -> Void)?
  /// Draws a result as a small text graphic shown below its line; nil for a value that it does not draw.
  public var illustrate: @Sendable (any Value, Step?) -> String? = { _, _ in nil }
  /// Called with every step and the variable that it is assigned to, or with a `print` and its text. It may see the same step twice.
  public var stepped: @Sendable (Step, String?) -> Void = { _, _ in }
  /// The reason why a command must not run; nil when it may. Called before each command.
  public var refusal: @Sendable (Signature) -> String? = { _ in nil }
  /// Limits for untrusted text; nil leaves only the limits of the language.
  public var budget: RunBudget?

  /// Creates a host. The defaults discard all output and never cancel.
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

/// A key for a service that the program provides to commands: `enum WorkingFolder: ServiceKey { static var fallback: String { "." } }`
public protocol ServiceKey {
  /// Type of the service.
  associatedtype Service: Sendable
  /// The service when the program provides none.
  static var fallback: Service { get }
}

/// The services that the program provides to commands, by key.
public struct Services: Sendable {
  private var lent: [ObjectIdentifier: any Sendable] = [:]
  /// Creates an empty collection.
  public init() {}
  /// The service of a key; the key's fallback when there is none.
  public subscript<Key: ServiceKey>(key: Key.Type) -> Key.Service {
    // Looked up first and cast then: nothing lent would pass for an optional service that is nil.
    get { lent[ObjectIdentifier(key)].map { $0 as? Key.Service ?? Key.fallback } ?? Key.fallback }
    set { lent.updateValue(newValue, forKey: ObjectIdentifier(key)) }
  }
}
