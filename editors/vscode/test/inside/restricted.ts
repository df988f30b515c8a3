// A folder that is not trusted: nothing of it decides which program runs.
import * as assert from 'node:assert';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ID, information, runTests, until, untilCodes } from './support';

export function run(): Promise<void> {
  return runTests(() => {
    suite('restricted', () => {
      test('a loose kong.conf is looked at', async () => {
        assert.equal(vscode.workspace.isTrusted, false);
        assert.equal(vscode.extensions.getExtension(ID)!.isActive, false);
        const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'kong-')), 'kong.conf');
        fs.writeFileSync(file, 'plugins = bundled,corss\n');
        const document = await vscode.workspace.openTextDocument(file);
        await vscode.window.showTextDocument(document);
        await untilCodes(document.uri, 'KC301');
      });

      test("neither the folder's settings nor its Python are used", async () => {
        const python = vscode.extensions.getExtension('ms-python.python')!;
        (await python.activate()).choose(process.env.KONG_LSP_PYTHON!);
        const given = vscode.workspace.getConfiguration('kong-lsp').inspect('interpreter');
        assert.deepEqual(given?.globalValue, undefined);
        await vscode.commands.executeCommand('kong-lsp.restart');
        const used = /^Python: 3\.\d+\.\d+, \S+ \(python3 in PATH\)$/m;
        await until('Python', async () => used.test(await information()));
      });
    });
  });
}
