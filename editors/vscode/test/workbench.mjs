// A real VS Code (code-server) with our package installed, and a headless Chromium that shows it.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const EXTENSION = dirname(dirname(fileURLToPath(import.meta.url)));
export const ROOT = dirname(dirname(EXTENSION));
const CODE_SERVER = join(EXTENSION, '.vscode-test/node_modules/code-server/out/node/entry.js');
const VSIX = process.env.VSIX ?? join(EXTENSION, 'kong-lsp.vsix');

/** Nothing on the screen but what the test is about, and nothing asked of the network. */
const QUIET = {
  'chat.disableAIFeatures': true,
  'editor.accessibilitySupport': 'off',
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls `ready` again and again until it gives something; fails with `what` after `ms`. */
export async function until(what, ready, ms = 30_000) {
  const end = Date.now() + ms;
  let last;
  for (;;) {
    try {
      last = await ready();
    } catch (error) {
      last = error;
    }
    if (last && !(last instanceof Error)) return last;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what} (last: ${last})`);
    await pause(50);
  }
}

const scratches = [];
process.on('exit', () => scratches.forEach((each) => rmSync(each, { recursive: true, force: true })));

/** An empty folder that is deleted when this process ends. */
export function scratch(name) {
  const folder = mkdtempSync(join(tmpdir(), `kong-lsp-${name}-`));
  scratches.push(folder);
  return folder;
}

/** A copy of one of the examples, under the name that people see. */
export function example(name, as = 'kong-plugin-geojson') {
  const folder = join(scratch('workspace'), as);
  cpSync(join(ROOT, 'examples', name), folder, { recursive: true });
  return folder;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts VS Code as a new user has it: our package, these settings and nothing else. */
export async function startVSCode({ settings = {}, env = {}, trusted = true } = {}) {
  const home = scratch('vscode');
  const data = join(home, 'data');
  // The window is a remote one: settings of the machine are read from Machine, others from User.
  for (const scope of ['User', 'Machine']) {
    mkdirSync(join(data, scope), { recursive: true });
    writeFileSync(join(data, scope, 'settings.json'), JSON.stringify({ ...QUIET, ...settings }));
  }
  const extensions = join(home, 'extensions');
  const places = ['--user-data-dir', data, '--extensions-dir', extensions, '--config', '/dev/null'];
  const environment = { ...process.env, ...env };
  for (const name of Object.keys(environment)) {
    if (name.startsWith('VSCODE_')) delete environment[name];
  }
  const run = { env: environment, cwd: home };
  execFileSync(process.execPath, [CODE_SERVER, ...places, '--install-extension', VSIX], run);
  const port = await freePort();
  const log = openSync(join(home, 'log'), 'w');
  const server = spawn(
    process.execPath,
    [
      CODE_SERVER, ...places, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`,
      '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override',
      ...(trusted ? ['--disable-workspace-trust'] : []),
    ],
    { ...run, stdio: ['ignore', log, log], detached: true },
  );
  const url = `http://127.0.0.1:${port}`;
  const gone = new Promise((resolve) => server.once('exit', resolve));
  const stop = async () => {
    // The whole of its process group: extension hosts and language servers too.
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      try {
        process.kill(-server.pid, signal);
      } catch {
        break;
      }
      await Promise.race([gone, pause(3000)]);
    }
  };
  await until('VS Code answers', async () => (await fetch(`${url}/healthz`)).ok);
  return { url, data, extensions, stop };
}

export async function startBrowser({ width = 1280, height = 800 } = {}) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  const context = await chromium.launchPersistentContext(scratch('chromium'), {
    executablePath,
    args,
    headless: true,
    viewport: { width, height },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  return { page: context.pages()[0] ?? (await context.newPage()), close: () => context.close() };
}
