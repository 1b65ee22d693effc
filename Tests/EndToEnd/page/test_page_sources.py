"""The page's files against each other: texts, style classes, exports. `make test-page-types` checks the types.

Not here: what a browser makes of them (test_page.py).
"""
import json
import re
import subprocess
from pathlib import Path

from running import ROOT
from visits import root

PUBLIC = ROOT / "Public"
SCRIPTS = {path: path.read_text() for path in sorted(PUBLIC.glob("js/**/*.js")) if path.parent.name != "i18n"}
CODE = "\n".join(SCRIPTS.values())
PAGE = (PUBLIC / "index.html").read_text()
STYLES = "\n".join(path.read_text() for path in sorted(PUBLIC.glob("css/*.css")))
WORDS = re.compile(r"[\w.-]+")


def texts(name):
    """The texts of a file of js/i18n, by key."""
    code = f"import texts from '{PUBLIC / 'js' / 'i18n' / name}.js'; console.log(JSON.stringify(texts))"
    node = ["node", "--input-type=module", "-e", code]
    return json.loads(subprocess.run(node, capture_output=True, text=True, check=True, timeout=60).stdout)


def bare(key):
    """The key that the code names: plural forms are chosen by number."""
    return re.sub(r"\.(one|other)$", "", key)


def strings():
    """Every string of the code, and every template as a pattern that its results match."""
    plain = set(re.findall(r"'((?:[^'\\\n]|\\.)*)'", CODE))
    templates = {text for text in re.findall(r"`([^`]*)`", CODE) if "${" in text and not text.startswith("${")}
    patterns = [re.compile(".+".join(map(re.escape, re.split(r"\$\{[^{}]*\}", text)))) for text in templates]
    return plain, patterns


def vocabularies():
    """Prefixes of texts for words that come from the server: what known() is asked with."""
    table = "".join(re.findall(r"const vocabularies = \{(.*?)\};", CODE, re.S))
    lists = re.findall(r"\['by_\w+', '\w+', '(\w+)'\]", CODE)
    asked = set(re.findall(r"known\('([\w.]+)'", CODE))
    return asked | set(re.findall(r": '(\w+)'", table)) | set(lists) | {"formula", "source"}


def test_both_languages_have_the_same_texts():
    english, french, server = texts("en"), texts("fr"), texts("frServer")
    assert english.keys() == french.keys()
    assert not server.keys() & english.keys()
    assert {key.split(".")[0] for key in server} <= vocabularies()
    for key, text in english.items():
        places = lambda text: set(re.findall(r"\{(\w+)\}", text))
        assert places(text) == places(french[key]), key


def test_every_text_is_used_and_every_key_exists():
    keys = {bare(key) for key in texts("en")}
    plain, patterns = strings()
    in_page = set(re.findall(r'data-i18n(?:-label)?="([^"]+)"', PAGE))
    asked = in_page | set(re.findall(r"\bt\('([^']+)'", CODE))
    assert asked <= keys, asked - keys
    prefixes = tuple(f"{prefix}." for prefix in vocabularies())
    dead = [key for key in sorted(keys - plain - in_page)
            if not key.startswith(prefixes) and not any(pattern.fullmatch(key) for pattern in patterns)]
    assert dead == []


def test_the_page_without_javascript_has_the_english_texts():
    english = texts("en")
    shown = re.findall(r'data-i18n="([^"]+)"[^>]*>([^<]*)<', PAGE)
    assert len(shown) >= 10
    assert [(key, " ".join(text.split())) for key, text in shown if " ".join(text.split()) != english[key]] == []


def test_every_style_class_is_used():
    code = re.sub(r"^\s*(//|/\*\*|\*).*$", "", CODE, flags=re.M)
    given = re.findall(r"'([^'\n]*)'|`([^`]*)`", code)
    words = {word for text in given for part in text for word in WORDS.findall(part)}
    words |= {word for text in re.findall(r'class="([^"]*)"', PAGE) for word in text.split()}
    # `badge ${change}`: what is added to such a class comes from the server or from a list.
    open_ended = set(re.findall(r"([\w-]+) \$\{", code)) | set(re.findall(r"([\w-]+-)\$\{", code))
    selectors = re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", STYLES, flags=re.S))
    dead = set()
    for compound in re.findall(r"[^\s>+~,()]+", " ".join(selectors)):
        classes = re.findall(r"\.([a-zA-Z][\w-]*)", compound)
        if open_ended & set(classes):
            continue
        dead |= {name for name in classes if name not in words and not name.startswith(tuple(open_ended))}
    assert dead == set()


def test_every_export_is_imported():
    """By the page, or by a test that asks the module itself."""
    tests = "\n".join(path.read_text() for path in sorted(Path(__file__).parent.glob("test_p*.py")))
    unused = []
    for path, text in SCRIPTS.items():
        for name in re.findall(r"^export (?:async )?(?:function\*?|class|const|let) (\w+)", text, re.M):
            imported = re.compile(rf"import \{{[^}}]*\b{name}\b[^}}]*\}} from|import\('[^']*{path.name}'\)\.{name}\b")
            asked = (re.search(rf"{path.parent.name}/{path.name}[^\n]*\b{name}\b", tests)
                     or re.search(rf"\{{ {name} \}} = await", CODE))
            if not asked and not any(imported.search(other) for file, other in SCRIPTS.items() if file != path):
                unused.append(f"{path.name}: {name}")
    assert unused == []


def test_every_rule_has_its_french_sentence(page):
    """And no sentence is left of a rule that the server has no more."""
    rules = {rule["rule"] for rule in page.request.get(root(page) + "api/schema").json()["rules"]}
    assert {key.removeprefix("rule.") for key in texts("frServer") if key.startswith("rule.")} == rules
