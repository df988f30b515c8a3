// The broken example, opened as a folder.
import * as assert from 'node:assert';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { codes, folder, ID, information, open, quickFix, runTests, say, until, untilCodes } from './support';

const NAME = 'kong-plugin-geojson-1.0.0-1.rockspec';
const HANDLER = 'kong/plugins/geojson/handler.lua';
const PYTHON = process.env.KONG_LSP_PYTHON!;

const settings = () => vscode.workspace.getConfiguration('kong-lsp');
const set = (name: string, value: unknown) =>
  settings().update(name, value, vscode.ConfigurationTarget.Workspace);
const extension = () => vscode.extensions.getExtension(ID)!;

/** Undoes all edits of a document. */
async function revert(document: vscode.TextDocument): Promise<void> {
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand('workbench.action.files.revert');
}

export function run(): Promise<void> {
  return runTests(() => {
    suite('plugin', () => {
      let rockspec: vscode.TextDocument;
      let original: string;

      suiteSetup(async () => {
        const before = performance.now();
        rockspec = await open(NAME);
        original = rockspec.getText();
        await until('a finding', () => codes(rockspec.uri).length > 0);
        const took = performance.now() - before;
        say(`measured: first finding ${took.toFixed(0)} ms after opening, just installed`);
      });

      teardown(async () => {
        await revert(rockspec);
        for (const name of ['ignore', 'interpreter', 'importStrategy']) {
          if (settings().inspect(name)?.workspaceValue !== undefined) {
            await set(name, undefined);
          }
        }
      });

      test('a rockspec in the folder activates it', async () => {
        await until('active', () => extension().isActive);
        assert.equal(rockspec.languageId, 'lua');
      });

      test('findings, in the rockspec and in files that are not open', async () => {
        await untilCodes(rockspec.uri, 'KM102', 'KM101', 'KM106');
        await untilCodes(vscode.Uri.joinPath(folder(), HANDLER), 'KM102');
        const [, missing] = vscode.languages
          .getDiagnostics(rockspec.uri)
          .sort((a, b) => a.range.start.compareTo(b.range.start));
        assert.equal(rockspec.getText(missing!.range), '"kong/plugins/geojson/shema.lua"');
        assert.equal(missing!.severity, vscode.DiagnosticSeverity.Error);
      });

      test('the first finding comes soon after a start', async () => {
        await untilCodes(rockspec.uri, 'KM102', 'KM101', 'KM106');
        const times: number[] = [];
        for (let count = 0; count < 3; count += 1) {
          await set('interpreter', ['/nowhere/python3']);
          await untilCodes(rockspec.uri);
          await until('no server', async () => /^Server: does not run$/m.test(await information()));
          await set('interpreter', undefined);
          const before = performance.now();
          await until('a finding', () => codes(rockspec.uri).length > 0);
          times.push(performance.now() - before);
        }
        const took = times.map((each) => each.toFixed(0)).join(', ');
        say(`measured: first finding ${took} ms after the server was asked for`);
        assert.ok(Math.min(...times) < 15_000); // 1500 on a quiet machine
      });

      test('completion proposes the module that is not listed', async () => {
        await untilCodes(rockspec.uri, 'KM102', 'KM101', 'KM106');
        const line = original.split('\n').findIndex((text) => text.includes('geojson.handler"'));
        const edit = new vscode.WorkspaceEdit();
        edit.insert(rockspec.uri, new vscode.Position(line + 1, 0), '    ["kong.plugins.geojson.\n');
        await vscode.workspace.applyEdit(edit);
        const end = rockspec.lineAt(line + 1).range.end;
        const labels = await until('proposals', async () => {
          const list = await vscode.commands.executeCommand<vscode.CompletionList>(
            'vscode.executeCompletionItemProvider',
            rockspec.uri,
            end,
            '.',
          );
          const found = list.items.map((each) =>
            typeof each.label === 'string' ? each.label : each.label.label,
          );
          return found.includes('tools') && found;
        });
        assert.match(labels[0]!, /tools$/);
        await revert(rockspec);
      });

      test('a quick fix is applied and saved', async () => {
        await untilCodes(rockspec.uri, 'KM102', 'KM101', 'KM106');
        await quickFix(rockspec, 'KM101', /^Change to /);
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
        await rockspec.save();
        const wanted = original.replace('shema.lua', 'schema.lua');
        assert.equal(fs.readFileSync(rockspec.uri.fsPath, 'utf8'), wanted);
      });

      test('a fix of the handler edits the rockspec', async () => {
        const handler = await open(HANDLER);
        await untilCodes(handler.uri, 'KM102');
        await quickFix(handler, 'KM102', /^Add "kong\.plugins\.geojson\.tools"/);
        await untilCodes(handler.uri);
        assert.match(
          rockspec.getText(),
          /\["kong\.plugins\.geojson\.tools"\] = "kong\/plugins\/geojson\/tools\.lua",\n/,
        );
        await revert(rockspec);
        await untilCodes(handler.uri, 'KM102');
      });

      test('all missing modules are added by one command, and by a source action', async () => {
        await vscode.window.showTextDocument(rockspec);
        for (const [command, ...given] of [
          ['kong-lsp.addModules'],
          [
            'editor.action.sourceAction',
            { kind: 'source.addMissingModules', apply: 'first' },
          ],
        ] as const) {
          await untilCodes(rockspec.uri, 'KM102', 'KM106');
          await vscode.commands.executeCommand(command, ...given);
          await untilCodes(rockspec.uri, 'KM106');
          assert.ok(rockspec.isDirty);
          await revert(rockspec);
        }
      });

      test('what cannot be renamed is refused with the reason', async () => {
        const at = rockspec.positionAt(rockspec.getText().indexOf('plugins.geojson.') + 9);
        await assert.rejects(
          async () =>
            vscode.commands.executeCommand(
              'vscode.executeDocumentRenameProvider',
              rockspec.uri,
              at,
              'jwt',
            ),
          /jwt is the name of a plugin that comes with Kong/,
        );
      });

      test('a file that comes or goes on the disk changes the findings', async () => {
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
        const tools = vscode.Uri.joinPath(folder(), 'kong/plugins/geojson/tools.lua').fsPath;
        const text = fs.readFileSync(tools);
        fs.unlinkSync(tools);
        await until('no KM102', () => !codes(rockspec.uri).includes('KM102'));
        fs.writeFileSync(tools, text);
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
      });

      test('a changed setting takes effect at once', async () => {
        await set('ignore', ['KM102']);
        await untilCodes(rockspec.uri, 'KM106');
        await until('it is shown', async () =>
          /^ {2}kong-lsp\.ignore: \["KM102"\] \(workspace\)$/m.test(await information()),
        );
        await set('ignore', undefined);
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
      });

      test('the server is another one after a restart, and works', async () => {
        await vscode.commands.executeCommand('kong-lsp.restart');
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
        for (const line of [
          /^Server: kong-lsp \d+\.\d+\.\d+, bundled$/m,
          /^Python: 3\.\d+\.\d+, \/\S+ \(python3 in PATH\)$/m,
          /^Set in VS Code: nothing$/m,
          /^ {2}plugin geojson in kong\/plugins\/geojson$/m,
          /^ {4}kong\.plugins\.geojson\.tools +yes +no +kong\/plugins\/geojson\/handler\.lua$/m,
          /^kong_version = "auto" +# /m,
        ]) {
          await until(String(line), async () => line.test(await information()));
        }
      });

      test('the workspace is checked on demand', async () => {
        await vscode.commands.executeCommand('kong-lsp.checkWorkspace');
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
      });

      test('without a Python nothing runs, and with one it does again', async () => {
        await set('interpreter', ['/nowhere/python3']);
        await untilCodes(rockspec.uri);
        await until('none', async () => /^Server: does not run$/m.test(await information()));
        await set('interpreter', undefined);
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
      });

      test('a Python that is too old is not started', async () => {
        const old = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'python-')), 'python');
        fs.writeFileSync(old, '#!/bin/sh\necho 3.8.10\n', { mode: 0o755 });
        await set('interpreter', [old]);
        await untilCodes(rockspec.uri);
        await until('none', async () => /^Python: none$/m.test(await information()));
      });

      test('fromEnvironment runs the kong-lsp of the interpreter', async () => {
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
        await set('interpreter', [PYTHON]);
        await set('importStrategy', 'fromEnvironment');
        await until('another server', async () =>
          /^Server: kong-lsp \S+, from its environment$/m.test(await information()),
        );
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
      });

      test('fromEnvironment falls back to the bundled one', async () => {
        const bare = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'python-')), 'python');
        // -I -S: a Python in which nothing is installed.
        fs.writeFileSync(bare, `#!/bin/sh\nexec '${PYTHON}' -I -S "$@"\n`, { mode: 0o755 });
        await set('interpreter', [bare]);
        await set('importStrategy', 'fromEnvironment');
        await until('the bundled server', async () => {
          const text = await information();
          return text.includes(bare) && /^Server: kong-lsp \S+, bundled$/m.test(text);
        });
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
      });

      test("the Python extension's interpreter is used, and followed", async () => {
        const python = vscode.extensions.getExtension('ms-python.python')!.exports;
        const used = (line: RegExp) => until(String(line), async () => line.test(await information()));
        python.choose(PYTHON);
        await used(/^Python: 3\.\d+\.\d+, \S+\.venv\/bin\/python \(Python extension\)$/m);
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
        python.choose(undefined);
        await used(/\(python3 in PATH\)$/m);
      });

      test('the pure PyYAML is bundled, and the fast one is used where it is there', () => {
        const libs = path.join(extension().extensionPath, 'bundled/libs');
        assert.ok(fs.existsSync(path.join(libs, 'pure/yaml/__init__.py')));
        assert.deepEqual(fs.readdirSync(path.join(libs, 'pure')), ['yaml']);
      });

      test('kong.conf has a language of its own', async () => {
        const file = vscode.Uri.joinPath(folder(), 'kong.conf');
        fs.writeFileSync(file.fsPath, '# a comment\nplugins = bundled,geojson\n');
        const document = await open('kong.conf');
        assert.equal(document.languageId, 'kong-conf');
        const first = new vscode.Range(1, 0, 1, 0);
        vscode.window.activeTextEditor!.selection = new vscode.Selection(first.start, first.end);
        await vscode.commands.executeCommand('editor.action.commentLine');
        assert.equal(document.lineAt(1).text, '# plugins = bundled,geojson');
        await revert(document);
      });

      test('a plugin is renamed with its folder, and renamed back', async () => {
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
        const broken = rockspec.getText();
        await quickFix(rockspec, 'KM106', /^Change to /);
        await rockspec.save();
        const saved = rockspec.getText();
        const plugins = vscode.Uri.joinPath(folder(), 'kong/plugins');
        for (const [old, name] of [['geojson', 'geo-json'], ['geo-json', 'geojson']] as const) {
          const at = rockspec.positionAt(rockspec.getText().indexOf(`plugins.${old}.`) + 9);
          const prepared = await vscode.commands.executeCommand<{ placeholder: string }>(
            'vscode.prepareRename',
            rockspec.uri,
            at,
          );
          assert.equal(prepared.placeholder, old);
          const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
            'vscode.executeDocumentRenameProvider',
            rockspec.uri,
            at,
            name,
          );
          // Such an answer has its renames first, whatever their place was. F2 keeps the order.
          const ordered = new vscode.WorkspaceEdit();
          edit.entries().forEach(([uri, edits]) => ordered.set(uri, edits));
          const [from, to] = [old, name].map((each) => vscode.Uri.joinPath(plugins, each));
          ordered.renameFile(from!, to!);
          assert.ok(await vscode.workspace.applyEdit(ordered, { isRefactoring: true }));
          await vscode.workspace.saveAll();
          assert.deepEqual(fs.readdirSync(plugins.fsPath), [name]);
          await until('its folder is known', async () =>
            (await information()).includes(`  plugin ${name} in kong/plugins/${name}\n`),
          );
          await untilCodes(rockspec.uri, 'KM102');
        }
        assert.equal(fs.readFileSync(rockspec.uri.fsPath, 'utf8'), saved);
        fs.writeFileSync(rockspec.uri.fsPath, broken);
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
      });

      test('a folder that is moved takes the rockspec along, and back', async () => {
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
        const before = rockspec.getText();
        const plugins = vscode.Uri.joinPath(folder(), 'kong/plugins');
        for (const [old, name] of [['geojson', 'geo-json'], ['geo-json', 'geojson']] as const) {
          const edit = new vscode.WorkspaceEdit();
          const [from, to] = [old, name].map((each) => vscode.Uri.joinPath(plugins, each));
          edit.renameFile(from!, to!);
          assert.ok(await vscode.workspace.applyEdit(edit, { isRefactoring: true }));
          await until('the new path', () => rockspec.getText().includes(`/${name}/handler.lua`));
          await vscode.workspace.saveAll();
          await until('its folder is known', async () =>
            (await information()).includes(`  plugin ${name} in kong/plugins/${name}\n`),
          );
        }
        await untilCodes(rockspec.uri, 'KM102', 'KM106');
        assert.equal(rockspec.getText(), before);
      });
    });
  });
}
