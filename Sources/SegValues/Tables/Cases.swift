import Archive
import Basics
import ImageOps
import SegLang

/// Images in files, each read when its turn comes: what `load-cases` gives.
package struct Cases: Sequential {
  /// The folder or pattern that named them.
  package let pattern: String
  /// As the user wrote them.
  package let paths: [Path]
  /// As the system takes them.
  package let files: [String]
  /// Stated by the user; nil: as the files say.
  package let spacing: Length?
  /// The command that loads one of them alone.
  package let loading: Signature

  package init(pattern: String, paths: [Path], files: [String], spacing: Length?, loading: Signature) {
    self.pattern = pattern
    self.paths = paths
    self.files = files
    self.spacing = spacing
    self.loading = loading
  }

  package static let typeName = "Cases"
  package static let typeHelp = "A set of image files; each is read only when it is processed."
  package static var elementType: ValueType { .of(GrayImage.self) }

  package func elements() -> Elements {
    let labels = labels
    return Elements(count: files.count, item: { try image(at: $0) }, name: { labels[$0] }, origin: { step(at: $0, $1) })
  }

  /// What tables call the cases: their file names, with as many folders as set files of one name apart.
  package var labels: [String] {
    var labels = paths.map(\.name)
    var depth = 1
    var longest = 1
    while depth == 1 || depth <= longest {
      let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
      let repeated = labels.indices.filter { counts[labels[$0], default: 0] > 1 }
      if repeated.isEmpty { break }
      depth += 1
      for index in repeated {
        let parts = paths[index].text.split(separator: "/")
        longest = max(longest, parts.count)
        labels[index] = parts.suffix(depth).joined(separator: "/")
      }
    }
    return labels
  }

  /// As if the image had been loaded alone, so that what is made of it hangs on no other file.
  private func step(at index: Int, _ image: any Value) -> Step {
    let file = StepFile(readLater: paths[index], at: files[index], isArgument: true)
    return .reading(file, by: loading, options: ["spacing": spacing], value: image)
  }

  /// Where a file can be read; one that lies in an archive is fetched.
  package func place(at index: Int) throws -> String {
    ArchiveAddress.isOne(files[index]) ? try ArchiveFiles.place(of: files[index]) : files[index]
  }

  /// - Throws: what reading the file throws.
  package func image(at index: Int) throws -> GrayImage {
    guard files.indices.contains(index) else { throw CommandProblem.noSuchCase(index, count: files.count) }
    let bytes: [UInt8]
    let place = try place(at: index)
    do { bytes = try FileBytes.read(place) } catch {
      if let target = FilePaths.target(ofLink: files[index]) { throw CommandProblem.brokenLink(paths[index].text, target: target) }
      throw CodecError.unreadable(name: paths[index].text, error.problem)
    }
    var image: GrayImage
    do { image = try GrayImage.decode(bytes, name: paths[index].name) } catch {
      throw CodecError.unreadable(name: paths[index].text, error.problem)
    }
    if let spacing { image.spacing = try spacing.pixelSpacing(atDetector: false) }
    return image
  }

  package func keeping(_ indices: [Int]) -> Cases {
    Cases(pattern: pattern, paths: indices.map { paths[$0] }, files: indices.map { files[$0] }, spacing: spacing, loading: loading)
  }

  package var oneLine: String {
    let shown = paths.prefix(4).map(\.name).joined(separator: ", ")
    return "\(NumberFormat.grouped(paths.count)) image\(paths.count == 1 ? "" : "s")"
      + (paths.isEmpty ? "" : ": \(shown)" + (paths.count > 4 ? ", …" : ""))
  }
  package var json: JSON { .array(paths.map(\.json)) }

  package static var indexing: Indexing? {
    Indexing(1) { (cases: Cases, at) in
      try cases.image(at: at[0])
    } slice: { (cases: Cases, ranges) in
      cases.keeping(Array(try ranges[0].checked(count: cases.files.count)))
    }
  }
  package static var properties: [Property] {
    [
      Property("count", "Number of images.") { (cases: Cases) in cases.paths.count },
      Property("names", "File names without folders.") { (cases: Cases) in cases.paths.map(\.name) },
      Property("paths", "The files.") { (cases: Cases) in cases.paths },
    ]
  }
}

/// What `each`, `where` and `sort` work on.
package enum Batch: Union {
  case cases(Cases)
  case table(Table)
  case steps(Steps)
  case list(List)

  package static let unionCases = [UnionCase(Self.cases), UnionCase(Self.table), UnionCase(Self.steps), UnionCase(Self.list)]

  package var sequence: any Sequential {
    switch self {
    case .cases(let cases): cases
    case .table(let table): table
    case .steps(let steps): steps
    case .list(let list): list
    }
  }

  /// The same kind with some of the items.
  package func keeping(_ indices: [Int]) throws -> Batch {
    switch self {
    case .cases(let cases): return .cases(cases.keeping(indices))
    case .table(let table): return .table(table.keeping(indices))
    case .steps, .list:
      let elements = try sequence.elements()
      return .list(List(try indices.map { try elements[$0] }))
    }
  }

  /// The type of some of the items of a value of a type.
  package static func kept(_ input: ValueType?) -> ValueType {
    guard let input else { return .anything }
    if case .list = input { return input }
    if input == .of(Cases.self) || input == .of(Table.self) { return input }
    return input == .of(Steps.self) ? .list(.anything) : .anything
  }
}

/// Goes through the items of a batch, and tells which one failed.
package struct BatchRun {
  package let elements: Elements
  package let context: Context
  /// nil where items are not read from files.
  private let remarks: RepeatedNotes?
  /// Whether `errors=keep` is an option of the command.
  private let canGoOn: Bool

  package init(_ batch: Batch, canGoOn: Bool = false, _ context: Context) throws {
    elements = try batch.sequence.elements()
    self.context = context
    self.canGoOn = canGoOn
    if case .cases = batch { remarks = RepeatedNotes { context.note($0) } } else { remarks = nil }
  }

  /// An item, with the step that it comes from.
  package func item(_ index: Int) throws -> Traced {
    let item = try elements.traced(index, of: context.origins.first)
    if let image = item.value as? GrayImage { remarks?.add(image.readingNotes, of: name(index)) }
    return item
  }

  /// Sums up what reading the cases decided or ignored, once all are done.
  package func noteRemarks() { remarks?.sumUp() }

  /// What a table calls an item: its file, its column `case`, itself where it is a number or a text, or else its number.
  package func label(of item: any Value, at index: Int) -> any Value {
    if let name = elements.name(of: index) { return name }
    switch item {
    case let path as Path: return path.name
    case let record as Record: return record["case"] ?? Double(index + 1)
    case is Double, is String, is Length, is Angle, is Percentage, is Intensity, is any Choice: return item
    default: return Double(index + 1)
    }
  }

  /// What a block gives for an item; a failure says which item it was.
  package func call(_ block: Closure, at index: Int) throws -> (item: any Value, result: Traced?) {
    try context.checkCancellation()
    context.progress(Double(index) / Double(max(1, elements.count)), elements.name(of: index) ?? "\(index + 1) of \(elements.count)")
    do {
      let item = try item(index)
      return (item.value, try context.call(block, it: item, caseName: name(index)))
    } catch let failure as Diagnostic {
      if failure.problem == .cancelled { throw failure }
      throw Diagnostic(problem(failure.code, failure.message, index), at: failure.span, in: failure.source)
    } catch let cancelled as CancellationError { throw cancelled } catch {
      throw CommandProblem.caseFailed(name(index), number: index + 1, count: elements.count, message: "\(error)")
    }
  }

  /// What a block gives for each row of a table; nil for rows that lack a value that it asks for, which a note names.
  /// - Throws: What the block throws; its failure for the first row, if every row lacks the value.
  package func resultsOfRows(of block: Closure, note: String) throws -> [(any Value)?] {
    var missing: [Int] = []
    var first: Diagnostic?
    let results = try (0..<elements.count).map { index -> (any Value)? in
      do { return try call(block, at: index).result?.value } catch let failure as Diagnostic {
        guard case .caseFailed(_, _, _, "E103", _, _) = failure.problem else { throw failure }
        missing.append(index)
        first = first ?? failure
        return nil
      }
    }
    // A value that no row has is a name that is wrong.
    if let first, missing.count == elements.count { throw first }
    if !missing.isEmpty {
      let names = missing.prefix(3).map(name).joined(separator: ", ") + (missing.count > 3 ? " and \(missing.count - 3) more" : "")
      context.note("\(names): \(note)")
    }
    return results
  }

  /// The failure of `call` as that of a case that was left out, and whether it is its file that could not be read; nil where it stops everything.
  package func leftOut(_ error: any Error, at index: Int) -> (failure: Diagnostic, message: String, isUnreadable: Bool)? {
    var code = "E301"
    var isUnreadable = false
    var message = "\(error)"
    var place: (Span, SourceText?) = (Span(at: 0), nil)
    switch error {
    case is CancellationError: return nil
    case let failure as Diagnostic:
      if failure.problem == .cancelled { return nil }
      guard case .caseFailed(_, _, _, let innerCode, let innerMessage, _) = failure.problem else { return nil }
      (code, message, place) = (innerCode, innerMessage, (failure.span, failure.source))
    case CommandProblem.caseFailed(_, _, _, let inner): (message, isUnreadable) = (inner, true)
    default: break
    }
    let problem = Problem.caseLeftOut(name(index), number: index + 1, count: elements.count, code: code, message: message)
    return (Diagnostic(problem, at: place.0, in: place.1), message, isUnreadable)
  }

  private func name(_ index: Int) -> String {
    elements.name(of: index) ?? (try? elements[index]).map { label(of: $0, at: index).oneLine } ?? "\(index + 1)"
  }

  private func problem(_ code: String, _ message: String, _ index: Int) -> Problem {
    .caseFailed(name(index), number: index + 1, count: elements.count, code: code, message: message, canGoOn: canGoOn)
  }
}
