import * as vscode from 'vscode';

/** The item in the status bar's `{}` menu: what the server is doing, and what to do about it. */
export class Status implements vscode.Disposable {
  private readonly item: vscode.LanguageStatusItem;

  constructor(selector: vscode.DocumentSelector) {
    this.item = vscode.languages.createLanguageStatusItem('kong-lsp', selector);
    this.item.name = 'kong-lsp';
  }

  starting(): void {
    this.show('kong-lsp', 'starting', vscode.LanguageStatusSeverity.Information, true);
  }

  running(version: string, detail: string): void {
    this.show(`kong-lsp ${version}`, detail, vscode.LanguageStatusSeverity.Information);
    this.item.command = { title: 'Information', command: 'kong-lsp.showInformation' };
  }

  /** The server does not run, and this is why. */
  failed(reason: string): void {
    this.show('kong-lsp', reason, vscode.LanguageStatusSeverity.Error);
  }

  dispose(): void {
    this.item.dispose();
  }

  private show(
    text: string,
    detail: string,
    severity: vscode.LanguageStatusSeverity,
    busy = false,
  ): void {
    Object.assign(this.item, { text, detail, severity, busy });
    this.item.command = { title: 'Show log', command: 'kong-lsp.showLog' };
  }
}
