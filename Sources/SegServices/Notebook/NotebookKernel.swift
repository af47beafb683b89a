import Basics
import Dispatch
internal import Platform
import Synchronization
import Terminal

/// What runs the cells of a notebook. All calls come from the thread that calls ``NotebookKernel/serve(_:)``.
public protocol NotebookEvaluator: AnyObject {
  /// Runs a cell; `show` is called with what it writes and makes, from any thread, until this returns.
  func run(_ code: String, show: @escaping @Sendable (NotebookOutput) -> Void) -> NotebookOutcome
  /// Completions at an offset in UTF-8 bytes.
  func complete(_ code: String, at offset: Int) -> (start: Int, items: [String])
  /// Help for what stands at an offset in UTF-8 bytes; nil where there is none.
  func inspect(_ code: String, at offset: Int) -> String?
  /// Whether a cell is whole.
  func completeness(of code: String) -> NotebookCompleteness
  /// Stops the cell that runs; called from another thread.
  var interrupt: @Sendable () -> Void { get }
}

/// What a cell shows while it runs.
public enum NotebookOutput: Sendable {
  /// Text of standard output or of messages.
  case text(String, isMessage: Bool)
  /// A value in several forms, by their MIME types, with the words for its image.
  case value(JSON, metadata: JSON, isResult: Bool)
}

/// How a cell ended.
public enum NotebookOutcome: Sendable {
  case done
  /// Name, message, and what is shown, line by line.
  case failed(name: String, message: String, lines: [String])
  case interrupted
}

/// Whether a cell can be run.
public enum NotebookCompleteness: Sendable {
  case complete, invalid
  case incomplete(indent: String)
}

/// A kernel of Jupyter: the messaging protocol, version 5.3, over ZeroMQ.
///
/// The main thread answers the shell; one thread answers the control channel, so that a cell can be interrupted, and one echoes heartbeats.
public final class NotebookKernel {
  private let sockets: KernelSockets
  private let key: [UInt8]
  private let session: String
  private let ended = DispatchSemaphore(value: 0)
  private var count = 0
  private var history: [(number: Int, code: String)] = []
  /// Messages that were sent before a cell failed; the cells among them are answered without running them.
  private var aborted: [[[UInt8]]] = []
  /// The program that started the kernel, where it is to end with it; nil for a kernel that outlives it.
  private let parent = Environment["JPY_PARENT_PID"].flatMap { Int32($0) }.flatMap { $0 == getppid() ? $0 : nil }

  private static let historyLimit = 10_000
  private static let pollMilliseconds = 100
  /// How long messages that were sent with a failed cell may still arrive.
  private static let abortMilliseconds = 20
  private static let abortLimit = 1000

  /// Listens where a connection file says.
  /// - Throws: `KernelConnection.Problem`, or what explains why it cannot listen.
  public init(_ connection: KernelConnection) throws {
    sockets = try KernelSockets(connection)
    key = connection.key
    session = Self.identifier()
  }

  /// Whether ZeroMQ is installed.
  public static var isAvailable: Bool { KernelSockets.isAvailable }

  /// Serves until a client shuts the kernel down, or the client's process ends.
  public func serve(_ evaluator: any NotebookEvaluator) {
    let (sockets, key, session, interrupt, ended, parent) = (sockets, key, session, evaluator.interrupt, ended, parent)
    let flag = EndFlag()
    let control = BackgroundThread.start {
      Self.serveControl(sockets, key: key, session: session, flag: flag, parent: parent, interrupt: interrupt)
      ended.signal()
    }
    let heartbeat = BackgroundThread.start {
      while !flag.isSet {
        if sockets.waits(on: .heartbeat, milliseconds: Self.pollMilliseconds), let beat = sockets.receive(from: .heartbeat) {
          sockets.send(beat, to: .heartbeat)
        }
      }
      ended.signal()
    }
    publish("status", ["execution_state": "starting"], parent: [:])
    while !flag.isSet {
      let isAborted = !aborted.isEmpty
      guard let parts = isAborted ? aborted.removeFirst() : nextParts(waiting: Self.pollMilliseconds) else { continue }
      guard let message = KernelMessage(parts: parts, key: key) else {
        Self.noteRefusal()
        continue
      }
      answer(message, isAborted: isAborted, evaluator, flag)
    }
    flag.set()
    for _ in 0..<[control, heartbeat].count(where: { $0 }) { ended.wait() }
    sockets.close()
  }

  private func nextParts(waiting milliseconds: Int) -> [[UInt8]]? {
    sockets.waits(on: .shell, milliseconds: milliseconds) ? sockets.receive(from: .shell) : nil
  }

  private final class EndFlag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
  }

  /// For the log of who started the kernel; a cell's output is no place for what other programs send.
  private static func noteRefusal() {
    let line = Array("segsh kernel: refused a message that is malformed or not signed with the key\n".utf8)
    _ = line.withUnsafeBytes { WholeFile.append($0, to: STDERR_FILENO) }
  }

  // MARK: Messages

  private static func identifier() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in String(generator.next(), radix: 16) }.joined()
  }

  private static func message(_ kind: String, _ content: JSON, parent: JSON, identities: [[UInt8]], session: String) -> KernelMessage {
    let header: JSON = [
      "msg_id": .string(identifier()), "session": .string(session), "username": "segsh", "date": .string(ReportDate.now),
      "msg_type": .string(kind),
      "version": "5.3",
    ]
    return KernelMessage(identities: identities, header: header, parent: parent, content: content)
  }

  private func publish(_ kind: String, _ content: JSON, parent: JSON) {
    Self.publish(kind, content, parent: parent, over: sockets, key: key, session: session)
  }

  private static func publish(_ kind: String, _ content: JSON, parent: JSON, over sockets: KernelSockets, key: [UInt8], session: String) {
    sockets.publish(message(kind, content, parent: parent, identities: [Array(kind.utf8)], session: session).parts(key: key))
  }

  private func reply(_ kind: String, _ content: JSON, to request: KernelMessage) {
    let message = Self.message(kind, content, parent: request.header, identities: request.identities, session: session)
    sockets.send(message.parts(key: key), to: .shell)
  }

  private static func serveControl(
    _ sockets: KernelSockets, key: [UInt8], session: String, flag: EndFlag, parent: Int32?, interrupt: @Sendable () -> Void
  ) {
    while !flag.isSet {
      // The main thread may be busy with a cell, which would run on without anyone to see it.
      if let parent, getppid() != parent {
        flag.set()
        interrupt()
        return
      }
      guard sockets.waits(on: .control, milliseconds: pollMilliseconds), let parts = sockets.receive(from: .control) else { continue }
      guard let request = KernelMessage(parts: parts, key: key) else {
        noteRefusal()
        continue
      }
      func status(_ state: JSON) {
        publish("status", ["execution_state": state], parent: request.header, over: sockets, key: key, session: session)
      }
      func reply(_ kind: String, _ content: JSON) {
        let message = message(kind, content, parent: request.header, identities: request.identities, session: session)
        sockets.send(message.parts(key: key), to: .control)
      }
      status("busy")
      switch request.kind {
      case "kernel_info_request": reply("kernel_info_reply", kernelInformation)
      case "interrupt_request":
        interrupt()
        reply("interrupt_reply", ["status": "ok"])
      case "shutdown_request":
        interrupt()
        reply("shutdown_reply", ["status": "ok", "restart": request.content["restart"] ?? false])
        status("idle")
        flag.set()
        return
      default: break
      }
      status("idle")
    }
  }

  // MARK: The shell

  private func answer(_ request: KernelMessage, isAborted: Bool, _ evaluator: any NotebookEvaluator, _ flag: EndFlag) {
    publish("status", ["execution_state": "busy"], parent: request.header)
    defer { publish("status", ["execution_state": "idle"], parent: request.header) }
    if isAborted, request.kind == "execute_request" {
      return reply("execute_reply", ["status": "aborted", "execution_count": .number(Double(count))], to: request)
    }
    let code = request.content["code"]?.stringValue ?? ""
    switch request.kind {
    case "execute_request": execute(code, request, evaluator)
    case "kernel_info_request": reply("kernel_info_reply", Self.kernelInformation, to: request)
    case "complete_request": complete(code, request, evaluator)
    case "inspect_request":
      let help = evaluator.inspect(code, at: offset(in: code, request))
      let data: JSON = help.map { ["text/plain": .string($0)] } ?? [:]
      reply("inspect_reply", ["status": "ok", "found": .bool(help != nil), "data": data, "metadata": [:]], to: request)
    case "is_complete_request":
      let content: JSON =
        switch evaluator.completeness(of: code) {
        case .complete: ["status": "complete"]
        case .invalid: ["status": "invalid"]
        case .incomplete(let indent): ["status": "incomplete", "indent": .string(indent)]
        }
      reply("is_complete_reply", content, to: request)
    case "history_request": tellHistory(request)
    case "comm_info_request": reply("comm_info_reply", ["status": "ok", "comms": [:]], to: request)
    case "comm_open": publish("comm_close", ["comm_id": request.content["comm_id"] ?? "", "data": [:]], parent: request.header)
    case "shutdown_request":
      reply("shutdown_reply", ["status": "ok", "restart": request.content["restart"] ?? false], to: request)
      flag.set()
    default: break
    }
  }

  private func execute(_ code: String, _ request: KernelMessage, _ evaluator: any NotebookEvaluator) {
    let isSilent = request.content["silent"] == .bool(true)
    let isStored = !isSilent && request.content["store_history"] != .bool(false)
    if isStored { count += 1 }
    let number = JSON.number(Double(count))
    if isStored {
      history.append((count, code))
      if history.count > Self.historyLimit { history.removeFirst(history.count - Self.historyLimit) }
    }
    if !isSilent { publish("execute_input", ["code": .string(code), "execution_count": number], parent: request.header) }
    let (sockets, key, session, header) = (sockets, key, session, request.header)
    let outcome = evaluator.run(code) { output in
      guard !isSilent else { return }
      let (kind, content): (String, JSON) =
        switch output {
        case .text(let text, let isMessage): ("stream", ["name": isMessage ? "stderr" : "stdout", "text": .string(text)])
        case .value(let data, let metadata, isResult: true):
          ("execute_result", ["data": data, "metadata": metadata, "execution_count": number])
        case .value(let data, let metadata, isResult: false): ("display_data", ["data": data, "metadata": metadata, "transient": [:]])
        }
      Self.publish(kind, content, parent: header, over: sockets, key: key, session: session)
    }
    let failure: JSON
    switch outcome {
    case .done:
      return reply(
        "execute_reply", ["status": "ok", "execution_count": number, "payload": [], "user_expressions": [:]], to: request)
    case .failed(let name, let message, let lines):
      failure = ["ename": .string(name), "evalue": .string(message), "traceback": .array(lines.map { .string($0) })]
    case .interrupted:
      failure = ["ename": "KeyboardInterrupt", "evalue": "stopped", "traceback": ["stopped; all values are as they were before this cell"]]
    }
    // Before the client can know of the failure: what it sends later is run.
    if request.content["stop_on_error"] != .bool(false) {
      while aborted.count < Self.abortLimit, let parts = nextParts(waiting: Self.abortMilliseconds) { aborted.append(parts) }
    }
    if !isSilent { publish("error", failure, parent: request.header) }
    var content = failure
    content["status"] = "error"
    content["execution_count"] = number
    reply("execute_reply", content, to: request)
  }

  private func complete(_ code: String, _ request: KernelMessage, _ evaluator: any NotebookEvaluator) {
    let offset = offset(in: code, request)
    let found = evaluator.complete(code, at: offset)
    let (start, end) = (Self.position(of: found.start, in: code), Self.position(of: offset, in: code))
    reply(
      "complete_reply",
      [
        "status": "ok", "matches": .array(found.items.map { .string($0) }), "cursor_start": .number(Double(start)),
        "cursor_end": .number(Double(end)), "metadata": [:],
      ], to: request)
  }

  private func tellHistory(_ request: KernelMessage) {
    let content = request.content
    var chosen = history
    switch content["hist_access_type"]?.stringValue {
    case "range":
      let (start, stop) = (content["start"]?.integerValue ?? 0, content["stop"]?.integerValue ?? Int.max)
      // An earlier session is not kept.
      chosen = (content["session"]?.integerValue ?? 0) == 0 ? chosen.filter { start <= $0.number && $0.number < stop } : []
    case "search":
      let pattern = Array((content["pattern"]?.stringValue ?? "*").unicodeScalars)
      chosen = chosen.filter { Self.matches(pattern[...], Array($0.code.unicodeScalars)[...]) }
      if content["unique"] == .bool(true) {
        var seen = Set<String>()
        chosen = chosen.reversed().filter { seen.insert($0.code).inserted }.reversed()
      }
      chosen = Array(chosen.suffix(max(0, content["n"]?.integerValue ?? chosen.count)))
    default: chosen = Array(chosen.suffix(max(0, content["n"]?.integerValue ?? chosen.count)))
    }
    let hasOutput = content["output"] == .bool(true)
    let entries = chosen.map { entry -> JSON in
      let input = JSON.string(entry.code)
      return [0, .number(Double(entry.number)), hasOutput ? [input, .null] : input]
    }
    reply("history_reply", ["status": "ok", "history": .array(entries)], to: request)
  }

  /// Whether a text fits a pattern with `*` and `?`. O(pattern × text).
  private static func matches(_ pattern: ArraySlice<Unicode.Scalar>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
    var (p, t) = (pattern.startIndex, text.startIndex)
    var star: (pattern: Int, text: Int)?
    while t < text.endIndex {
      if p < pattern.endIndex, pattern[p] == "*" {
        star = (p, t)
        p += 1
      } else if p < pattern.endIndex, pattern[p] == "?" || pattern[p] == text[t] {
        (p, t) = (p + 1, t + 1)
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        (p, t) = (last.pattern + 1, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }

  // MARK: Positions

  /// The cursor, which the protocol counts in Unicode scalars, in UTF-8 bytes.
  private func offset(in code: String, _ request: KernelMessage) -> Int {
    let position = request.content["cursor_pos"]?.integerValue ?? Int.max
    return code.unicodeScalars.prefix(max(0, position)).reduce(0) { $0 + UTF8.width($1) }
  }

  private static func position(of offset: Int, in code: String) -> Int {
    code.utf8.prefix(max(0, offset)).reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
  }

  private static let kernelInformation: JSON = [
    "status": "ok", "protocol_version": "5.3", "implementation": "segsh", "implementation_version": .string(ProgramVersion.text),
    "language_info": [
      "name": "segsh", "version": "1", "mimetype": "text/x-segsh", "file_extension": ".seg", "pygments_lexer": "bash",
      "codemirror_mode": "shell",
    ],
    "banner": .string("segsh \(ProgramVersion.text): research use, not a diagnosis"), "debugger": false, "help_links": [],
  ]
}
