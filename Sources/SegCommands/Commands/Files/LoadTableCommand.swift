import Basics
import ImageOps
import SegLang
import SegValues

extension SpreadsheetText.Separator: Choice {
  public static var typeName: String { "Choice" }
}

/// `load-table`: a table from a file.
struct LoadTableCommand: Command {
  static let category = Category.files
  static let summary = "Reads a table from a CSV file of a spreadsheet, R or pandas, or from a DICOM structured report."
  static let discussion = """
    The first row names the columns. A column of numbers becomes numbers, one of true and false becomes truth values, and any other becomes text; \
    a note states the type of each. Empty cells, NA, NaN, null, None and #N/A are missing. Columns whose whole numbers begin with zeros, such as \
    patient numbers, stay text. Separators are commas, semicolons or tabs; with semicolons or tabs, decimal commas are recognized. Files in UTF-8, \
    UTF-16 or Windows-1252 of at most 64 MiB are read. A DICOM structured report becomes a table with one row per measurement or evaluation: group, \
    finding, site, side, name, value, unit, text, low, high, code and scheme.
    """
  static let examples = [
    Example(
      "1..4 | each { {case: it, age: 20 * it} } | save ages.csv; load-table ages.csv | where { it.age > 30 }",
      "Reads a table and selects rows."),
    Example(
      "1..4 | each { {patient: it, died: it > 2} } | save outcome.csv; load-table outcome.csv texts=patient",
      "Reads numbers of patients as text."),
  ]
  static let seeAlso = ["select", "derive", "join", "group", "summarize", "plot"]
  static let keywords = ["csv", "excel", "read", "import", "data", "frame", "outcome", "tsv", "spreadsheet"]
  static let traits: CommandTraits = [.readsFiles, .isSource]

  @Argument("CSV file or structured report to read.", extensions: ["csv", "tsv", "txt", "dcm"]) var path: Path
  @Option("Columns that must be numbers; any other value is an error.") var numbers: ColumnNames?
  @Option("Columns to read as text, such as identifiers.") var texts: ColumnNames?
  @Option("Further words for missing values, with commas between them.") var missing: ColumnNames?
  @Option("Separator of fields. Default: that of the first row.") var separator: SpreadsheetText.Separator?
  @Option("Decimal mark of numbers.") var decimal = TableReader.DecimalMark.auto

  func run(_ context: Context) throws -> Table {
    let bytes = try context.input(path, limit: CSVTable.byteLimit)
    if bytes.withUnsafeBytes({ ImageFormat(signatureOf: $0) }) == .dicom { return try measurements(bytes, context) }
    // A field takes at least a byte, and 16 as a text, which growing arrays hold twice for a moment.
    try MemoryBudget.require(32 * bytes.count)
    let text = try SpreadsheetText(parsing: bytes, path: path.text, separator: separator)
    try context.checkCancellation()
    try MemoryBudget.require(64 * text.rows.count * text.columns.count)
    var reader = try TableReader(
      text, path: path.text, numbers: numbers?.names ?? [], texts: texts?.names ?? [], missing: missing?.names ?? [], decimal: decimal)
    let table = try reader.table()
    for note in reader.notes { context.note(note, about: path.name) }
    return table
  }

  /// The values of a structured report.
  private func measurements(_ bytes: [UInt8], _ context: Context) throws -> Table {
    if numbers != nil || texts != nil || missing != nil || separator != nil || decimal != .auto {
      throw CommandProblem.wantsAlso("numbers, texts, missing, separator and decimal", "a CSV file")
    }
    let report = try DICOMStructuredReport.decode(bytes, name: path.text)
    if report.ignored > 0 {
      context.note(
        "\(report.ignored) value\(report.ignored == 1 ? "" : "s") below other values left out: only limits of intervals are read",
        about: path.name)
    }
    let columns = ["group", "finding", "site", "side", "name", "value", "unit", "text", "low", "high", "code", "scheme"]
    let rows = report.entries.map { entry -> [(any Value)?] in
      [
        entry.group, entry.finding, entry.site, entry.side, entry.name.meaning, entry.value, entry.unit, entry.text, entry.low, entry.high,
        entry.name.value, entry.name.scheme,
      ]
    }
    return Table(columns: columns, rows: rows)
  }
}
