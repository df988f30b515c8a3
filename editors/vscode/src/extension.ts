// What VS Code calls. Nothing of us is made, and nothing shown, before there is a Kong file.
import * as vscode from 'vscode';
import { addMissingModules, checkWorkspace, InformationPage, newPlugin } from './commands';
import { Server } from './server';
import { SECTION } from './settings';

/** The files that show that there is something for the server to do. */
const SIGNS =
  '**/{*.rockspec,rockspec,kong/plugins/*/handler.lua,kong.conf,kong.yml,kong.yaml,.kong-lsp.toml}';

let made: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const server = () => (made ??= new Server(context));
  const command = (name: string, run: (server: Server) => unknown) =>
    vscode.commands.registerCommand(`${SECTION}.${name}`, () => run(server()));
  const page = new InformationPage(server);
  context.subscriptions.push(
    { dispose: () => made?.dispose() },
    command('restart', (server) => server.restart()),
    command('showLog', (server) => server.log.show()),
    command('showInformation', () => page.show()),
    command('checkWorkspace', checkWorkspace),
    command('addModules', addMissingModules),
    command('new', newPlugin),
    vscode.workspace.registerTextDocumentContentProvider(InformationPage.scheme, page),
    atFirstSign(() => server().start()),
  );
}

export function deactivate(): Promise<void> | undefined {
  return made?.stop();
}

/** Calls back once: now if a Kong file is open, else as soon as one is seen. */
function atFirstSign(callback: () => void): vscode.Disposable {
  const { workspace } = vscode;
  const waiting: vscode.Disposable[] = [];
  let called = false;
  const seen = () => {
    vscode.Disposable.from(...waiting).dispose();
    if (!called) {
      called = true;
      callback();
    }
  };
  const opened = (document: vscode.TextDocument) => {
    if (vscode.languages.match({ scheme: 'file', pattern: SIGNS }, document) > 0) {
      seen();
    }
  };
  const look = () => void workspace.findFiles(SIGNS, undefined, 1).then(([file]) => file && seen());
  workspace.textDocuments.forEach(opened);
  if (!called) {
    const watcher = workspace.createFileSystemWatcher(SIGNS, false, true, true);
    waiting.push(
      watcher,
      watcher.onDidCreate(seen),
      workspace.onDidOpenTextDocument(opened),
      workspace.onDidChangeWorkspaceFolders(look),
    );
    look();
  }
  return { dispose: () => vscode.Disposable.from(...waiting).dispose() };
}
