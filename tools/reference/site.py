"""What the site has beside its pages: the reference, the examples, and pages that stand elsewhere in the repository.

mkdocs calls the functions whose names begin with ``on_``.
"""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import griffe
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]  # mkdocs loads this file by its path

from tools.reference import names  # noqa: E402

ELSEWHERE = {
    "architecture.md": "ARCHITECTURE.md",
    "security.md": "SECURITY.md",
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
    "emulator-inside.md": "src/dopyapi/emulator/README.md",
}
TOP = PurePosixPath()
TABLE = ROOT / "tests" / "contract" / "names.json"


def on_config(config: Any) -> Any:
    """Fill in the navigation."""
    modules = [m for m in names.modules() if m.path != "dopyapi"]
    titles = {m.path: m.docstring.value.partition("\n")[0].partition(":")[0] for m in modules if m.docstring}
    pages = [{m.path: f"reference/{m.name}.md"} for m in modules if titles.get(m.path)]
    for entry in config.nav:
        if "Reference" in entry:
            entry["Reference"] = ["reference/index.md", {"Old and new names": "reference/names.md"}, *pages]
    config.nav[-1]["Architecture"] += [{"Contributing": "contributing.md"}, {"Changes": "changelog.md"}]
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add what is made here."""
    made: dict[str, str] = {
        **{page: _moved((ROOT / source).read_text(encoding="utf-8"), source) for page, source in ELSEWHERE.items()},
        "examples.md": "\n".join(examples()),
        "reference/index.md": "\n".join(index()),
        "reference/names.md": "\n".join(side_by_side()),
        **{f"reference/{m.name}.md": "\n".join(page_of(m)) for m in names.modules() if m.path != "dopyapi"},
    }
    for path, text in made.items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """A page of the repository's docs/, its links as they have to be on the site."""
    if page.file.generated_by is not None:
        return markdown
    return _moved(markdown, f"docs/{page.file.src_uri}", PurePosixPath(page.file.src_uri).parent)


def _moved(text: str, source: str, to: PurePosixPath = TOP) -> str:
    """A page of the repository with its links as they have to be in a folder of the site."""

    def link(match: re.Match[str]) -> str:
        label, target = match[1], match[2]
        target, hashed, anchor = target.partition("#")
        if "://" in target or not target:
            return match[0]
        path = (ROOT / source).parent.joinpath(target).resolve().relative_to(ROOT)
        found = _on_site(path)
        if found is None:
            return label if label.startswith("`") else f"`{path}`"
        return f"[{label}]({os.path.relpath(found, to)}{hashed}{anchor})"

    return re.sub(r"(?<!!)\[([^\]]+)\]\(([^)]+)\)", link, text)


def _on_site(path: Path) -> str | None:
    """Where the site has what stands at a path of the repository."""
    for page, original in ELSEWHERE.items():
        if str(path) == original:
            return page
    if path.parts[0] == "docs":
        inner = Path(*path.parts[1:])
        return str(inner / ("index.md" if inner == Path() else "README.md") if (ROOT / path).is_dir() else inner)
    if path.parts[0] == "examples":
        return "examples.md"
    if ROOT / path == TABLE:
        return "reference/names.md"
    if path.parts[:2] == ("src", "dopyapi") and len(path.parts) > 2:
        name = path.parts[2].removesuffix(".py")
        if any(module.name == name for module in names.modules()):
            return f"reference/{name}.md"
    return None


def index() -> Iterator[str]:
    """The reference's first page: every module, with what it is."""
    yield "# Reference\n"
    yield "Every public name, from the docstrings of the source. `import dopyapi as do` has all classes at its top, as"
    yield "`do.Droplet`; each also stands in its module, as `dopyapi.droplets.Droplet`.\n"
    yield "Each operation is called, awaited by `.aio(...)`, and more: [Both call forms](../concepts/calling.md)."
    yield "What any of them can raise says [Errors](../concepts/errors.md).\n"
    yield "| module | has |\n|---|---|"
    for module in names.modules():
        if module.path != "dopyapi" and module.docstring:
            yield f"| [`{module.path}`]({module.name}.md) | {module.docstring.value.partition(chr(10))[0]} |"


def page_of(module: griffe.Module) -> Iterator[str]:
    """A module's page."""
    yield f"# {module.path}\n"
    yield f"::: {module.path}\n    options:\n      members: false\n      show_root_heading: false\n"
    slugs = []
    for name, found in names.exported(module).items():
        if names.Name(f"{module.path}.{name}", found).summary.startswith("The API's "):
            slugs.append((name, str(found.value)))  # type: ignore[attr-defined]
            continue
        yield f"::: {module.path}.{name}"
        if isinstance(found, griffe.Class):
            inherited = sorted(_inherited(found))
            if inherited:
                yield f"    options:\n      inherited_members: {json.dumps(inherited)}"
        yield ""
    if slugs:
        yield "## Slugs\n\n| name | slug |\n|---|---|"
        yield from (f"| `{name}` | `{ast.literal_eval(value)}` |" for name, value in slugs)


def _inherited(cls: griffe.Class) -> Iterator[str]:
    """What a class has from classes that have no place in the reference themselves."""
    public = {found.path for module in names.modules() for found in names.exported(module).values()}
    for base in cls.mro():
        common = base.path.startswith("dopyapi._core.") and not cls.path.startswith("dopyapi._core.")
        if base.path.startswith("dopyapi.") and base.path not in public and not common:
            yield from (n for n, m in base.members.items() if not n.startswith("_") and not m.is_alias)


def side_by_side() -> Iterator[str]:
    """The names of the API reference of 2020 beside those of this package."""
    import importlib

    yield "# Old and new names\n"
    yield "The names of the API reference of 2020, all of which are here, beside those in Python's own style. Both are"
    yield "the same object; what the reference has no name for has only the latter. Made from the table that the tests"
    yield "hold against the package.\n"
    table: dict[str, Any] = json.loads(TABLE.read_text())
    for module, facts in table.items():
        yield f"## {module}\n"
        found = importlib.import_module(f"dopyapi.{module}")
        rows = [(name, "", "exception") for name in facts["exceptions"]]
        rows += [(name, "", "function") for name in facts["functions"]]
        for owner, members in facts["classes"].items():
            cls = getattr(found, owner)
            rows.append((owner, "", "class"))
            for kind in ("attributes", "constants", "methods", "actions"):
                for name in members[kind]:
                    rows.append((f"{owner}.{name}", _twin(cls, name), kind.rstrip("s")))
        rows += [(name, "", "constant") for name in facts["constants"]]
        yield "| of 2020 | in Python's style | |\n|---|---|---|"
        for old, new, kind in rows:
            owner = old.rpartition(".")[0]
            shown = f"`{owner}.{new}`" if new else "the same"
            yield f"| `{old}` | {shown} | {kind} |"
        yield ""


def _twin(cls: type[Any], name: str) -> str:
    """The name in Python's style of the same thing."""
    if name == name.lower():
        return ""
    for owner in cls.__mro__:
        if name in vars(owner):
            same = [
                n for n, value in vars(owner).items() if value is vars(owner)[name] and n != name and n == n.lower()
            ]
            if same:
                return same[0]
    return ""


def examples() -> Iterator[str]:
    """The examples, with what they say of themselves."""
    yield "# Examples\n"
    yield "Programs to take and change, in `examples/` of the repository. Each runs as it stands: on an account, or"
    yield "with `--emulator` on none. Those that delete have a dry run. The tests run each, and look at what it"
    yield "leaves.\n"
    for path in sorted((ROOT / "examples").glob("*.py")):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        first, _, rest = docstring.partition("\n")
        yield f"## {path.name}\n\n{first}\n"
        yield re.sub(r"(?m)(^    .*\n?)+", lambda m: f"```console\n{_prompts(m[0])}```\n", rest + "\n")
        code = path.read_text(encoding="utf-8").rstrip()
        shown = "".join(f"    {line}".rstrip() + "\n" for line in code.split("\n"))
        yield f'??? example "examples/{path.name}"\n    ```python\n{shown}    ```\n'


def _prompts(block: str) -> str:
    lines = [line.strip() for line in block.rstrip("\n").split("\n")]
    return "".join(f"{'$ ' if 'python' in line else ''}{line}\n" for line in lines)
