import { execFile } from 'node:child_process';
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

const PYTHON_EXTENSION = 'ms-python.python';
const PATIENCE = 10_000;

/**
 * The first fitting Python: the setting's and no other where it names one, then the Python
 * extension's, then what PATH holds. `tried` is told of each that does not fit, and why.
 */
export async function findPython(
  settings: Settings,
  tried: (line: string) => void,
): Promise<Python | undefined> {
  for await (const candidate of candidates(settings, tried)) {
    const found = await probe(candidate);
    if (typeof found !== 'string') {
      return found;
    }
    tried(`${[candidate.command, ...candidate.args].join(' ')} (${candidate.source}): ${found}`);
  }
  return undefined;
}

/** What `python -m MODULE --version` says, undefined where that module is not installed. */
export async function moduleVersion(python: Python, module: string): Promise<string | undefined> {
  // `-m` looks for the module in the current folder first, which may be anybody's.
  const ran = await run(python, ['-m', module, '--version'], __dirname);
  return ran.code === 0 ? ran.out.trim() : undefined;
}

/** Calls back when another interpreter is chosen in the Python extension, if that is there. */
export async function onPythonChosen(callback: () => void): Promise<vscode.Disposable | undefined> {
  const extension = await pythonExtension();
  return extension?.environments.onDidChangeActiveEnvironmentPath(callback);
}

async function* candidates(
  settings: Settings,
  tried: (line: string) => void,
): AsyncGenerator<Candidate> {
  const [command, ...args] = settings.interpreter;
  if (command !== undefined) {
    yield { command, args, source: 'setting kong-lsp.interpreter' };
    return;
  }
  const chosen = await chosenPython(tried);
  if (chosen !== undefined) {
    yield { command: chosen, args: [], source: 'Python extension' };
  }
  yield { command: 'python3', args: [], source: 'python3 in PATH', lookedUp: true };
  yield { command: 'python', args: [], source: 'python in PATH', lookedUp: true };
  if (process.platform === 'win32') {
    yield { command: 'py', args: ['-3'], source: 'Python launcher', lookedUp: true };
  }
}

async function chosenPython(tried: (line: string) => void): Promise<string | undefined> {
  try {
    const environments = (await pythonExtension())?.environments;
    if (environments === undefined) {
      return undefined;
    }
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const active = environments.getActiveEnvironmentPath(folder);
    const resolved = await environments.resolveEnvironment(active);
    return resolved?.executable.uri?.fsPath;
  } catch (error) {
    tried(`Python extension: ${String(error)}`);
    return undefined;
  }
}

async function pythonExtension(): Promise<PythonExtension | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>(PYTHON_EXTENSION);
  const exported = extension?.isActive ? extension.exports : await extension?.activate();
  return exported?.environments === undefined ? undefined : exported;
}

/** Runs a candidate for its version; the reason, where it does not fit. */
async function probe(candidate: Candidate): Promise<Python | string> {
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
  const { source, lookedUp } = candidate;
  const executable = ran.out.slice(version[0].length).trim();
  return lookedUp && executable !== ''
    ? { command: executable, args: [], version: version[0], source }
    : { command: candidate.command, args: candidate.args, version: version[0], source };
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
