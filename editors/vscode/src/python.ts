import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Settings } from './settings';

/** The oldest Python that the server runs on. */
export const OLDEST = [3, 10] as const;

/** A Python that is there and new enough. */
export interface Python {
  readonly command: string;
  readonly args: readonly string[];
  readonly version: string;
  /** Where it was found, for people to read. */
  readonly source: string;
}

interface Candidate {
  readonly command: string;
  readonly args: readonly string[];
  readonly source: string;
  /** It may be a launcher or a shim, which costs time at each start: run what it stands for. */
  readonly lookedUp?: true;
}

/** What of the Python extension's interface is used here. */
interface PythonExtension {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(
      environment: unknown,
    ): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

/** What earlier sessions learned, of Pythons anywhere and of this folder. */
export interface Memory {
  readonly globalState: vscode.Memento;
  readonly workspaceState: vscode.Memento;
}

/** A Python that was asked for its version. */
interface Known {
  readonly version: string;
  readonly executable: string;
  /** The state then of the files that were run, as `stateOf` gives it. */
  readonly state: string;
}

const PYTHON_EXTENSION = 'ms-python.python';
const PATIENCE = 10_000;
const KNOWN = 'knownPythons';
const CHOSEN = 'chosenPython';

/**
 * The first fitting Python: the setting's and no other where it names one, then the Python
 * extension's, then what PATH holds. `tried` is told of each that does not fit, and why.
 * A Python that fitted in an earlier session and did not change since is not asked again: it is
 * found without a turn of the event loop.
 */
export async function findPython(
  settings: Settings,
  memory: Memory,
  tried: (line: string) => void,
): Promise<Python | undefined> {
  for await (const candidate of candidates(settings, memory, tried)) {
    const found = await known(candidate, memory);
    if (typeof found === 'string') {
      tried(`${[candidate.command, ...candidate.args].join(' ')} (${candidate.source}): ${found}`);
      continue;
    }
    return pythonOf(candidate, found);
  }
  return undefined;
}

/** Lets every Python be asked anew: one that was thought to fit did not. */
export async function forgetPythons(memory: Memory): Promise<void> {
  await memory.globalState.update(KNOWN, undefined);
}

/** What `python -m MODULE --version` says, undefined where that module is not installed. */
export async function moduleVersion(python: Python, module: string): Promise<string | undefined> {
  // `-m` looks for the module in the current folder first, which may be anybody's.
  const ran = await run(python, ['-m', module, '--version'], __dirname);
  return ran.code === 0 ? ran.out.trim() : undefined;
}

/**
 * Calls back when the Python extension, if that is there, has another interpreter than the one
 * that was used, now or later.
 */
export async function onPythonChosen(
  memory: Memory,
  callback: () => void,
): Promise<vscode.Disposable | undefined> {
  const environments = (await pythonExtension())?.environments;
  if (environments === undefined) {
    return undefined;
  }
  const look = async () => {
    if ((await chosen(environments)) !== memory.workspaceState.get<string>(CHOSEN)) {
      callback();
    }
  };
  await look();
  // It tells of every folder of the window, and of what stays as it is.
  return environments.onDidChangeActiveEnvironmentPath(() => look().catch(callback));
}

async function* candidates(
  settings: Settings,
  memory: Memory,
  tried: (line: string) => void,
): AsyncGenerator<Candidate> {
  const [command, ...args] = settings.interpreter;
  if (command !== undefined) {
    yield { command, args, source: 'setting kong-lsp.interpreter' };
    return;
  }
  // A folder's own Python, which that extension may have chosen, is a program of that folder.
  const python = vscode.workspace.isTrusted ? await chosenPython(memory, tried) : undefined;
  if (python !== undefined) {
    yield { command: python, args: [], source: 'Python extension' };
  }
  yield { command: 'python3', args: [], source: 'python3 in PATH', lookedUp: true };
  yield { command: 'python', args: [], source: 'python in PATH', lookedUp: true };
  if (process.platform === 'win32') {
    yield { command: 'py', args: ['-3'], source: 'Python launcher', lookedUp: true };
  }
}

async function chosenPython(
  memory: Memory,
  tried: (line: string) => void,
): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension(PYTHON_EXTENSION);
  const before = extension && memory.workspaceState.get<string>(CHOSEN);
  if (extension?.isActive === false && before !== undefined) {
    return before; // it needs a second or more to wake up; onPythonChosen puts right what changed
  }
  try {
    const environments = (await pythonExtension())?.environments;
    const found = environments && (await chosen(environments));
    if (found !== before) {
      void memory.workspaceState.update(CHOSEN, found);
    }
    return found;
  } catch (error) {
    tried(`Python extension: ${String(error)}`);
    return undefined;
  }
}

async function chosen(environments: PythonExtension['environments']): Promise<string | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const active = environments.getActiveEnvironmentPath(folder);
  return (await environments.resolveEnvironment(active))?.executable.uri?.fsPath;
}

async function pythonExtension(): Promise<PythonExtension | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>(PYTHON_EXTENSION);
  const exported = extension?.isActive ? extension.exports : await extension?.activate();
  return exported?.environments === undefined ? undefined : exported;
}

function pythonOf(candidate: Candidate, { version, executable }: Known): Python {
  const { source, lookedUp } = candidate;
  return lookedUp && executable !== ''
    ? { command: executable, args: [], version, source }
    : { command: candidate.command, args: candidate.args, version, source };
}

/** What a candidate is, from an earlier session or by asking it; the reason, where it does not fit. */
async function known(candidate: Candidate, memory: Memory): Promise<Known | string> {
  const file = fileOf(candidate.command);
  const key = [file, ...candidate.args].join(' ');
  const all = memory.globalState.get<Record<string, Known>>(KNOWN);
  const before = all?.[key];
  if (before !== undefined && before.state === stateOf(file, before.executable)) {
    return before;
  }
  const probed = await probe(candidate);
  if (typeof probed === 'string') {
    return probed;
  }
  const found = { ...probed, state: stateOf(file, probed.executable) };
  if (found.state !== '') {
    void memory.globalState.update(KNOWN, { ...all, [key]: found });
  }
  return found;
}

/** Runs a candidate for its version; the reason, where it does not fit. */
async function probe(candidate: Candidate): Promise<Omit<Known, 'state'> | string> {
  // Any Python understands this, Python 2 too.
  const program = 'import sys; print("%d.%d.%d " % sys.version_info[:3] + sys.executable)';
  const ran = await run(candidate, ['-c', program]);
  const version = /^(\d+)\.(\d+)\.\d+/.exec(ran.out);
  if (ran.code !== 0 || version === null) {
    return ran.problem;
  }
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const [least, leastMinor] = OLDEST;
  if (major < least || (major === least && minor < leastMinor)) {
    return `it is Python ${version[0]}`;
  }
  return { version: version[0], executable: ran.out.slice(version[0].length).trim() };
}

/** The file that a command stands for. */
function fileOf(command: string): string {
  const end = process.platform === 'win32' ? '.exe' : '';
  const folders = path.isAbsolute(command) ? [] : (process.env.PATH ?? '').split(path.delimiter);
  const files = folders.map((folder) => path.join(folder, command + end));
  return files.find((file) => existsSync(file)) ?? command;
}

/** When files changed last; empty where that cannot be told. */
function stateOf(...files: string[]): string {
  try {
    return String(files.map((file) => statSync(file).mtimeMs));
  } catch {
    return '';
  }
}

function run(
  python: Pick<Candidate, 'command' | 'args'>,
  args: readonly string[],
  cwd?: string,
): Promise<{ code: number; out: string; problem: string }> {
  return new Promise((resolve) => {
    const options = { timeout: PATIENCE, windowsHide: true, ...(cwd === undefined ? {} : { cwd }) };
    execFile(python.command, [...python.args, ...args], options, (error, stdout, stderr) => {
      const problem =
        error?.code === 'ENOENT' ? 'not found'
        : error?.killed ? 'no answer'
        : stderr.trim().split('\n').at(-1) || error?.message || 'it printed no version';
      resolve({ code: error === null ? 0 : 1, out: stdout, problem });
    });
  });
}
