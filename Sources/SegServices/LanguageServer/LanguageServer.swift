import Basics
import Dispatch
internal import Platform
import SegLang
import Synchronization

/// `segsh lsp`: the Language Server Protocol, version 3.17, over standard input and output.
///
/// One thread reads, so that a cancellation arrives while the main thread is at work; the answers come in the order of the requests. Diagnostics are
/// published once no more changes wait, so that typing does not queue checks.
public final class LanguageServer {
  let registry: Registry
  private let output: Int32
  private let inbox: Inbox
  private var documents: [String: OpenDocument] = [:]
  private var changed: Set<String> = []
  private var phase = Phase.created

  private enum Phase { case created, running, shutDown }

  /// A document and what was found out about its present text.
  private struct OpenDocument {
    var text: TextDocument
    var version: JSON
    var analysis: ScriptAnalysis?
  }

  /// The largest text that is checked, as that of a script that can be run.
  static let textLimit = 4 << 20

  /// Creates a server that reads and writes file descriptors. Default: standard input and output.
  public init(registry: Registry, input: Int32 = 0, output: Int32 = 1) {
    self.registry = registry
    self.output = output
    inbox = Inbox(input)
  }

  /// Serves until the client says `exit`, or its end of the pipe closes.
  /// - Returns: Whether the client shut the server down first, as the protocol asks.
  public func run() -> Bool {
    guard inbox.start() else { return false }
    while true {
      switch inbox.take() {
      case .end: return phase == .shutDown
      case .lost(let problem):
        send(failure(of: .null, Failure(.parseError, problem)))
        return false
      case .malformed(let problem): send(failure(of: .null, Failure(.parseError, problem)))
      case .message(let message):
        if message["method"]?.stringValue == "exit" { return phase == .shutDown }
        receive(message)
      }
      if inbox.isEmpty { publishChanged() }
    }
  }

  // MARK: Messages

  /// An error that a request is answered with.
  struct Failure: Error {
    enum Code: Double {
      case parseError = -32700
      case invalidRequest = -32600
      case methodNotFound = -32601
      case invalidParams = -32602
      case notInitialized = -32002
      case cancelled = -32800
      case failed = -32803
    }
    let code: Code
    let message: String

    init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
  }

  private func send(_ message: JSON) { _ = MessageStream.write(message, to: output) }

  private func notify(_ method: String, _ parameters: JSON) { send(["jsonrpc": "2.0", "method": .string(method), "params": parameters]) }

  private func failure(of id: JSON, _ failure: Failure) -> JSON {
    ["jsonrpc": "2.0", "id": id, "error": ["code": .number(failure.code.rawValue), "message": .string(failure.message)]]
  }

  private func receive(_ message: JSON) {
    guard case .object = message else { return send(failure(of: .null, Failure(.invalidRequest, "a message must be one object"))) }
    let id = message["id"]
    guard let method = message["method"]?.stringValue else {
      // An answer to a request of ours; there are none.
      if message["result"] == nil, message["error"] == nil {
        send(failure(of: id ?? .null, Failure(.invalidRequest, "the message has no method")))
      }
      return
    }
    let parameters = message["params"] ?? .null
    guard let id else { return receive(notification: method, parameters) }
    do throws(Failure) {
      if inbox.finish(id) { throw Failure(.cancelled, "cancelled by the client") }
      send(["jsonrpc": "2.0", "id": id, "result": try result(of: method, parameters)])
    } catch {
      send(failure(of: id, error))
    }
  }

  private func receive(notification method: String, _ parameters: JSON) {
    guard phase == .running else { return }
    let document = parameters["textDocument"]
    guard let uri = document?["uri"]?.stringValue else { return }
    switch method {
    case "textDocument/didOpen":
      documents[uri] = OpenDocument(
        text: TextDocument(uri: uri, text: document?["text"]?.stringValue ?? ""), version: document?["version"] ?? .null)
      noteChange(of: uri)
    case "textDocument/didChange":
      guard documents[uri] != nil else { return }
      for change in parameters["contentChanges"]?.arrayValue ?? [] { apply(change, to: uri) }
      documents[uri]?.version = document?["version"] ?? .null
      noteChange(of: uri)
    case "textDocument/didClose":
      documents[uri] = nil
      changed.remove(uri)
      notify("textDocument/publishDiagnostics", ["uri": .string(uri), "diagnostics": []])
      noteChange(of: nil)
    default: break
    }
  }

  private func apply(_ change: JSON, to uri: String) {
    guard let text = change["text"]?.stringValue else { return }
    guard let range = change["range"] else {
      documents[uri]?.text = TextDocument(uri: uri, text: text)
      return
    }
    guard let start = TextDocument.Position(range["start"]), let end = TextDocument.Position(range["end"]) else { return }
    documents[uri]?.text.replace(from: start, to: end, with: text)
  }

  /// Forgets what was known of a changed document, and of all that use modules, which it may be one of.
  private func noteChange(of uri: String?) {
    for (other, document) in documents
    where other == uri || document.analysis?.symbols.contains(where: { $0.kind == .module }) ?? false {
      documents[other]?.analysis = nil
      changed.insert(other)
    }
  }

  private func publishChanged() {
    for uri in changed.sorted() {
      guard let document = documents[uri] else { continue }
      let diagnostics: [JSON]
      do throws(Failure) {
        let analysis = try analysis(of: uri)
        diagnostics = analysis.report.diagnostics.map { document.text.diagnostic($0, in: analysis) }
      } catch {
        diagnostics = [["range": document.text.range(Span(at: 0)), "severity": 1, "source": "segsh", "message": .string(error.message)]]
      }
      notify(
        "textDocument/publishDiagnostics", ["uri": .string(uri), "version": document.version, "diagnostics": .array(diagnostics)])
    }
    changed = []
  }

  // MARK: Documents

  /// What is known of a document, found out now if it changed.
  private func analysis(of uri: String) throws(Failure) -> ScriptAnalysis {
    guard let document = documents[uri] else { throw Failure(.invalidParams, "the document is not open") }
    if let analysis = document.analysis { return analysis }
    guard document.text.bytes.count <= Self.textLimit else {
      throw Failure(.failed, "the script is larger than \(Self.textLimit >> 20) MiB and is not checked")
    }
    let source = SourceText(document.text.text, name: document.text.path)
    let analysis = ScriptAnalysis(source, against: registry, using: loader)
    documents[uri]?.analysis = analysis
    return analysis
  }

  /// Modules as they are in the editor, where they are open there.
  private var loader: ModuleLoader {
    let texts = Dictionary(
      documents.values.compactMap { document in document.text.path.map { ($0, document.text.text) } }, uniquingKeysWith: { $1 })
    return ModuleLoader.files().preferring { texts[$0] }
  }

  private func result(of method: String, _ parameters: JSON) throws(Failure) -> JSON {
    switch (method, phase) {
    case ("initialize", .created):
      phase = .running
      return Self.capabilities
    case (_, .created): throw Failure(.notInitialized, "the server is not initialized")
    case ("initialize", _): throw Failure(.invalidRequest, "the server is already initialized")
    case (_, .shutDown): throw Failure(.invalidRequest, "the server is shut down")
    case ("shutdown", .running):
      phase = .shutDown
      return .null
    default: break
    }
    guard let feature = LanguageFeature(method) else { throw Failure(.methodNotFound, "`\(method.prefix(100))` is not supported") }
    guard let uri = parameters["textDocument"]?["uri"]?.stringValue, let document = documents[uri]?.text else {
      throw Failure(.invalidParams, "the document is not open")
    }
    let analysis = try analysis(of: uri)
    var offset = 0
    if feature.needsPosition {
      guard let position = TextDocument.Position(parameters["position"]) else { throw Failure(.invalidParams, "the position is missing") }
      offset = document.offset(of: position)
    }
    return try feature.answer(LanguageQuery(document: document, analysis: analysis, offset: offset, parameters: parameters))
  }

  private static let capabilities: JSON = [
    "capabilities": [
      "positionEncoding": "utf-16",
      "textDocumentSync": ["openClose": true, "change": 2],
      "completionProvider": ["triggerCharacters": ["|", ".", "="]],
      "hoverProvider": true, "definitionProvider": true, "referencesProvider": true, "documentHighlightProvider": true,
      "documentSymbolProvider": true, "documentFormattingProvider": true,
      "renameProvider": ["prepareProvider": true],
      "codeActionProvider": ["codeActionKinds": ["quickfix"]],
    ],
    "serverInfo": ["name": "segsh", "version": .string(ProgramVersion.text)],
  ]
}

/// What arrived and waits, read by a thread of its own. It holds a limited number of messages, so that a flood of them waits in the pipe.
private final class Inbox: Sendable {
  private static let capacity = 1024

  private struct State {
    var waiting: [MessageStream.Arrival] = []
    /// Requests that are not answered yet, and whether the client has cancelled them.
    var requests: [String: Bool] = [:]
  }

  private let input: Int32
  private let state = Mutex(State())
  private let filled = DispatchSemaphore(value: 0)
  private let room = DispatchSemaphore(value: Inbox.capacity)

  init(_ input: Int32) { self.input = input }

  func start() -> Bool {
    BackgroundThread.start { [self] in
      var stream = MessageStream(reading: input)
      while true {
        let arrival = stream.next()
        if case .message(let message) = arrival, isCancellation(message) { continue }
        room.wait()
        state.withLock { $0.waiting.append(arrival) }
        filled.signal()
        switch arrival {
        case .end, .lost: return
        case .message, .malformed: break
        }
      }
    }
  }

  private func isCancellation(_ message: JSON) -> Bool {
    let isCancellation = message["method"]?.stringValue == "$/cancelRequest"
    guard let id = isCancellation ? message["params"]?["id"] : message["id"] else { return isCancellation }
    state.withLock { state in
      if !isCancellation {
        state.requests[id.description] = false
      } else if state.requests[id.description] != nil {
        state.requests[id.description] = true
      }
    }
    return isCancellation
  }

  func take() -> MessageStream.Arrival {
    filled.wait()
    room.signal()
    return state.withLock { $0.waiting.removeFirst() }
  }

  var isEmpty: Bool { state.withLock { $0.waiting.isEmpty } }

  /// Strikes a request off the list.
  /// - Returns: Whether the client has cancelled it.
  func finish(_ id: JSON) -> Bool { state.withLock { $0.requests.removeValue(forKey: id.description) ?? false } }
}
