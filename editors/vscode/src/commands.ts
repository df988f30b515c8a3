import * as vscode from 'vscode';
import type { WorkspaceDiagnosticReport } from 'vscode-languageclient/node';
import type { Server } from './server';
import { describeSettings } from './settings';

const ROCKSPECS = '**/{*.rockspec,rockspec}';

/** What of package.json is used here. */
interface Manifest {
  readonly version: string;
  readonly contributes: { readonly configuration: { readonly properties: object } };
}

export async function checkWorkspace(server: Server): Promise<void> {
  const client = await server.client();
  const report = await client?.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
    previousResultIds: [],
  });
  if (report === undefined) {
    return;
  }
  const files = report.items.flatMap((item) => (item.kind === 'full' ? [item.items] : []));
  const found = files.flat();
  await vscode.commands.executeCommand('workbench.actions.view.problems');
  const counts = ['error', 'warning', 'note', 'hint']
    .map((word, index) => counted(found.filter((each) => each.severity === index + 1), word))
    .filter((text) => !text.startsWith('0 '));
  const places = counted(files.filter((items) => items.length > 0), 'file');
  const text = counts.length > 0 ? `${counts.join(', ')} in ${places}` : 'nothing found';
  vscode.window.setStatusBarMessage(`kong-lsp: ${text}`, 10_000);
}

export async function addMissingModules(server: Server): Promise<void> {
  const client = await server.client();
  const uri = await chooseRockspec();
  if (client === undefined || uri === undefined) {
    return;
  }
  await vscode.window.showTextDocument(uri);
  const done = await server.execute<{ added: boolean }>(client, 'kong-lsp.addMissingModules', {
    uri: client.code2ProtocolConverter.asUri(uri),
  });
  if (done?.added === false) {
    const name = vscode.workspace.asRelativePath(uri);
    void vscode.window.showInformationMessage(`kong-lsp: ${name} misses no module.`);
  }
}

export async function newPlugin(server: Server): Promise<void> {
  const client = await server.client();
  if (client === undefined) {
    return;
  }
  const name = await vscode.window.showInputBox({
    title: 'New Kong Plugin',
    prompt: 'What is it called? Its handler will be kong.plugins.NAME.handler.',
    validateInput: (value) =>
      /^[A-Za-z][A-Za-z0-9_-]*$/.test(value) ? '' : 'Letters, digits, - and _, a letter first',
  });
  if (name === undefined) {
    return;
  }
  const folder =
    vscode.workspace.workspaceFolders === undefined
      ? (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false }))?.[0]
      : undefined;
  const wanted = folder && client.code2ProtocolConverter.asUri(folder);
  const made = await server.execute<{ uri: string; files: string[] }>(client, 'kong-lsp.newPlugin', {
    name,
    folder: wanted,
  });
  if (made === undefined) {
    return;
  }
  for (const uri of made.files) {
    await (await vscode.workspace.openTextDocument(vscode.Uri.parse(uri))).save();
  }
  await vscode.window.showTextDocument(vscode.Uri.parse(made.uri));
}

/** A page to read, and to paste into an issue: what runs, and what it sees. */
export class InformationPage implements vscode.TextDocumentContentProvider {
  static readonly scheme = 'kong-lsp';
  private static readonly uri = vscode.Uri.parse('kong-lsp:Server%20Information');
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly server: () => Server) {}

  provideTextDocumentContent(): Promise<string> {
    return information(this.server());
  }

  async show(): Promise<void> {
    await this.server().running();
    this.changed.fire(InformationPage.uri);
    const document = await vscode.workspace.openTextDocument(InformationPage.uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }
}

async function information(server: Server): Promise<string> {
  const running = await server.running();
  const { context } = server;
  const manifest = context.extension.packageJSON as Manifest;
  const folders = vscode.workspace.workspaceFolders?.map((each) => each.uri.fsPath) ?? [];
  const python = running?.python;
  const client = running?.client.isRunning() ? running.client : undefined;
  const seen = client && (await server.execute<{ text: string }>(client, 'kong-lsp.status'));
  const settings = describeSettings(Object.keys(manifest.contributes.configuration.properties));
  return [
    `Extension: ${manifest.version}`,
    `VS Code: ${vscode.version}, ${process.platform} ${process.arch}`,
    `Server: ${running === undefined ? 'does not run' : running.description}`,
    `Python: ${python === undefined ? 'none' : `${python.version}, ${[python.command, ...python.args].join(' ')} (${python.source})`}`,
    `Folders: ${folders.join(', ') || 'none'}`,
    `Log: ${context.logUri.fsPath}`,
    '',
    `Set in VS Code:${settings.length === 0 ? ' nothing' : ''}`,
    ...settings.map((line) => `  ${line}`),
    '',
    ...(seen === undefined ? [] : ['What the server sees:', '', seen.text]),
  ].join('\n');
}

function counted(things: readonly unknown[], word: string): string {
  return `${things.length} ${word}${things.length === 1 ? '' : 's'}`;
}

/** The rockspec that is being edited, else the only one, else the one that is chosen. */
async function chooseRockspec(): Promise<vscode.Uri | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  if (active !== undefined && vscode.languages.match({ pattern: ROCKSPECS }, active) > 0) {
    return active.uri;
  }
  const found = await vscode.workspace.findFiles(ROCKSPECS);
  if (found.length < 2) {
    return found[0];
  }
  const names = new Map(found.map((uri) => [vscode.workspace.asRelativePath(uri), uri]));
  const name = await vscode.window.showQuickPick([...names.keys()].sort(), { title: 'Rockspec' });
  return name === undefined ? undefined : names.get(name);
}
