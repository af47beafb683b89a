import Archive
import Basics
import ImageOps
import SegLang
import SegValues

/// X-rays that wait to be looked at: those of an archive, of a folder or pattern, or of a list.
package struct Worklist: Sendable {
  package struct Item: Sendable {
    /// What `load` reads.
    package let file: Path
    /// What its state is kept by: a digest of the instance's UID, or of the content of a file without one.
    package let key: String
    /// `AP`, `PA`, …; empty: not stated.
    package let view: String
    /// `2026-01-31`; empty: not stated.
    package let date: String
    /// As the model segmented it; nil: not scored yet.
    package var score: WorklistStore.Measurement?
    /// What the reader decided.
    package var reading = WorklistStore.Reading()
    /// How two readers differ, in an adjudication.
    package var comparison: ReaderComparison.Row?

    /// What the reader accepted, or else what the model found.
    package var shown: WorklistStore.Measurement? { reading.status.isDecided ? reading.measurement : score }

    /// Whether what the reader kept before differs from what the model found, so that accepting it again is no acceptance of the model.
    package var isKeptCorrection: Bool {
      reading.status == .corrected || reading.status.isDecided && reading.measurement.percent != score?.percent
    }
  }

  /// How a list is read.
  package struct Options: Sendable {
    /// Whose decisions are shown and kept; empty: a reader without a name.
    package var reader = ""
    /// Readers whose differences are settled; nil: an ordinary reading.
    package var adjudicated: (first: String, second: String)?
    /// Where results are sent, as `dicomweb:URL` or `dimse:AETITLE@host:port`; nil: to the archive of the settings.
    package var archive: String?
    /// Path of the state; nil: it is not kept.
    package var state: String?
    /// The folder for results.
    package var folder: Path

    package init(folder: Path) { self.folder = folder }
  }

  package enum Problem: Error, Hashable, CustomStringConvertible {
    case onlyAtPrompt
    case notOpen
    case noSuchCase(Int, count: Int)
    case noStudies(String)
    case tooMany(Int, limit: Int)
    case badDates(String)
    case emptyList(String)
    case noState
    case adjudicatesSelf(String)

    package var description: String {
      switch self {
      case .onlyAtPrompt: "cases are opened and accepted only at the prompt; in a script, worklist returns the table of cases"
      case .notOpen: "no worklist is open; `worklist FOLDER` or `worklist dicomweb:URL` opens one"
      case .noSuchCase(let number, let count): "there is no case \(number): the worklist has \(count)"
      case .noStudies(let host): "\(host) has no studies with CR or DX images for this request"
      case .tooMany(let count, let limit): "the worklist has \(count) cases; the limit is \(limit). Narrow it, for example with dates="
      case .badDates(let text): "dates is `\(text)` but must be a date or range such as 20260131, 20260101-20260131 or 20260101-"
      case .emptyList(let path): "the list `\(path)` has no rows"
      case .noState: "there is no home folder that holds the state of worklists; give its file with state="
      case .adjudicatesSelf(let reader): "`\(reader)` is one of the two readers; give a third name with reader=, or none"
      }
    }
  }

  package var items: [Item]
  package let options: Options
  package static let limit = 10_000

  package init(items: [Item], _ options: Options) { (self.items, self.options) = (items, options) }

  // MARK: Where cases come from

  /// - Parameters:
  ///   - place: an archive, a study or series in an archive, a folder, a pattern, or a CSV file with a column `file`.
  ///   - dates: Study dates in an archive, as in DICOM; nil: any.
  ///   - limit: Most studies of an archive for each modality.
  /// - Throws: `Problem`, `ArchiveProblem`, `CommandProblem.noImages`, `CSVError`, `CancellationError`.
  package static func items(at place: String, dates: String?, limit: Int, _ context: Context) throws -> [Item] {
    if ArchiveAddress.isOne(place) { return try archived(try ArchiveAddress(place), dates: dates, limit: limit, context) }
    let paths = try files(at: place, context)
    guard paths.count <= Self.limit else { throw Problem.tooMany(paths.count, limit: Self.limit) }
    return try paths.enumerated().map { index, path in
      try context.checkCancellation()
      context.progress(Double(index) / Double(paths.count), "listing")
      let file = context.resolved(path)
      let identity = identity(of: file)
      // A file that is moved keeps its state.
      let name = identity?.instance ?? (try? FileBytes.read(file)).map { SHA256.hexDigest(of: $0) } ?? FilePaths.absolute(file)
      return Item(file: path, key: key(name), view: identity?.view ?? "", date: shown(identity?.date ?? ""))
    }
  }

  private static func files(at place: String, _ context: Context) throws -> [Path] {
    if Path(place).fileExtension.lowercased() == "csv" {
      let table = try CSVTable(path: try context.existing(Path(place)), requiring: ["file"])
      guard !table.rows.isEmpty else { throw Problem.emptyList(place) }
      let folder = place.lastIndex(of: "/").map { String(place[...$0]) } ?? ""
      return table.rows.map { row in
        let file = row["file"]
        return Path(file.hasPrefix("/") || file.hasPrefix("~") || ArchiveAddress.isOne(file) ? file : folder + file)
      }
    }
    let listing = CaseListing(Glob(place), context)
    guard !listing.images.isEmpty else { throw CommandProblem.noImages(place, skipped: listing.skipped.count) }
    if let note = listing.note { context.note(note) }
    return listing.images
  }

  /// What the head of a DICOM file says; the pixels are not read, unless it is deflated.
  private static func identity(of file: String) -> DICOMIdentity? {
    if ArchiveAddress.isOne(file) { return nil }
    guard FilePaths.isDICOM(file) else { return nil }
    return DICOMIdentity(of: FilePaths.head(of: file, count: 1 << 18)) ?? (try? FileBytes.read(file)).flatMap { DICOMIdentity(of: $0) }
  }

  private static func archived(_ address: ArchiveAddress, dates: String?, limit: Int, _ context: Context) throws -> [Item] {
    if let dates, !isDates(dates) { throw Problem.badDates(dates) }
    let client = try address.client(.ofEnvironment())
    if let warning = client.warning { context.note(warning) }
    var objects: [ArchivedObject] = []
    if let study = address.study {
      objects = try client.instances(study: study, series: address.series)
    } else {
      let studies = try client.studies(dates: dates, limit: limit)
      for (index, study) in studies.enumerated() {
        try context.checkCancellation()
        context.progress(Double(index) / Double(studies.count), "listing")
        objects += try client.instances(study: study.study, series: nil)
      }
    }
    let items = objects.filter(\.isRadiograph).compactMap { object -> Item? in
      guard let series = object.series, let instance = object.instance else { return nil }
      return Item(
        file: Path("\(address.with(study: object.study, series: series, instance: instance))"), key: key(instance), view: object.view ?? "",
        date: shown(object.date ?? ""))
    }
    guard !items.isEmpty else { throw Problem.noStudies(client.host) }
    guard items.count <= Self.limit else { throw Problem.tooMany(items.count, limit: Self.limit) }
    return items
  }

  private static func isDates(_ text: String) -> Bool {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    return (1...2).contains(ends.count) && ends.contains { !$0.isEmpty }
      && ends.allSatisfy { $0.isEmpty || $0.utf8.count == 8 && $0.utf8.allSatisfy { (48...57).contains($0) } }
  }

  private static func key(_ text: String) -> String { SHA256.hexDigest(of: Array("segsh worklist \(text)".utf8)) }

  private static func shown(_ date: String) -> String {
    guard date.utf8.count == 8 else { return "" }
    return "\(date.prefix(4))-\(date.dropFirst(4).prefix(2))-\(date.suffix(2))"
  }

  // MARK: State

  /// Keeps the cases of an adjudication in which both readers decided and differ; a note says how many these are.
  package mutating func keepDifferences(_ store: WorklistStore?, points: Double, dice: Double, _ context: Context) throws {
    guard let readers = options.adjudicated else { return }
    guard let store else { throw Problem.noState }
    let comparison = try ReaderComparison(of: items, by: readers, in: store, folder: options.folder, context)
    let differing = comparison.rows.filter { $0.differs(points: points, dice: dice) }
    let (both, first, second) = (comparison.rows.count, readers.first, readers.second)
    context.note("\(first) and \(second) differ in \(differing.count) of the \(both) cases that both decided (\(items.count) in all)")
    items = differing.map { row in
      var item = items[row.number - 1]
      item.comparison = row
      return item
    }
  }

  /// The items with what the store knows of them.
  package mutating func read(_ store: WorklistStore) throws {
    for (index, entry) in try store.entries(items.map(\.key), of: options.reader).enumerated() {
      (items[index].score, items[index].reading) = entry
    }
  }

  /// The next case that waits or is being corrected, after a place and then from the start; nil if every case is decided.
  package func waiting(after place: Int?) -> Int? {
    let start = place.map { $0 + 1 } ?? 0
    return (Array(items.indices.dropFirst(start)) + Array(items.indices.prefix(start)))
      .first { $0 != place && !items[$0].reading.status.isDecided }
  }

  /// "12 cases: 9 waiting, 2 accepted, 1 sent".
  package var summary: String {
    let counts = WorklistStore.Status.allCases.compactMap { status -> String? in
      let count = items.count { $0.reading.status == status }
      return count > 0 ? "\(count) \(status.rawValue)" : nil
    }
    let total = "\(items.count) case\(items.count == 1 ? "" : "s")"
    return counts.isEmpty ? total : "\(total): \(counts.joined(separator: ", "))"
  }

  /// Where the results of a case lie: a folder that names no patient, in one of the reader if the reader has a name.
  /// - Parameter reader: Nil: the reader of the list.
  package func resultsFolder(of index: Int, reader: String? = nil) -> Path {
    Self.resultsFolder(of: items[index].key, reader: reader ?? options.reader, in: options.folder)
  }

  static func resultsFolder(of key: String, reader: String, in folder: Path) -> Path {
    let parent = folder.text.hasSuffix("/") ? folder.text : folder.text + "/"
    return Path(parent + (reader.isEmpty ? "" : "reader-\(reader)/") + "case-" + key.prefix(12))
  }

  /// The annotations among the results of a case; nil if they are not there.
  static func annotations(in folder: Path) -> Path? {
    ["segmentation.dcm", "segmentation.json"].map { Path("\(folder.text)/\($0)") }.first {
      FilePaths.isRegularFile(HomeFolder.expanding($0.text))
    }
  }

  /// What a reader kept of a case, if it is still there.
  package func annotations(of index: Int, reader: String? = nil) -> Path? { Self.annotations(in: resultsFolder(of: index, reader: reader)) }

  /// One row per case.
  package var table: Table {
    func text(_ text: String) -> (any Value)? { text.isEmpty ? nil : text }
    let compared = options.adjudicated == nil ? [] : ["first", "second", "dice_lungs", "dice_opacity"]
    return Table(
      columns: ["case", "view", "date", "status", "percent", "doubt"] + compared + [
        "file", "comment", "percent.low", "percent.high", "reader",
      ],
      rows: items.enumerated().map { index, item in
        let shown = item.shown
        // Without a prediction there is no interval.
        let interval = shown?.interval.flatMap { $0.lowerBound < $0.upperBound ? $0 : nil }
        let start: [(any Value)?] = [
          Double(index + 1), text(item.view), text(item.date), item.reading.status.rawValue, shown?.percent, shown?.doubt,
        ]
        let row = item.comparison
        let middle: [(any Value)?] = compared.isEmpty ? [] : [row?.first.percent, row?.second.percent, row?.lungDice, row?.opacityDice]
        return start + middle + [item.file, item.reading.comment, interval?.lowerBound, interval?.upperBound, text(options.reader)]
      }, rowName: "case")
  }
}
