// The broken example, with servers and Pythons that do not do as they should.
import * as assert from 'node:assert';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ID, information, open, runTests, until, untilCodes } from './support';

const NAME = 'kong-plugin-geojson-1.0.0-1.rockspec';
const PYTHON = process.env.KONG_LSP_PYTHON!;
const FOUND = ['KM102', 'KM101', 'KM106'];

const use = (...command: string[]) =>
  vscode.workspace
    .getConfiguration('kong-lsp')
    .update(
      'interpreter',
      command.length > 0 ? command : undefined,
      vscode.ConfigurationTarget.Workspace,
    );
const restart = () => vscode.commands.executeCommand('kong-lsp.restart');
const says = (line: RegExp) => until(String(line), async () => line.test(await information()));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A Python that answers when it is asked for its version, and serves like this. */
function pythonThat(serves: string): string {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'python-')), 'python');
  const text = `#!/bin/sh\ncase "$*" in *serve*) ${serves} ;; esac\nexec '${PYTHON}' "$@"\n`;
  fs.writeFileSync(file, text, { mode: 0o755 });
  return file;
}

/** The processes of servers that this extension host started and that still run. */
function servers(): number[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const parent = fs.readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ')[1];
        const command = fs.readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return Number(parent) === process.pid && /\0serve\0$/.test(command);
      } catch {
        return false;
      }
    })
    .map(Number);
}

const oneServer = () => until('one server', () => servers().length === 1 && servers()[0]);

function log(): string {
  const { extensionPath } = vscode.extensions.getExtension(ID)!;
  const logs = path.join(extensionPath, '../../data/logs');
  return fs
    .readdirSync(logs, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('kong-lsp.log'))
    .map((name) => fs.readFileSync(path.join(logs, name), 'utf8'))
    .join('');
}

export function run(): Promise<void> {
  return runTests(() => {
    suite('trouble', () => {
      let rockspec: vscode.TextDocument;

      suiteSetup(async () => {
        rockspec = await open(NAME);
      });

      setup(async () => {
        await use();
        await restart();
        await untilCodes(rockspec.uri, ...FOUND);
      });

      test('a server that is killed is started again', async () => {
        const before = await oneServer();
        process.kill(before, 'SIGKILL');
        await until('another server', () => servers().some((each) => each !== before));
        await says(/^What the server sees:$/m);
        await untilCodes(rockspec.uri, ...FOUND);
        assert.match(log(), /The server ended with SIGKILL/);
      });

      test('one that is killed again and again is left alone, until it is asked for', async () => {
        let last = 0;
        for (let count = 0; count < 5; count += 1) {
          last = await until('another server', () => servers().find((each) => each !== last));
          await vscode.commands.executeCommand('kong-lsp.checkWorkspace'); // it answers
          process.kill(last, 'SIGKILL');
        }
        await until('it is gone', () => servers().length === 0);
        await pause(1000);
        assert.deepEqual(servers(), []);
        await says(/^Server: does not run$/m);
        await restart();
        await untilCodes(rockspec.uri, ...FOUND);
        await oneServer();
      });

      test('of a server that ends at once the log has the last words', async () => {
        await use(pythonThat('echo "no module named this" >&2; exit 1'));
        await says(/^Server: does not run$/m);
        await until('its words', () => log().includes('no module named this'));
        await untilCodes(rockspec.uri);
        await pause(1000);
        assert.deepEqual(servers(), []);
      });

      test('of a server that ends before it answers no second one is left behind', async () => {
        const flag = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'flag-')), 'once');
        await use(pythonThat(`[ -e ${flag} ] || { touch ${flag}; sleep 1; exit 1; }`));
        await until('it was run', () => fs.existsSync(flag));
        await says(/^Server: does not run$/m);
        await pause(1500);
        assert.deepEqual(servers(), []);
        await restart();
        await untilCodes(rockspec.uri, ...FOUND);
        await oneServer();
      });

      test('a server that never answers is given up for another one', async () => {
        const before = await oneServer();
        await use(pythonThat('exec sleep 600'));
        await until('it is gone', () => !servers().includes(before));
        await pause(1000);
        await use();
        await untilCodes(rockspec.uri, ...FOUND);
        await oneServer();
      });

      test('a Python that vanishes is missed, and welcome again', async () => {
        const python = pythonThat('');
        await use(python);
        await says(new RegExp(python));
        await untilCodes(rockspec.uri, ...FOUND);
        fs.renameSync(python, `${python}-away`);
        process.kill(await oneServer(), 'SIGKILL');
        await says(/^Server: does not run$/m);
        fs.renameSync(`${python}-away`, python);
        await restart();
        await untilCodes(rockspec.uri, ...FOUND);
        await oneServer();
      });

      test('settings that change while it starts leave one server, with the last of them', async () => {
        const [first, second, third] = [pythonThat(''), pythonThat(''), pythonThat('')];
        await Promise.all([use(first), restart(), use(second!), restart()]);
        await use(third);
        await says(new RegExp(third));
        await untilCodes(rockspec.uri, ...FOUND);
        await oneServer();
      });
    });
  });
}
