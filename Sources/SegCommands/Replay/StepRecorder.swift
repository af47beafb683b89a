import ImageOps
import SegLang
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
  let parents: [Int]
  public let value: ValueRecord

  var json: JSONValue {
    .object(
      [("number", .number(Double(number)))] + (name.map { [("name", .string($0))] } ?? [])
        + [("line", .string(line)), ("from", .array(parents.map { .number(Double($0)) }))] + value.json)
  }
}

/// Writes down the steps of a run as they are made: each command that gives a value, each expression that a variable holds or a picture is taken from, and
/// what is printed. A line that ran before on the same values is not written twice.
public final class StepRecorder: Sendable {
  private struct State {
    var steps: [StepRecord] = []
    /// The numbers of steps by the lineage's own, and by line.
    var numbers: [Int: Int] = [:]
    var lines: [String: Int] = [:]
    var names = FileNames()
    var inputs: [RecordedFile] = []
    var models: [RecordedFile] = []
    var isFull = false
  }

  private let state = Mutex(State())

  /// Later steps of a longer run are not written down.
  public static let limit = 20_000

  public init() {}

  /// To be called with what ``Host/stepped`` hears.
  public func take(_ step: Step, _ name: String?) {
    state.withLock { state in
      if step.command == nil, step.resultType == nil {
        if let printed = name { Self.record(step, nil, ValueRecord(printed: printed), in: &state) }
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
      if let value = parent.value, type(of: value).isPictureLike { take(parent, nil, value, in: &state) }
    }
    for file in step.files where file.role != .output {
      let record = RecordedFile(name: state.names.name(of: file), sha256: file.sha256, byteCount: file.byteCount)
      if file.role == .input, !state.inputs.contains(record) { state.inputs.append(record) }
      if file.role == .model, !state.models.contains(record) { state.models.append(record) }
    }
    record(step, name, ValueRecord(value), in: &state)
  }

  private static func record(_ step: Step, _ name: String?, _ value: @autoclosure () -> ValueRecord, in state: inout State) {
    let numbers = state.numbers
    var names = state.names
    // A pattern for many files may name the patient too.
    let hidesPattern = step.files.contains { $0.role == .input && $0.mayNamePatient && !$0.isArgument }
    let line =
      step.inputFile.map { step.line(callingInput: names.name(of: $0)) }
      ?? (hidesPattern ? step.line(callingInput: "input*") : step.line { parent in numbers[parent.id].map { "_\($0)" } })
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
    var value = value()
    if !names.standIns.isEmpty { value = value.replacingTexts { names.hidden($0) } }
    state.steps.append(StepRecord(number: state.steps.count + 1, name: name, line: line, parents: parents, value: value))
    state.numbers[step.id] = state.steps.count
    state.lines[line] = state.steps.count
  }

  /// What was written down so far.
  public var record: RunRecord {
    state.withLock { RunRecord(steps: $0.steps, inputs: $0.inputs, models: $0.models, isWhole: !$0.isFull) }
  }

  /// Stand-ins for the names of files that may tell of a patient.
  var standIns: [String: String] { state.withLock { $0.names.standIns } }
}

/// The steps of a run and the files that it read.
public struct RunRecord: Sendable {
  public let steps: [StepRecord]
  public let inputs: [RecordedFile]
  public let models: [RecordedFile]
  /// Whether no step was left out.
  public let isWhole: Bool
}
