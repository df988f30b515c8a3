// A folder of Lua that has nothing to do with Kong, until it gets a rockspec.
import * as assert from 'node:assert';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { folder, ID, information, open, runTests, say, untilCodes } from './support';

/** The milliseconds that something took: on the clock, and of this process' time. */
async function timed(what: string, act: () => unknown): Promise<number> {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  await act();
  const wall = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  const spent = (user + system) / 1000;
  say(`measured: ${what} ${wall.toFixed(1)} ms, of processor time ${spent.toFixed(1)} ms`);
  return spent;
}

export function run(): Promise<void> {
  return runTests(() => {
    suite('elsewhere', () => {
      const extension = vscode.extensions.getExtension(ID)!;
      const client = path.join(extension.extensionPath, 'dist/client.js');
      /** What the extension has made in the folder of the window's logs: its output channel. */
      const logs = () =>
        fs
          .readdirSync(path.join(extension.extensionPath, '../../data/logs'), { recursive: true })
          .filter((name) => String(name).includes(ID));

      test('activation costs the extension host little', async () => {
        assert.equal(extension.isActive, false);
        await new Promise((resolve) => setTimeout(resolve, 300)); // it is starting itself
        // The client's code is loaded while Python starts; here it is timed alone.
        const activation = await timed('activation', () => extension.activate());
        assert.equal(client in require.cache, false);
        const loading = await timed('the client', () => require(client));
        delete require.cache[client];
        assert.ok(activation + loading < 150); // 40 where nothing else runs
      });

      test('nothing is started or shown where there is neither a rockspec nor a Kong file', async () => {
        await open('hello.lua');
        await new Promise((resolve) => setTimeout(resolve, 2000));
        assert.deepEqual(logs(), []);
        assert.equal(client in require.cache, false);
        assert.match(await information(), /^Server: does not run$/m);
        assert.notDeepEqual(logs(), []); // where they would have been
      });

      test('the first rockspec starts the server, opened or not', async () => {
        const file = vscode.Uri.joinPath(folder(), 'hello-1.0-1.rockspec');
        fs.writeFileSync(file.fsPath, 'package = "hello"\nversion = "1.0"\n');
        await untilCodes(file, 'KR005', 'KR005', 'KR011', 'KR007');
      });
    });
  });
}
