// How a Python is found, with Pythons made for it and a memory of our own.
import * as assert from 'node:assert';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type * as vscode from 'vscode';
import { findPython, type Memory } from '../../src/python';
import { runTests } from './support';

const REAL = process.env.KONG_LSP_PYTHON!;

function memory(): Memory {
  const memento = (): vscode.Memento => {
    const held = new Map<string, unknown>();
    return {
      keys: () => [...held.keys()],
      get: <T>(key: string, otherwise?: T) => (held.has(key) ? held.get(key) : otherwise) as T,
      update: async (key, value) => void held.set(key, value),
    };
  };
  return { globalState: memento(), workspaceState: memento() };
}

export function run(): Promise<void> {
  return runTests(() => {
    suite('python', () => {
      const { PATH } = process.env;
      let folder: string;
      /** How often the Pythons of the folder were run, and those that were tried in vain. */
      const runs = () => fs.readFileSync(path.join(folder, 'runs'), 'utf8').split('\n').length - 1;
      let tried: string[];

      /** A command that does `script`, and writes down that it ran. */
      const make = (name: string, script: string) => {
        const text = `#!/bin/sh\necho >>'${folder}/runs'\n${script}\n`;
        fs.writeFileSync(path.join(folder, name), text, { mode: 0o755 });
      };
      const find = (interpreter: string[] = [], remembered = memory()) => {
        tried = [];
        const settings = { interpreter, importStrategy: 'useBundled' } as const;
        return findPython(settings, remembered, (line) => tried.push(line));
      };
      const onWindows = async <T>(act: () => Promise<T>) => {
        const here = Object.getOwnPropertyDescriptor(process, 'platform')!;
        Object.defineProperty(process, 'platform', { ...here, value: 'win32' });
        try {
          return await act();
        } finally {
          Object.defineProperty(process, 'platform', here);
        }
      };

      setup(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kong-lsp-pythons '));
        process.env.PATH = folder;
      });

      teardown(() => {
        process.env.PATH = PATH;
        fs.rmSync(folder, { recursive: true });
      });

      test('python3 goes before python, and one that is too old is passed over', async () => {
        make('python3', 'echo 3.9.18 /old/python3');
        make('python', `exec '${REAL}' "$@"`);
        const found = await find();
        assert.equal(found?.source, 'python in PATH');
        assert.equal(found?.command, REAL);
        assert.match(found!.version, /^3\.\d+\.\d+$/);
        assert.deepEqual(tried, ['python3 (python3 in PATH): it is Python 3.9.18']);
      });

      test('py -3 is asked on Windows, and there only', async () => {
        make('py', `[ "$1" = -3 ] && shift && exec '${REAL}' "$@"`);
        make('python', 'echo "Python was not found; run without arguments to install" >&2; exit 9');
        assert.equal(await find(), undefined);
        const found = await onWindows(() => find());
        assert.equal(found?.source, 'Python launcher');
        assert.equal(found?.command, REAL);
        assert.deepEqual(found?.args, []);
        assert.deepEqual(tried, [
          'python3 (python3 in PATH): not found',
          'python (python in PATH): Python was not found; run without arguments to install',
        ]);
      });

      test("the setting's Python is taken as it is, with its arguments", async () => {
        make('wrapped', `[ "$1" = -X ] && shift && shift && exec '${REAL}' "$@"`);
        const command = path.join(folder, 'wrapped');
        const found = await find([command, '-X', 'dev']);
        assert.deepEqual([found?.command, found?.args], [command, ['-X', 'dev']]);
        assert.equal(await find([path.join(folder, 'nowhere')]), undefined);
      });

      test('a Python that fitted is not run again until it changes', async () => {
        const remembered = memory();
        make('python3', `exec '${REAL}' "$@"`);
        const first = await find([], remembered);
        assert.deepEqual(await find([], remembered), first);
        assert.equal(runs(), 1);
        fs.utimesSync(path.join(folder, 'python3'), 1, 1);
        assert.deepEqual(await find([], remembered), first);
        assert.equal(runs(), 2);
        fs.unlinkSync(path.join(folder, 'python3'));
        assert.equal(await find([], remembered), undefined);
      });

      test('one that did not fit is asked again', async () => {
        const remembered = memory();
        make('python3', 'echo 3.9.18 /old/python3');
        assert.equal(await find([], remembered), undefined);
        make('python3', `exec '${REAL}' "$@"`);
        assert.equal((await find([], remembered))?.command, REAL);
      });
    });
  });
}
