import ArgumentParser
import SegServices

/// How progress is told.
enum ProgressForm: String, CaseIterable, ExpressibleByArgument { case auto, json, none }

extension CohortResults.Format: ExpressibleByArgument {}

struct CohortSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cohort", abstract: "Runs a script once per case, in parallel and resumable, and writes one table.",
    subcommands: [Run.self, Merge.self], defaultSubcommand: Run.self)

  /// `csv,jsonl,sqlite`.
  static func formats(_ text: String) throws -> Set<CohortResults.Format> {
    try Set(
      text.split(separator: ",", omittingEmptySubsequences: false).map { word in
        guard let format = CohortResults.Format(rawValue: String(word)) else {
          let known = CohortResults.Format.allCases.map(\.rawValue)
          throw ValidationError("--format is `\(text)` but must list some of \(known.joined(separator: ", "))")
        }
        return format
      })
  }

  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run", abstract: "Runs a script once per case; `run` may be omitted.",
      usage: "segsh cohort <script> --cases <dir|pattern|list.csv> --out <dir> [--<param> <value> ...] [options]",
      discussion: """
        In the script, `it` is the image of the case, as in the block of `each`. A script with a required parameter of type Path receives the file by that \
        parameter instead, so a script written for `segsh run` works unchanged. `segsh check --cohort` checks it. The last value of the script is the row of the case: a severity, a record, a \
        number. A list is a CSV file with a column `file`, and optionally `case` (name in the results) and columns named like script parameters. Its paths \
        start at its folder.

        The output folder receives results.csv, results.jsonl or results.sqlite with one row per case, failures.csv, run.json (the run record) and \
        journal.jsonl. After a crash or a kill, --resume continues: the results are identical to those of an undisturbed run. It refuses if script, parameters, \
        model, cases or version have changed. File names appear in no output unless phi=show or --names; the case is then input17.png, its number among all \
        cases. Exit status 4 means that some cases failed.
        """)

    @Argument(help: "Script to run for each case.", completion: .file(extensions: ["seg"])) var script: String
    @Option(
      help: ArgumentHelp("Folder or pattern of images, or list of cases (CSV).", valueName: "cases"), completion: .file(extensions: ["csv"])
    )
    var cases: String
    @Option(help: ArgumentHelp("Output folder.", valueName: "dir"), completion: .directory) var out: String
    @Flag(help: "Continue the run of the output folder; start one in an empty folder.") var resume = false
    @Flag(help: "Continue, and run the failed cases again.") var retryFailed = false
    @Option(help: ArgumentHelp("Stop when more than n cases have failed. Default: never.", valueName: "n")) var maxFailures: Int?
    @Option(help: ArgumentHelp("Result files: some of csv,jsonl,sqlite. Default: csv,jsonl.", valueName: "list")) var format: String?
    @Flag(
      name: .customLong("ro-crate"), help: "Also write ro-crate-metadata.json (RO-Crate), which describes the output folder for archives.")
    var describes = false
    @Option(help: ArgumentHelp("Script variables to write. Default: the last value.", valueName: "name,name")) var values: String?
    @Option(help: ArgumentHelp("Pixel spacing, if it is known and the files do not state it.", valueName: "length")) var spacing: String?
    @Option(
      help: ArgumentHelp("Script parameter that receives the file. Default: the required parameter of type Path.", valueName: "name"))
    var caseParam: String?
    @Flag(help: "Fail cases whose image fails the image check, such as lateral views.") var strict = false
    @Flag(help: "Write file names in the results. Default: the setting phi.") var names = false
    @Option(help: ArgumentHelp("Run only n random cases.", valueName: "n")) var sample: Int?
    @Option(help: ArgumentHelp("Random seed of --sample.", valueName: "n")) var seed: UInt64 = 1
    @Flag(help: "Check script, parameters and cases, and run nothing.") var dryRun = false
    @Option(help: ArgumentHelp("Run only part i of n of the cases, for array jobs; combine with cohort merge.", valueName: "i/n"))
    var shard: String?
    @Option(help: ArgumentHelp("Print a Slurm job-array script with n shards to standard output, and run nothing.", valueName: "n"))
    var slurm: Int?
    @Option(help: ArgumentHelp("Progress on standard error: auto, json (one line per second) or none.", valueName: "form"))
    var progress = ProgressForm.auto
    @OptionGroup var common: CommonOptions
    @Argument(
      parsing: .allUnrecognized, help: ArgumentHelp("Script parameters, as --name value.", valueName: "param value"))
    var parameters: [String] = []

    func validate() throws {
      if let shard, CohortPlan.Shard(shard) == nil { throw ValidationError("--shard is `\(shard)` but must be i/n, such as 1/20") }
      for (name, value, range) in [
        ("--max-failures", maxFailures, 0...1_000_000_000), ("--sample", sample, 1...1_000_000_000), ("--slurm", slurm, 1...10_000),
      ] {
        if let value, !range.contains(value) {
          throw ValidationError("\(name) is \(value) but must be \(range.lowerBound) to \(range.upperBound)")
        }
      }
      if slurm != nil, describes { throw ValidationError("--ro-crate describes the merged results; give it to segsh cohort merge") }
      if shard != nil, slurm != nil { throw ValidationError("--slurm writes the shards itself; omit --shard") }
      _ = try format.map(CohortSubcommand.formats)
    }

    func run() throws { try CohortRunning(self).run() }
  }

  struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "merge", abstract: "Combines the shards of a cohort into the results of the whole.",
      discussion:
        "The results are identical to those of a run without shards. Shards that are missing, unfinished or of another run are refused.")

    @Argument(help: "Folders of the shards, or folders that contain them.", completion: .directory) var folders: [String]
    @Option(help: ArgumentHelp("Output folder.", valueName: "dir"), completion: .directory) var out: String
    @Option(help: ArgumentHelp("Result files: some of csv,jsonl,sqlite. Default: csv,jsonl.", valueName: "list")) var format: String?

    @Flag(
      name: .customLong("ro-crate"), help: "Also write ro-crate-metadata.json (RO-Crate), which describes the output folder for archives.")
    var describes = false

    func validate() throws { _ = try format.map(CohortSubcommand.formats) }

    func run() throws {
      let formats = try format.map(CohortSubcommand.formats) ?? CohortResults.Format.standard
      try CohortRunning.conclude(CohortMerge.merge(folders, into: out, formats: formats, describes: describes), in: out)
    }
  }
}
