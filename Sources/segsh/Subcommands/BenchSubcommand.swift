import ArgumentParser
import Terminal

struct BenchSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures the run time of operations and networks on synthetic images.",
    discussion: "Without a name, all benchmarks run. `segsh bench --list` lists them.")

  @Argument(help: "Benchmarks to run. Default: all.") var names: [String] = []
  @Option(help: ArgumentHelp("Side of the square image in px, 32 to 16384.", valueName: "n")) var size: Int?
  @Flag(help: "Print one JSON object per line.") var json = false
  @Flag(help: "List the benchmarks.") var list = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let size, !(32...16_384).contains(size) { throw ValidationError("--size is \(size) but must be 32 to 16384") }
    if let name = names.first(where: { Benchmark.named($0) == nil }) {
      throw ValidationError("unknown benchmark `\(name)`\(NearName.question(name, among: Benchmark.all.map(\.name)))")
    }
  }

  func run() throws {
    if list {
      for benchmark in Benchmark.all { Console.shared.write("\(benchmark.name.padded(to: 36))\(benchmark.summary)\n") }
      return
    }
    Interrupt.install(isInteractive: false)
    let chosen = names.isEmpty ? Benchmark.all : names.compactMap { Benchmark.named($0) }
    for benchmark in chosen {
      let timing = try Interrupt.polled { try Timing(of: benchmark, size: size ?? benchmark.defaultSize) }
      Console.shared.write((json ? timing.json : timing.line) + "\n")
    }
  }
}
