import Foundation
import PackagePlugin

/// Builds the files of a target's folder `Page` into the program, so that nothing has to be found at run time.
@main
struct EmbeddedPagePlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    guard let target = target.sourceModule else { return [] }
    let folder = target.directoryURL.appending(path: "Page")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { ["html", "css", "js", "svg"].contains($0.pathExtension) }.sorted { $0.path < $1.path }
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedPage.swift")
    return [
      .buildCommand(
        displayName: "Embedding the page",
        executable: try context.tool(named: "EmbedPage").url,
        arguments: ([output] + files).map { $0.path(percentEncoded: false) }, inputFiles: files, outputFiles: [output])
    ]
  }
}
