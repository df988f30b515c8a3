import * as vscode from 'vscode';
import type {
  LanguageClient,
  LanguageClientOptions,
  Middleware,
} from 'vscode-languageclient/node';
import { ServerProcess } from './process';
import {
  findPython,
  forgetPythons,
  moduleVersion,
  OLDEST,
  onPythonChosen,
  type Python,
} from './python';
import { needsRestart, readSettings, SECTION, type Settings } from './settings';
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
const QUIET = 'noPythonMessage';
/** A server that ended this often in so many milliseconds is not started again by itself. */
const CRASHES = { count: 5, within: 180_000 };

/** What runs, once it runs. */
interface Running {
  readonly client: LanguageClient;
  readonly process: ServerProcess;
  readonly python: Python;
  /** Which server it is, for people to read. */
  readonly description: string;
}

/** The server of this window, with its log and its status: started once, then as often as need be. */
export class Server implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel('kong-lsp', { log: true });
  private readonly status = new Status(DOCUMENTS);
  private readonly disposables: vscode.Disposable[];
  private current: Running | undefined;
  /** Starts and stops happen one after the other; undefined before the first start. */
  private last: Promise<void> | undefined;
  private restarting = false;
  private told = false;
  private disposed = false;
  /** When servers ended by themselves. */
  private crashes: number[] = [];
  /** The files that the last rename of a plugin edits. */
  private renaming: readonly string[] = [];

  constructor(readonly context: vscode.ExtensionContext) {
    this.disposables = [
      this.log,
      this.status,
      vscode.workspace.onDidRenameFiles((event) => this.saveMoved(event)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (this.last !== undefined && needsRestart(event)) {
          void this.restart();
        }
      }),
    ];
  }

  dispose(): void {
    this.disposed = true;
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Starts the server if that was not done before. */
  start(): Promise<void> {
    return this.last ?? this.restart();
  }

  restart(): Promise<void> {
    this.crashes = [];
    return this.startAgain();
  }

  private startAgain(): Promise<void> {
    this.restarting = true;
    this.current?.process.end(); // one that does not answer is not waited for
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
    this.current?.process.end();
    return this.last?.then(() => this.stopNow());
  }

  /** What runs now, once no start is under way. */
  async running(): Promise<Running | undefined> {
    await this.last;
    return this.current;
  }

  /** The client of the server, which is started if need be; says so where it does not run. */
  async client(): Promise<LanguageClient | undefined> {
    await this.start();
    const client = this.current?.client;
    if (client === undefined || !client.isRunning()) {
      void vscode.window.showWarningMessage('kong-lsp: the server does not run. See its log.');
      return undefined;
    }
    return client;
  }

  /** What a command of the server gives; shows why where it gives nothing. */
  async execute<T>(
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
    if (!vscode.workspace.isTrusted) {
      const granted = vscode.workspace.onDidGrantWorkspaceTrust(() => this.followPythonExtension());
      this.disposables.push(granted);
      return;
    }
    try {
      const following = await onPythonChosen(this.context, changed);
      if (following !== undefined) {
        this.disposables.push(following);
      }
    } catch (error) {
      this.log.warn(`Python extension: ${String(error)}`);
    }
  }

  private async startNow(): Promise<void> {
    try {
      await this.findAndStart();
    } catch (error) {
      this.current?.process.end();
      this.current = undefined;
      await forgetPythons(this.context);
      this.log.error(`The server does not start: ${String(error)}`);
      this.status.failed('the server does not start');
    }
  }

  // While a window opens, other extensions start too, and each turn of the event loop may take
  // a second: where the Python is known, its process is there before the first turn ends.
  private async findAndStart(): Promise<void> {
    this.status.starting();
    const settings = readSettings();
    const tried: string[] = [];
    const python = await findPython(settings, this.context, (line) => tried.push(line));
    for (const line of tried) {
      this.log.warn(`No Python for the server: ${line}`);
    }
    if (python === undefined) {
      this.status.failed(`needs Python ${OLDEST.join('.')} or newer`);
      void this.tellNoPython(settings, tried);
      return;
    }
    const begun = performance.now();
    const { description, args } = await this.choose(python, settings);
    this.log.info(`Python ${python.version}: ${python.command} (${python.source}); ${description}`);
    const process = new ServerProcess(python.command, [...python.args, ...args], (line) => {
      if (!this.disposed) {
        this.log.error(line);
      }
    });
    // It is loaded while Python starts.
    const { CloseAction, ErrorAction, LanguageClient, State } = await import(
      'vscode-languageclient/node'
    );
    this.log.debug(`The client is loaded in ${Math.round(performance.now() - begun)} ms`);
    const options: LanguageClientOptions = {
      documentSelector: DOCUMENTS,
      outputChannel: this.log,
      diagnosticCollectionName: 'kong-lsp',
      middleware: this.middleware(),
      initializationFailedHandler: () => false,
      // A client that starts a server again leaves it running when it fails: `ended` does that.
      errorHandler: {
        error: () => {
          process.end();
          return { action: ErrorAction.Continue, handled: true };
        },
        closed: () => ({
          action: CloseAction.DoNotRestart,
          handled: true,
          message: 'The connection to the server is closed',
        }),
      },
    };
    this.restarting = false;
    const client = new LanguageClient(
      'kong-lsp',
      'kong-lsp',
      async () => process.streams(),
      options,
    );
    this.current = { client, process, python, description };
    client.onDidChangeState(({ oldState, newState }) => {
      if (this.current?.client !== client) {
        return;
      }
      if (newState === State.Running) {
        const version = client.initializeResult?.serverInfo?.version ?? '';
        this.status.running(version, `Python ${python.version}`);
      } else if (oldState === State.Running) {
        this.ended();
      }
    });
    await client.start();
    this.log.debug(`The server answers after ${Math.round(performance.now() - begun)} ms`);
  }

  /** A server that ended by itself is started again, but not for ever. */
  private ended(): void {
    const now = Date.now();
    this.crashes = [...this.crashes.filter((each) => now - each < CRASHES.within), now];
    if (this.crashes.length < CRASHES.count) {
      void this.startAgain();
    } else {
      this.current = undefined;
      this.status.failed('the server ended too often');
      void this.tellEnded();
    }
  }

  private async stopNow(): Promise<void> {
    const before = this.current;
    this.current = undefined;
    try {
      await before?.client.dispose();
    } catch (error) {
      this.log.warn(`The server does not stop as it should: ${String(error)}`);
    } finally {
      before?.process.end();
    }
  }

  private middleware(): Middleware {
    return {
      workspace: {
        // The server that is leaving would not hear of the settings that another one is for.
        didChangeConfiguration: async (sections, next) => {
          if (!this.restarting) {
            await next(sections);
          }
        },
      },
      provideRenameEdits: async (document, position, name, token, next) => {
        const edit = await next(document, position, name, token);
        this.renaming = edit?.entries().map(([uri]) => uri.toString()) ?? [];
        return edit;
      },
    };
  }

  /** The arguments that start the server, and which one it is. */
  private async choose(
    python: Python,
    settings: Settings,
  ): Promise<{ description: string; args: string[] }> {
    if (settings.importStrategy === 'fromEnvironment') {
      const version = await moduleVersion(python, 'kong_lsp');
      if (version !== undefined) {
        return {
          description: `${version}, from its environment`,
          args: ['-m', 'kong_lsp', 'serve'],
        };
      }
      this.log.warn(`kong-lsp is not installed for ${python.command}: using the bundled one`);
    }
    // -E: what PYTHONPATH and its like say is meant for other programs.
    const args = ['-E', '-X', 'utf8', this.context.asAbsolutePath('bundled/serve.py'), 'serve'];
    const { version } = this.context.extension.packageJSON as { version: string };
    return { description: `kong-lsp ${version}, bundled`, args };
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

  private async tellEnded(): Promise<void> {
    const log = 'Show Log';
    const again = 'Restart Server';
    const answer = await vscode.window.showErrorMessage(
      `kong-lsp: the server ended ${CRASHES.count} times within three minutes and is not started again.`,
      again,
      log,
    );
    if (answer === again) {
      await this.restart();
    } else if (answer === log) {
      this.log.show();
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
}
