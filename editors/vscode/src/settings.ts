import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';

export const SECTION = 'kong-lsp';

/** The settings that the extension keeps for itself; the server asks for the others. */
export interface Settings {
  /** The command and arguments that run Python; empty: it is looked for. */
  readonly interpreter: readonly string[];
  readonly importStrategy: 'useBundled' | 'fromEnvironment';
}

const OWN: readonly (keyof Settings)[] = ['interpreter', 'importStrategy'];

export function readSettings(): Settings {
  const given = vscode.workspace.getConfiguration(SECTION);
  const strategy = given.get<string>('importStrategy');
  return {
    interpreter: commandOf(given.get<unknown>('interpreter')),
    importStrategy: strategy === 'fromEnvironment' ? strategy : 'useBundled',
  };
}

/** Whether a change of settings needs another server process. */
export function needsRestart(event: vscode.ConfigurationChangeEvent): boolean {
  return OWN.some((name) => event.affectsConfiguration(`${SECTION}.${name}`));
}

/** Those of these settings that are set, with their values and where those come from. */
export function describeSettings(names: readonly string[]): string[] {
  const given = vscode.workspace.getConfiguration();
  return names.flatMap((name) => {
    const found = given.inspect(name);
    const from =
      found?.workspaceFolderValue !== undefined ? 'folder'
      : found?.workspaceValue !== undefined ? 'workspace'
      : found?.globalValue !== undefined ? 'user'
      : undefined;
    return from === undefined ? [] : [`${name}: ${JSON.stringify(given.get(name))} (${from})`];
  });
}

function commandOf(given: unknown): string[] {
  const words = typeof given === 'string' ? [given] : Array.isArray(given) ? given : [];
  const command = words.map(String).filter((word) => word !== '').map(filledIn);
  const program = command[0];
  if (program === undefined) {
    return [];
  }
  const folder = firstFolder();
  // `python3` is looked up in PATH; `.venv/bin/python` is a file of the workspace.
  if (/[\\/]/.test(program) && !path.isAbsolute(program) && folder !== undefined) {
    command[0] = path.join(folder, program);
  }
  return command;
}

function filledIn(word: string): string {
  return word
    .replace(/^~(?=$|[\\/])/, os.homedir())
    .replace(/\$\{userHome\}/g, os.homedir())
    .replace(/\$\{workspaceFolder\}/g, firstFolder() ?? '.')
    .replace(/\$\{workspaceFolder:([^}]+)\}/g, (whole, name: string) => folderNamed(name) ?? whole)
    .replace(/\$\{env:([^}]+)\}/g, (_, name: string) => process.env[name] ?? '');
}

function firstFolder(): string | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
}

function folderNamed(name: string): string | undefined {
  return vscode.workspace.workspaceFolders?.find((each) => each.name === name)?.uri.fsPath;
}
