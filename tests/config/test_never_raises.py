"""Reading never raises, whatever the text."""

from __future__ import annotations

import random

import pytest

from kong_lsp.config import reading, sniff
from kong_lsp.config.spec import read_spec

SEEDS = {
    "x.yml": '_format_version: "3.0"\nservices:\n- &a\n  name: a\n  plugins: [{name: b, '
    "config: {x: 1}}]\n  routes:\n  - *a\nplugins:\n- name: c\n  ordering: {before: {access: [d]}}\n"
    "  service: {id: 1}\n_plugin_configs: {k: {}}\nfilter_chains:\n- filters: [{name: e}]\n",
    "k.yml": "apiVersion: v1\nkind: KongPlugin\nmetadata:\n  name: a\n  annotations:\n"
    "    konghq.com/plugins: 'a, b:c,'\nplugin: d\nconfig: {}\n---\nkind: List\napiVersion: v1\n"
    "items:\n- spec:\n    containers:\n    - name: k\n      image: kong:3\n      env:\n"
    "      - {name: KONG_PLUGINS, value: 'a,b'}\n",
    "compose.yml": "x: &e\n  KONG_PLUGINS: a,${B}\nservices:\n  kong:\n    image: kong:3.4\n"
    "    env_file: [a, {path: b}]\n    environment:\n      <<: [*e, *e]\n"
    "  two:\n    environment:\n    - KONG_PLUGINS=c\n    - 'KONG_PLUGINS=\"d\"'\n",
    "values.yaml": "image: {repository: kong}\nenv:\n  database: off\n  plugins: a,b\n"
    "plugins:\n  configMaps:\n  - pluginName: a\n    name: b\n  preInstalled: c,d\n",
    "old.yml": "plugins_available:\n- a\n- 'b'\ncustom_plugins: []\n",
    "kong.conf": "plugins = a, \\\n b # c\n[x]\nplugins = 'd'\nproxy_listen\n",
    "Dockerfile": "ENV KONG_PLUGINS=a \\\n  # x\n B='c d'\nENV KONG_PLUGINS a b\n",
    "x.env": "export KONG_PLUGINS='a'\nKONG_PG_HOST = b # c\n",
    "x.sh": 'docker run -e "KONG_PLUGINS=a" -e \'KONG_PG_HOST=b\n'
    'curl kong:8001/plugins \\\n -d \'{"name": "a"}\' -F "name=b"\nhttp :8001/plugins name=c\n',
    "x.tf": 'resource "kong_plugin" "a" {\n  name = "b" # c\n  d = <<E\n{\nE\n'
    '  e { f = "${g}" }\n}\n/* h */\nresource "kong_plugin" "i" { name = var.j }\n',
}
JUNK = ("\n", " ", "  ", "- ", ":", "'", '"', "{", "}", "[", "]", "&a ", "*a", "#", "|", "\t", "\r",
        "\\", "=", ",", "---\n", "<<: *e\n", "{{", "${", "\ufeff", "\x00", "\ud800", "é", "!!x ")  # fmt: skip


@pytest.mark.parametrize("path", SEEDS)
def test_a_configuration_file(path: str) -> None:
    chance = random.Random(path)
    form = sniff.form_of(path)
    assert form is not None
    for _ in range(300):
        text = SEEDS[path]
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(JUNK) + text[at + chance.choice((0, 0, 1, 5)) :]
        sniff.text_looks_ours(path, text)
        config = reading.read(path, form, text)
        if config is None:
            continue
        for part in config.parts:
            places = [use.at for use in part.uses]
            places += [found.at for found in part.definitions]
            places += [named.at for named in part.references]
            places += [item.at for each in part.enabled for item in each.items]
            places += [each.value_at for each in part.settings]
            for place in places:
                span = config.span(place)
                assert 0 <= span.start <= span.end <= len(text)


def test_a_spec() -> None:
    chance = random.Random(1)
    seed = (
        'local N = "a"\nhelpers.start_kong({ plugins = "b," .. N, x = [[ ]] })\n'
        "helpers.get_db_utils(s, { 'a' }, { N, 'b' })\n"
    )
    for _ in range(500):
        at = chance.randrange(len(seed))
        read_spec(seed[:at] + chance.choice(JUNK) + seed[at + chance.choice((0, 1, 5)) :])
