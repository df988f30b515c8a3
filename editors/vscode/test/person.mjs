// Does in a real VS Code what a person does: opens a broken plugin, reads what is wrong, repairs it.
// The pictures go to out/pictures; `--keep` puts them into images, where the README shows them.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXTENSION, example, pause, ROOT, scratch, startBrowser, startVSCode, until } from './workbench.mjs';

const NAME = 'kong-plugin-geojson-1.0.0-1.rockspec';
const PYTHON = join(ROOT, '.venv/bin/python');
const pictures = join(EXTENSION, 'out/pictures');
mkdirSync(pictures, { recursive: true });

class Person {
  constructor(page) {
    this.page = page;
  }

  async open(url, folder) {
    await this.page.goto(`${url}/?${new URLSearchParams({ folder })}`);
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
  }

  press(...keys) {
    return keys.reduce((last, key) => last.then(() => this.page.keyboard.press(key)), Promise.resolve());
  }

  type(text) {
    return this.page.keyboard.type(text, { delay: 30 });
  }

  /** The box at the top of the window: commands, files, lines. */
  async pick(text, row, then = 'hidden') {
    const widget = this.page.locator('.quick-input-widget');
    await widget.locator('input[type="text"]').fill(text);
    if (row !== undefined) {
      await until(`${row} is offered first`, async () =>
        (await widget.locator('.monaco-list-row.focused').first().innerText()).includes(row),
      );
    }
    await this.press('Enter');
    await widget.waitFor({ state: then });
  }

  /** Runs a command; `then` is whether the box stays for its questions. */
  async command(title, then) {
    await this.press('F1');
    await this.pick(`>${title}`, title, then);
  }

  async openFile(name) {
    await this.press('Control+p');
    await this.pick(name, name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.focusEditor();
  }

  async focusEditor() {
    await this.press('Control+1');
    await this.page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
  }

  async goto(line, column) {
    await this.focusEditor();
    await this.press('Control+g');
    await this.pick(`:${line}:${column}`);
    await this.page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
  }

  /** The whole text of the editor, as copied from it. */
  async text() {
    await this.focusEditor();
    await this.page.evaluate(() => navigator.clipboard.writeText(''));
    await this.press('Control+a', 'Control+c');
    const copied = () => this.page.evaluate(() => navigator.clipboard.readText());
    const text = await until('a copied text', copied);
    await this.press('ArrowLeft');
    return text;
  }

  /** What the rows of the Problems panel say, top to bottom. */
  async problems() {
    const rows = await this.page.locator('.markers-panel .monaco-list-row').evaluateAll((all) =>
      all
        .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
        .map((row) => row.innerText.replace(/\s+/g, ' ').trim()),
    );
    return rows;
  }

  /** How many errors and warnings the status bar counts. */
  async count() {
    const label = await this.page.locator('#status\\.problems a').first().getAttribute('aria-label');
    return [...(label ?? '').matchAll(/\d+/g)].reduce((sum, [number]) => sum + Number(number), 0);
  }

  untilCount(wanted) {
    return until(`${wanted} problems`, async () => (await this.count()) === wanted);
  }

  async quickFixes() {
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    await until('quick fixes', async () => {
      if ((await rows.count()) > 0) return true;
      await this.press('Control+.');
      await pause(700);
      return (await rows.count()) > 0;
    });
    return rows;
  }

  async proposals() {
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row');
    await rows.first().waitFor();
    await pause(300);
    return rows;
  }

  async save() {
    await this.press('Control+s');
    await this.page.locator('.tab.active:not(.dirty)').waitFor();
  }

  async picture(name) {
    await pause(400); // what fades in has faded in
    await this.page.screenshot({ path: join(pictures, `${name}.png`) });
  }
}

const LOOKS = {
  'breadcrumbs.enabled': false,
  'editor.fontSize': 13,
  'editor.lightbulb.enabled': 'off',
  'editor.occurrencesHighlight': 'off',
  'editor.selectionHighlight': false,
  'workbench.colorTheme': 'Default Dark Modern',
};
const SIZE = { width: 1120, height: 720 };

async function session(name, settings, env, act) {
  const vscode = await startVSCode({ settings: { ...LOOKS, ...settings }, env });
  const browser = await startBrowser(SIZE);
  try {
    await act(new Person(browser.page), vscode);
    console.log(`ok ${name}`);
  } catch (error) {
    await browser.page.screenshot({ path: join(pictures, `failed-${name.replaceAll(" ", "-")}.png`) });
    throw error;
  } finally {
    await browser.close();
    await vscode.stop();
  }
}

async function repairs(person, vscode) {
  const folder = example('broken');
  const file = join(folder, NAME);
  const before = readFileSync(file, 'utf8');
  const line = (part) => before.split('\n').findIndex((text) => text.includes(part)) + 1;

  await person.open(vscode.url, folder);
  await person.openFile(NAME);
  assert.equal((await person.page.locator('#status\\.editor\\.mode').innerText()).trim(), 'Lua');
  await person.untilCount(4); // one of them in a file that is not open
  await person.press('Control+Shift+m');
  for (const part of ['KM101', 'KM102', 'KM106', 'is required here', 'is on disk and in no']) {
    await until(part, async () => (await person.problems()).join('\n').includes(part));
  }
  await person.goto(line('shema.lua'), 45);
  await person.picture('findings');

  // What Kong or LuaRocks would say is in the hover, with the rule's page.
  await person.press('Control+k', 'Control+i');
  const hover = person.page.locator('.monaco-hover:not(.hidden) .hover-row');
  await until('a hover', async () => (await hover.allInnerTexts()).join('\n').includes('KM101'));
  await person.press('Escape');
  await person.press('Control+j'); // the panel is closed: there is more room

  await person.goto(line('shema.lua'), 45);
  let fixes = await person.quickFixes();
  await person.picture('quick-fix');
  await fixes.filter({ hasText: 'Change to "kong/plugins/geojson/schema.lua"' }).click();
  await person.untilCount(3);
  await person.goto(line('kong.plugin.geojson'), 10);
  fixes = await person.quickFixes();
  await fixes.filter({ hasText: 'Change to "kong.plugins.geojson.api"' }).click();
  await person.untilCount(2);

  // The module that is not listed is proposed as soon as a key is begun.
  await person.goto(line('kong.plugin.geojson'), 1);
  await person.press('End', 'Enter');
  await person.type('["');
  const proposals = await person.proposals();
  await until('tools is proposed', async () => (await proposals.first().innerText()).includes('tools'));
  await person.picture('completion');
  await person.press('Enter');
  await person.untilCount(0);
  const after = await person.text();
  const wanted = before
    .replace('shema.lua', 'schema.lua')
    .replace('["kong.plugin.', '["kong.plugins.')
    .replace(
      'api.lua",\n',
      'api.lua",\n    ["kong.plugins.geojson.tools"] = "kong/plugins/geojson/tools.lua",\n',
    );
  assert.equal(after, wanted);
  await person.save();
  assert.equal(readFileSync(file, 'utf8'), wanted);
  await person.goto(1, 1);
  await person.picture('repaired');

  // F2 renames the plugin everywhere, its folder too; and back again.
  const plugins = join(folder, 'kong/plugins');
  for (const [old, name] of [['geojson', 'geo-json'], ['geo-json', 'geojson']]) {
    await person.goto(line('geojson.handler'), 22);
    await person.press('F2');
    const box = person.page.locator('.rename-box input');
    await until('the box', async () => (await box.inputValue()) === old);
    await box.fill(name);
    await person.press('Enter');
    await until('another folder', () => readdirSync(plugins).join() === name);
    await until('a saved rockspec', () => readFileSync(file, 'utf8') === wanted.replaceAll(/(?<=plugins[./])geojson/g, name));
    await person.untilCount(0);
    const dirty = person.page.locator('.tab.dirty');
    await until('all is saved', async () => (await dirty.count()) === 0);
    const schema = join(plugins, name, 'schema.lua');
    await until('a saved schema', () => readFileSync(schema, 'utf8').includes(`"${name}"`));
  }
  const fixed = join(ROOT, 'examples/fixed/kong/plugins/geojson');
  const same = (name) =>
    readFileSync(join(plugins, 'geojson', name), 'utf8') === readFileSync(join(fixed, name), 'utf8');
  await until('all as it was', () => readdirSync(fixed).every(same));

  await person.command('Kong: Show Server Information');
  const shown = () => person.page.locator('.editor-instance .view-lines').first().innerText();
  await until('the information', async () => /Server:\s+kong-lsp/.test(await shown()));
  await person.picture('information');
  await person.command('Kong: Restart Server');
  await person.command('Kong: Show Log');
  await until('the log', async () => {
    const lines = await person.page.locator('.part.panel .view-lines').first().innerText();
    return /Python\s3/.test(lines);
  });
  await person.picture('log');
  await person.press('Control+j');

  await person.command('Kong: New Kong Plugin…', 'visible');
  const question = person.page.locator('.quick-input-widget', { hasText: 'What is it called?' });
  await question.waitFor();
  await person.pick('rate-card');
  await person.page.locator('.tab.active[data-resource-name="handler.lua"]').waitFor();
  await person.untilCount(0);
}

async function highlights(person, vscode) {
  const folder = example('fixed');
  const text = [
    '# The plugin from its checkout, in DB-less mode.',
    'plugins = bundled,geojson',
    'lua_package_path = /srv/kong-plugin-geojson/?.lua;;',
    'database = off',
    'declarative_config = /srv/kong.yml',
    'proxy_listen = 0.0.0.0:8000 reuseport backlog=16384, 0.0.0.0:8443 http2 ssl',
    'pg_password = {vault://env/pg-password}',
    'nginx_worker_processes = 2   # one for each core',
    '',
  ].join('\n');
  writeFileSync(join(folder, 'kong.conf'), text);
  await person.open(vscode.url, folder);
  await person.openFile('kong.conf');
  const mode = person.page.locator('#status\\.editor\\.mode');
  await until('the language', async () => (await mode.innerText()).trim() === 'Kong configuration');
  const colours = () =>
    person.page.evaluate(() => {
      const found = {};
      for (const span of document.querySelectorAll('.view-line span span')) {
        found[span.textContent.replace(/\u00a0/g, ' ').trim()] = getComputedStyle(span).color;
      }
      return found;
    });
  await until('colours', async () => (await colours())['plugins'] !== (await colours())['bundled']);
  await person.picture('kong-conf');
  await person.openFile(NAME);
  await until('a coloured module', async () => {
    const all = await colours();
    return all['geojson'] !== undefined && all['geojson'] !== all['kong.plugins.'];
  });
  const all = await colours();
  assert.notEqual(all['package'], all['kong-plugin-geojson'], 'fields are marked');
}

async function asksForPython(person, vscode) {
  const folder = example('broken');
  await person.open(vscode.url, folder);
  await person.openFile(NAME);
  const message = person.page.locator('.notification-toast', { hasText: 'kong-lsp needs Python 3.10' });
  await message.waitFor();
  await person.picture('no-python');
  await message.getByRole('button', { name: 'Choose Python…' }).click();
  const file = person.page.locator('.quick-input-widget input[type="text"]');
  await until('the file dialog', async () => (await file.inputValue()) !== '');
  await pause(1500); // it lists the folder, and sets the name anew when that is done
  await file.fill(PYTHON);
  await pause(1500);
  await person.press('Enter');
  await person.untilCount(4);
  assert.equal(await person.page.locator('.notification-toast').count(), 0);
}

/** A Python that is too old. */
function oldPython() {
  const file = join(scratch('python'), 'python3.8');
  writeFileSync(file, '#!/bin/sh\necho 3.8.10\n', { mode: 0o755 });
  return file;
}

await session('repairs a plugin', {}, {}, repairs);
await session('sees rockspecs and kong.conf in colour', {}, {}, highlights);
await session('is asked for a Python once', { 'kong-lsp.interpreter': [oldPython()] }, {}, asksForPython);
if (process.argv.includes('--keep')) {
  for (const name of ['findings', 'quick-fix', 'completion', 'no-python']) {
    copyFileSync(join(pictures, `${name}.png`), join(EXTENSION, 'images', `${name}.png`));
  }
}
