const vscode = require('vscode');

let chosen;
const changed = new vscode.EventEmitter();

exports.activate = () => ({
  environments: {
    getActiveEnvironmentPath: () => ({ path: chosen ?? 'python' }),
    resolveEnvironment: async () =>
      chosen && { executable: { uri: vscode.Uri.file(chosen) } },
    onDidChangeActiveEnvironmentPath: changed.event,
  },
  choose(path) {
    chosen = path;
    changed.fire();
  },
});
