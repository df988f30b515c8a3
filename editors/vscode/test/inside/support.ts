import * as vscode from 'vscode';
import Mocha from 'mocha';

export const ID = 'kong-lsp.kong-lsp';

/** Runs the tests that `define` defines, and tells of them on lines that inside.mjs prints. */
export async function runTests(define: () => void): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 30_000, reporter: Report, bail: false });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  define();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) {
    throw new Error(`${failures} failed`);
  }
}

export function say(line: string): void {
  console.log(`│${line}`);
}

class Report extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on('pass', (test) => say(`ok ${test.title} (${test.duration} ms)`));
    runner.on('fail', (test, error) => {
      say(`FAILED ${test.title}`);
      (error.stack ?? String(error)).split('\n').forEach((line: string) => say(`  ${line}`));
    });
  }
}

export async function until<T>(
  what: string,
  ready: () => T | undefined | false | Promise<T | undefined | false>,
  ms = 20_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await ready();
    if (found) {
      return found;
    }
    if (Date.now() > end) {
      throw new Error(`not within ${ms} ms: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;

export async function open(name: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder(), name));
  await vscode.window.showTextDocument(document);
  return document;
}

/** The codes of the findings in a file, in their order. */
export function codes(uri: vscode.Uri): string[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter((each) => each.source === 'kong-lsp')
    .sort((a, b) => a.range.start.compareTo(b.range.start))
    .map((each) => String(typeof each.code === 'object' ? each.code.value : each.code));
}

export async function untilCodes(uri: vscode.Uri, ...wanted: string[]): Promise<void> {
  const text = wanted.join(' ');
  await until(`findings ${text || 'none'}`, () => codes(uri).join(' ') === text).catch((error) => {
    throw new Error(`${error.message}; now: ${codes(uri).join(' ') || 'none'}`);
  });
}

export async function information(): Promise<string> {
  await vscode.commands.executeCommand('kong-lsp.showInformation');
  const uri = vscode.Uri.parse('kong-lsp:Server%20Information');
  return (await vscode.workspace.openTextDocument(uri)).getText();
}

export async function quickFix(
  document: vscode.TextDocument,
  code: string,
  title: RegExp,
): Promise<void> {
  const finding = vscode.languages.getDiagnostics(document.uri).find((each) => {
    return (typeof each.code === 'object' ? each.code.value : each.code) === code;
  });
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    finding!.range,
    'quickfix',
  );
  const action = actions.find((each) => title.test(each.title));
  if (action?.edit === undefined) {
    throw new Error(`no fix like ${title}: ${actions.map((each) => each.title).join('; ')}`);
  }
  await vscode.workspace.applyEdit(action.edit);
}
