import Basics
import ImageOps
import SegLang
import SegModel
import Synchronization

/// A step as a lock keeps it.
public struct StepRecord: Sendable {
  /// From 1.
  public let number: Int
  /// The variable that the value was first given to.
  public internal(set) var name: String?
  /// In canonical form; what it was made from is called `_1`, `_2`, ….
  public let line: String
  /// The numbers of the steps that it was made from.
  package let parents: [Int]
  public let value: ValueRecord

  package var json: JSON {
    var json: JSON = ["number": .number(Double(number))]
    if let name { json["name"] = .string(name) }
    json["line"] = .string(line)
    json["from"] = .array(parents.map { .number(Double($0)) })
    value.write(to: &json)
    return json
  }
}

/// Writes down the steps of a run as they are made: each command that gives a value, each expression that a variable holds or an image is taken from, and
/// what is printed. A line that ran before on the same values is not written twice.
public final class StepRecorder: Sendable {
  private struct State {
    var steps: [StepRecord] = []
    /// The numbers of steps by the lineage's own, and by line.
    var numbers: [Int: Int] = [:]
    var lines: [String: Int] = [:]
    var names: FileNames
    var files = RecordedFiles()
    var isFull = false
  }

  private let state: Mutex<State>

  /// Later steps of a longer run are not written down.
  public static let limit = 20_000

  /// - Parameter privacy: Whether the names of the files that are read stay out of what is written down.
  public init(privacy: NamePrivacy = .hide, _ registry: Registry) {
    state = Mutex(State(names: FileNames(hidesAll: privacy == .hide, registry)))
  }

  /// To be called with what ``Host/stepped`` hears.
  public func take(_ step: Step, _ name: String?) {
    state.withLock { state in
      if step.command == nil, step.resultType == nil {
        if let printed = name { Self.record(step, nil, { ValueRecord(printed: $0.hidden(printed)) }, in: &state) }
      } else if let value = step.value {
        Self.take(step, name, value, in: &state)
      }
    }
  }

  private static func take(_ step: Step, _ name: String?, _ value: any Value, in state: inout State) {
    if let number = state.numbers[step.id] {
      if let name, state.steps[number - 1].name == nil { state.steps[number - 1].name = name }
      return
    }
    for parent in step.parents where (parent.command == nil || parent.inputFile != nil) && state.numbers[parent.id] == nil {
      if let value = parent.value, type(of: value).isImageLike { take(parent, nil, value, in: &state) }
    }
    state.names.learn(step)
    state.files.add(step, &state.names)
    record(step, name, { ValueRecord(value, $0) }, in: &state)
  }

  private static func record(_ step: Step, _ name: String?, _ value: (FileNames) -> ValueRecord, in state: inout State) {
    let numbers = state.numbers
    var names = state.names
    let called: (Step) -> String? = { parent in numbers[parent.id].map { "_\($0)" } }
    let argument = step.inputFile.map { names.name(of: $0) } ?? names.batchName(of: step)
    let line = names.hiddenScript(argument.map { step.line(callingInput: $0, called) } ?? step.line(called))
    state.names = names
    if let known = state.lines[line] {
      state.numbers[step.id] = known
      return
    }
    guard state.steps.count < limit else {
      state.isFull = true
      return
    }
    let parents = Set(step.ancestry(upTo: { numbers[$0.id] != nil }).compactMap { numbers[$0.id] }).sorted()
    state.steps.append(StepRecord(number: state.steps.count + 1, name: name, line: line, parents: parents, value: value(names)))
    state.numbers[step.id] = state.steps.count
    state.lines[line] = state.steps.count
  }

  /// What was written down so far.
  public var record: RunRecord {
    state.withLock {
      RunRecord(
        steps: $0.steps, inputs: $0.files.inputs, models: $0.files.models, batches: $0.files.batches, failures: [], isWhole: !$0.isFull)
    }
  }

  /// What was written down of a whole run, with the cases that failed in it.
  public func record(of outcome: Session.Outcome) -> RunRecord {
    let names = names
    let failures = outcome.diagnostics.compactMap { diagnostic -> FailedCase? in
      guard case .caseLeftOut(let name, let number, let count, let code, let message) = diagnostic.problem else { return nil }
      return FailedCase(name: names.hidden(name), number: number, count: count, code: code, reason: names.hidden(message))
    }
    var record = record
    record.failures = failures
    return record
  }

  /// What the files are called that were read.
  public var names: FileNames { state.withLock { $0.names } }
}

/// The steps of a run, the files that it read, and the cases that failed.
public struct RunRecord: Sendable {
  public let steps: [StepRecord]
  public let inputs: [RecordedFile]
  public let models: [RecordedFile]
  /// The files of each `load-cases`.
  public let batches: [RecordedBatch]
  public internal(set) var failures: [FailedCase]
  /// Whether no step was left out.
  public let isWhole: Bool
}

/// A case of a batch that was left out, and why.
public struct FailedCase: Sendable, Hashable {
  public let name: String
  /// From 1, of so many.
  public let number: Int
  public let count: Int
  public let code: String
  public let reason: String

  package var json: JSON {
    [
      "case": .string(name), "number": .number(Double(number)), "count": .number(Double(count)), "code": .string(code),
      "reason": .string(reason),
    ]
  }

  package init(name: String, number: Int, count: Int, code: String, reason: String) {
    (self.name, self.number, self.count, self.code, self.reason) = (name, number, count, code, reason)
  }

  /// Nil for anything else.
  package init?(_ json: JSON) {
    guard let name = json["case"]?.stringValue, let number = json["number"]?.integerValue, let count = json["count"]?.integerValue,
      let code = json["code"]?.stringValue, let reason = json["reason"]?.stringValue
    else { return nil }
    self.init(name: name, number: number, count: count, code: code, reason: reason)
  }
}
