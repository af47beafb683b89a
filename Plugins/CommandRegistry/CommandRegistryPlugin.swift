import Foundation
import PackagePlugin

/// Makes the command registry from the folder of commands: every `Commands/**/<Name>Command.swift` of the target declares a type `<Name>Command`.
@main
struct CommandRegistryPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    guard let target = target.sourceModule else { return [] }
    let files = target.sourceFiles(withSuffix: "Command.swift").map(\.url).filter { $0.pathComponents.contains("Commands") }
    let output = context.pluginWorkDirectoryURL.appending(path: "CommandRegistry.swift")
    return [
      .buildCommand(
        displayName: "Listing the commands",
        executable: try context.tool(named: "MakeCommandRegistry").url,
        arguments: [output.path(percentEncoded: false)] + files.map { $0.deletingPathExtension().lastPathComponent }.sorted(),
        inputFiles: files,
        outputFiles: [output])
    ]
  }
}
