// Runs one file of test/inside in the real extension host: inside.mjs SUITE
// What @vscode/test-electron does, with a VS Code that comes from npm.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { buildSync } from 'esbuild';
import { EXTENSION, example, ROOT, scratch, startBrowser, startVSCode } from './workbench.mjs';

const suite = process.argv[2];
const justLua = () => {
  const folder = join(scratch('workspace'), 'just-lua');
  mkdirSync(folder);
  writeFileSync(join(folder, 'hello.lua'), 'print("hello")\n');
  return folder;
};
const WORKSPACES = {
  plugin: () => example('broken'),
  elsewhere: justLua,
  opening: justLua,
  python: justLua,
  restricted: () => {
    const folder = justLua();
    mkdirSync(join(folder, '.vscode'));
    const settings = { 'kong-lsp.interpreter': ['/of/the/folder/python'] };
    writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify(settings));
    return folder;
  },
  trouble: () => example('broken'),
};
/** What is done again in the next windows of the same VS Code, as if on other days. */
const ROUNDS = { opening: 3 };
const bundle = join(EXTENSION, 'out', `${suite}.js`);
buildSync({
  entryPoints: [join(EXTENSION, 'test/inside', `${suite}.ts`)],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  external: ['vscode', 'mocha'],
  logLevel: 'warning',
});

const env = {
  KONG_LSP_PYTHON: join(ROOT, '.venv/bin/python'),
  KONG_LSP_EXAMPLE: example('broken'),
};
const vscode = await startVSCode({ env, trusted: suite !== 'restricted' });
const browser = await startBrowser();
let code = 1;
try {
  const { page } = browser;
  let end;
  await page.exposeFunction('codeAutomationExit', (given) => end(given));
  await page.exposeFunction('codeAutomationLog', (_, args) => {
    const line = format(...args);
    // The workbench's own log comes the same way; what the tests print is marked.
    if (line.startsWith('│')) console.log(line.slice(1));
    else if (process.env.VERBOSE) console.error(line);
  });
  // A released workbench runs tests only with this switch, for which code-server has no option.
  await page.addInitScript(() => {
    const original = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (name) {
      const value = original.call(this, name);
      if (this.id !== 'vscode-workbench-web-configuration' || name !== 'data-settings') {
        return value;
      }
      return JSON.stringify({
        ...JSON.parse(value),
        developmentOptions: { enableSmokeTestDriver: true },
      });
    };
  });
  const remote = (path) => `vscode-remote://${new URL(vscode.url).host}${path}`;
  const payload = [
    // Tests come with an extension under development: a stand-in for the Python extension.
    ['extensionDevelopmentPath', remote(join(EXTENSION, 'test/python-extension'))],
    ['extensionTestsPath', remote(bundle)],
    ['skipWelcome', 'true'],
  ];
  for (let round = 0; round < (ROUNDS[suite] ?? 1); round += 1) {
    const ended = new Promise((resolve) => (end = resolve));
    const late = new Promise((resolve) => {
      setTimeout(resolve, 180_000, 'no end within 180 s').unref();
    });
    const query = { folder: WORKSPACES[suite](), payload: JSON.stringify(payload) };
    await page.goto(`${vscode.url}/?${new URLSearchParams(query)}`);
    code = await Promise.race([ended, late]);
    if (code !== 0) break;
  }
  if (code !== 0) {
    await page.screenshot({ path: join(EXTENSION, 'out', `${suite}-failed.png`) });
  }
} finally {
  await browser.close();
  await vscode.stop();
}
if (code !== 0) {
  console.error(`extension host: ${code}`);
  process.exitCode = 1;
}
