import * as vscode from 'vscode';
import type {
  LanguageClient,
  LanguageClientOptions,
  ServerOptions,
  WorkspaceDiagnosticReport,
} from 'vscode-languageclient/node';
import {
  findPython,
  forgetPythons,
  moduleVersion,
  OLDEST,
  onPythonChosen,
  type Python,
} from './python';
import { describeSettings, needsRestart, readSettings, SECTION, type Settings } from './settings';
import { Status } from './status';

/** The documents of which the server is told. It decides by their text which are Kong's. */
const DOCUMENTS = [
  ...[
    ...['lua', 'kong-conf', 'properties', 'yaml', 'dockercompose'],
    ...['dockerfile', 'dotenv', 'shellscript', 'makefile', 'terraform'],
  ].map((language) => ({ scheme: 'file', language })),
  { scheme: 'file', pattern: '**/*{kong,deck,declarative,dbless,db-less,gateway}*.json' },
  { scheme: 'file', pattern: '**/.kong-lsp.toml' },
];
const ROCKSPECS = '**/{*.rockspec,rockspec}';
/** The files that show that there is something for the server to do. */
const SIGNS = '**/{*.rockspec,rockspec,kong/plugins/*/handler.lua,kong.conf,kong.yml,kong.yaml}';
const INFORMATION = vscode.Uri.parse('kong-lsp:Server%20Information');
const QUIET = 'noPythonMessage';

/** What runs, once it runs. */
interface Running {
  readonly client: LanguageClient;
  readonly python: Python;
  /** Which server it is, for people to read. */
  readonly server: string;
}

/** What of package.json is used here. */
interface Manifest {
  readonly version: string;
  readonly contributes: { readonly configuration: { readonly properties: object } };
}

class Extension implements vscode.Disposable {
  private readonly log = vscode.window.createOutputChannel('kong-lsp', { log: true });
  private readonly status = new Status(DOCUMENTS);
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly disposables: vscode.Disposable[];
  private running: Running | undefined;
  /** Starts and stops happen one after the other; undefined before the first start. */
  private last: Promise<void> | undefined;
  private told = false;
  /** The files that the last rename of a plugin edits. */
  private renaming: readonly string[] = [];

  constructor(private readonly context: vscode.ExtensionContext) {
    const command = (name: string, run: () => unknown) =>
      vscode.commands.registerCommand(`${SECTION}.${name}`, run);
    this.disposables = [
      this.log,
      this.status,
      this.changed,
      command('restart', () => this.restart()),
      command('showLog', () => this.log.show()),
      command('showInformation', () => this.showInformation()),
      command('checkWorkspace', () => this.checkWorkspace()),
      command('addModules', () => this.addMissingModules()),
      command('new', () => this.newPlugin()),
      vscode.workspace.registerTextDocumentContentProvider(INFORMATION.scheme, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: () => this.information(),
      }),
      vscode.workspace.onDidRenameFiles((event) => this.saveMoved(event)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (this.last !== undefined && needsRestart(event)) {
          void this.restart();
        }
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Starts the server if there is something for it to do, or as soon as there is. */
  begin(): void {
    const { workspace } = vscode;
    const sign = { scheme: 'file', pattern: SIGNS };
    const opened = (document: vscode.TextDocument) => {
      if (vscode.languages.match(sign, document) > 0) {
        start();
      }
    };
    const look = () => void workspace.findFiles(SIGNS, undefined, 1).then(([file]) => file && start());
    const waiting: vscode.Disposable[] = [];
    const start = () => {
      vscode.Disposable.from(...waiting).dispose();
      if (this.last === undefined) {
        void this.restart();
      }
    };
    workspace.textDocuments.forEach(opened);
    if (this.last === undefined) {
      const watcher = workspace.createFileSystemWatcher(SIGNS, false, true, true);
      waiting.push(
        watcher,
        watcher.onDidCreate(start),
        workspace.onDidOpenTextDocument(opened),
        workspace.onDidChangeWorkspaceFolders(look),
      );
      this.disposables.push(...waiting);
      look();
    }
  }

  restart(): Promise<void> {
    const before = this.last ?? Promise.resolve();
    const started = before.then(async () => {
      await this.stopNow();
      await this.startNow();
    });
    if (this.last === undefined) {
      void started.then(() => this.followPythonExtension());
    }
    this.last = started;
    return started;
  }

  stop(): Promise<void> | undefined {
    return this.last?.then(() => this.stopNow());
  }

  /** VS Code saves what a rename edits, but for the files that it moves as well. */
  private async saveMoved({ files }: vscode.FileRenameEvent): Promise<void> {
    const { workspace, Uri } = vscode;
    if (workspace.getConfiguration('files').get('refactoring.autoSave') === false) {
      return;
    }
    for (const { oldUri, newUri } of files) {
      const inside = this.renaming.filter((uri) => uri.startsWith(`${oldUri}/`));
      for (const uri of inside) {
        const moved = Uri.parse(`${newUri}${uri.slice(String(oldUri).length)}`);
        await (await workspace.openTextDocument(moved)).save();
      }
    }
  }

  private async followPythonExtension(): Promise<void> {
    const changed = () => {
      if (readSettings().interpreter.length === 0) {
        void this.restart();
      }
    };
    const following = await onPythonChosen(this.context, changed);
    if (following !== undefined) {
      this.disposables.push(following);
    }
  }

  private async startNow(): Promise<void> {
    this.status.starting();
    const settings = readSettings();
    const tried: string[] = [];
    const looking = findPython(settings, this.context, (line) => tried.push(line));
    const loading = performance.now();
    const { LanguageClient } = await import('vscode-languageclient/node');
    this.log.debug(`The client is loaded in ${Math.round(performance.now() - loading)} ms`);
    const python = await looking;
    for (const line of tried) {
      this.log.warn(`No Python for the server: ${line}`);
    }
    if (python === undefined) {
      this.status.failed(`needs Python ${OLDEST.join('.')} or newer`);
      void this.tellNoPython(settings, tried);
      return;
    }
    const { server, args } = await this.serverFor(python, settings);
    this.log.info(`Python ${python.version}: ${python.command} (${python.source}); ${server}`);
    const run: ServerOptions = {
      command: python.command,
      args: [...python.args, ...args],
      options: { cwd: __dirname },
    };
    const options: LanguageClientOptions = {
      documentSelector: DOCUMENTS,
      outputChannel: this.log,
      diagnosticCollectionName: 'kong-lsp',
      middleware: {
        provideRenameEdits: async (document, position, name, token, next) => {
          const edit = await next(document, position, name, token);
          this.renaming = edit?.entries().map(([uri]) => uri.toString()) ?? [];
          return edit;
        },
      },
    };
    const client = new LanguageClient('kong-lsp', 'kong-lsp', run, options);
    this.running = { client, python, server };
    client.onDidChangeState(() => {
      if (this.running?.client !== client) {
        return;
      }
      if (client.isRunning()) {
        const version = client.initializeResult?.serverInfo?.version ?? '';
        this.status.running(version, `Python ${python.version}`);
      } else {
        this.status.failed('the server does not run');
      }
    });
    try {
      await client.start();
    } catch (error) {
      this.running = undefined;
      await forgetPythons(this.context);
      this.log.error(`The server does not start: ${String(error)}`);
      this.status.failed('the server does not start');
    }
  }

  private async stopNow(): Promise<void> {
    const before = this.running;
    this.running = undefined;
    try {
      await before?.client.dispose();
    } catch (error) {
      this.log.warn(`The server does not stop as it should: ${String(error)}`);
    }
  }

  /** The arguments that start the server, and which one it is. */
  private async serverFor(
    python: Python,
    settings: Settings,
  ): Promise<{ server: string; args: string[] }> {
    if (settings.importStrategy === 'fromEnvironment') {
      const version = await moduleVersion(python, 'kong_lsp');
      if (version !== undefined) {
        return { server: `${version}, from its environment`, args: ['-m', 'kong_lsp', 'serve'] };
      }
      this.log.warn(`kong-lsp is not installed for ${python.command}: using the bundled one`);
    }
    // -E: what PYTHONPATH and its like say is meant for other programs.
    const args = ['-E', '-X', 'utf8', this.context.asAbsolutePath('bundled/serve.py'), 'serve'];
    return { server: `kong-lsp ${this.version()}, bundled`, args };
  }

  /** One message in a session, and none for those who do not want it. */
  private async tellNoPython(settings: Settings, tried: readonly string[]): Promise<void> {
    if (this.told || this.context.globalState.get<boolean>(QUIET)) {
      return;
    }
    this.told = true;
    const wanted = `Python ${OLDEST.join('.')} or newer`;
    const choose = `Choose Python…`;
    const never = "Don't Show Again";
    const why = settings.interpreter.length > 0 ? `${tried.at(-1)}.` : 'None was found.';
    const answer = await vscode.window.showWarningMessage(
      `kong-lsp needs ${wanted}. ${why}`,
      choose,
      never,
    );
    if (answer === never) {
      await this.context.globalState.update(QUIET, true);
    } else if (answer === choose) {
      await this.choosePython();
    }
  }

  private async choosePython(): Promise<void> {
    const title = `Python ${OLDEST.join('.')} or newer`;
    const [file] = (await vscode.window.showOpenDialog({ title, openLabel: 'Use' })) ?? [];
    if (file !== undefined) {
      this.told = false;
      const settings = vscode.workspace.getConfiguration(SECTION);
      await settings.update('interpreter', [file.fsPath], vscode.ConfigurationTarget.Global);
    }
  }

  // --- commands

  /** The client of the server, which is started if need be; says so where it does not run. */
  private async client(): Promise<LanguageClient | undefined> {
    await (this.last ?? this.restart());
    const client = this.running?.client;
    if (client === undefined || !client.isRunning()) {
      void vscode.window.showWarningMessage('kong-lsp: the server does not run. See its log.');
      return undefined;
    }
    return client;
  }

  private async checkWorkspace(): Promise<void> {
    const client = await this.client();
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

  private async addMissingModules(): Promise<void> {
    const client = await this.client();
    const uri = await chooseRockspec();
    if (client === undefined || uri === undefined) {
      return;
    }
    await vscode.window.showTextDocument(uri);
    const done = await this.execute<{ added: boolean }>(client, 'kong-lsp.addMissingModules', {
      uri: client.code2ProtocolConverter.asUri(uri),
    });
    if (done?.added === false) {
      const name = vscode.workspace.asRelativePath(uri);
      void vscode.window.showInformationMessage(`kong-lsp: ${name} misses no module.`);
    }
  }

  /** What a command of the server gives; shows why where it gives nothing. */
  private async execute<T>(
    client: LanguageClient,
    command: string,
    ...given: object[]
  ): Promise<T | undefined> {
    try {
      return await client.sendRequest<T>('workspace/executeCommand', { command, arguments: given });
    } catch (error) {
      void vscode.window.showErrorMessage(`kong-lsp: ${(error as Error).message}`);
      return undefined;
    }
  }

  private async newPlugin(): Promise<void> {
    const client = await this.client();
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
    const made = await this.execute<{ uri: string; files: string[] }>(
      client,
      'kong-lsp.newPlugin',
      { name, folder: wanted },
    );
    if (made === undefined) {
      return;
    }
    for (const uri of made.files) {
      await (await vscode.workspace.openTextDocument(vscode.Uri.parse(uri))).save();
    }
    await vscode.window.showTextDocument(vscode.Uri.parse(made.uri));
  }

  private async showInformation(): Promise<void> {
    await this.last;
    this.changed.fire(INFORMATION);
    const document = await vscode.workspace.openTextDocument(INFORMATION);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  private async information(): Promise<string> {
    const { running } = this;
    const folders = vscode.workspace.workspaceFolders?.map((each) => each.uri.fsPath) ?? [];
    const python = running?.python;
    const client = running?.client.isRunning() ? running.client : undefined;
    const seen = client && (await this.execute<{ text: string }>(client, 'kong-lsp.status'));
    const settings = describeSettings(Object.keys(this.manifest().contributes.configuration.properties));
    return [
      `Extension: ${this.version()}`,
      `VS Code: ${vscode.version}, ${process.platform} ${process.arch}`,
      `Server: ${running === undefined ? 'does not run' : running.server}`,
      `Python: ${python === undefined ? 'none' : `${python.version}, ${[python.command, ...python.args].join(' ')} (${python.source})`}`,
      `Folders: ${folders.join(', ') || 'none'}`,
      `Log: ${this.context.logUri.fsPath}`,
      '',
      `Set in VS Code:${settings.length === 0 ? ' nothing' : ''}`,
      ...settings.map((line) => `  ${line}`),
      '',
      ...(seen === undefined ? [] : ['What the server sees:', '', seen.text]),
    ].join('\n');
  }

  private version(): string {
    return this.manifest().version;
  }

  private manifest(): Manifest {
    return this.context.extension.packageJSON as Manifest;
  }
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

let extension: Extension | undefined;

export function activate(context: vscode.ExtensionContext): void {
  extension = new Extension(context);
  context.subscriptions.push(extension);
  extension.begin();
}

export function deactivate(): Promise<void> | undefined {
  return extension?.stop();
}
