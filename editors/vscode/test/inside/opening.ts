// A rockspec that is opened in a window which is at rest: how long until the first finding.
import * as assert from 'node:assert';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { codes, ID, runTests, say, until } from './support';

const ROCKSPEC = path.join(process.env.KONG_LSP_EXAMPLE!, 'kong-plugin-geojson-1.0.0-1.rockspec');
const REST = 6_000;

export function run(): Promise<void> {
  return runTests(() => {
    suite('opening', () => {
      test('the first finding of a loose rockspec comes soon, even just installed', async () => {
        await new Promise((resolve) => setTimeout(resolve, REST));
        assert.equal(vscode.extensions.getExtension(ID)!.isActive, false);
        const before = performance.now();
        const rockspec = await vscode.workspace.openTextDocument(ROCKSPEC);
        await vscode.window.showTextDocument(rockspec);
        await until('a finding', () => codes(rockspec.uri).length > 0);
        const took = performance.now() - before;
        say(`measured: first finding ${took.toFixed(0)} ms after opening`);
        assert.ok(took < 15_000); // 1500 on a quiet machine, but for the first after installing
      });
    });
  });
}
