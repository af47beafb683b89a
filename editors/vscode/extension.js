"use strict";

// Starts `segsh lsp` and connects the editor to it. The program does everything else.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = async () => {
  const command = workspace.getConfiguration("segsh").get("path") || "segsh";
  client = new LanguageClient("segsh", "segsh", { command, args: ["lsp"] }, { documentSelector: [{ language: "segsh" }] });
  await client.start();
};

exports.deactivate = () => client?.stop();
