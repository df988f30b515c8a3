// A folder of Lua that has nothing to do with Kong.
import * as assert from 'node:assert';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ID, open, runTests, say } from './support';

export function run(): Promise<void> {
  return runTests(() => {
    suite('elsewhere', () => {
      const extension = () => vscode.extensions.getExtension(ID)!;

      test('nothing is activated where there is neither a rockspec nor a Kong file', async () => {
        await open('hello.lua');
        await new Promise((resolve) => setTimeout(resolve, 2000));
        assert.equal(extension().isActive, false);
      });

      test('activation costs the extension host little', async () => {
        // The client's code is loaded while Python is asked for its version; here it is timed alone.
        const begin = performance.now();
        require(path.join(extension().extensionPath, 'dist/client.js'));
        const loaded = performance.now();
        await extension().activate();
        const client = loaded - begin;
        const activation = performance.now() - loaded;
        say(`measured: activation ${activation.toFixed(1)} ms, its client ${client.toFixed(1)} ms`);
        assert.ok(activation + client < 500); // 50 on a quiet machine
      });
    });
  });
}
