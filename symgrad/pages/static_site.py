"""`symgrad site`: the page with all of symgrad in it, for any host of static files, or for none.

- `write(folder)` puts the page, Pyodide's runtime and the packages there; nothing is fetched from
  elsewhere when the page is used.

The runtime is npm's package `pyodide`, the packages are PyPI's wheels; both pinned, both fetched by
their own clients when the site is written, and kept in a folder for the next time.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

from ..errors import SymgradError, UsageError
from .guards import POLICY

PYODIDE = "314.0.7"
PLATFORM = ("--platform", "pyemscripten_2026_0_wasm32", "--python-version", "3.14",
            "--implementation", "cp", "--abi", "cp314")  # fmt: skip
WHEELS = {"sympy": "1.14.0", "mpmath": "1.3.0", "lark": "1.3.1", "python-flint": "0.9.0"}
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip",
           "pyodide-lock.json")  # fmt: skip
FOLDER_INSIDE = "/packages"
FETCHING_SECONDS = 600


def write(folder: Path, kept: Path, told: Callable[[str], None] = lambda text: None) -> Path:
    """The site in a folder, which is made; `kept` holds what was fetched. Raises UsageError."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "files.json").exists():
        raise UsageError(f"{folder} holds other files", hint="name a new folder")
    kept.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    told(f"Pyodide {PYODIDE}, from npm")
    runtime = fetched_runtime(kept)
    (folder / "pyodide").mkdir(exist_ok=True)
    for name in RUNTIME:
        shutil.copyfile(runtime / name, folder / "pyodide" / name)
    told(", ".join(f"{name} {version}" for name, version in WHEELS.items()))
    archives = [_packed(folder, "symgrad.zip", own_files())]
    for name, version in WHEELS.items():
        wheel = fetched_wheel(kept, name, version)
        archives.append(_packed(folder, f"{name}.zip", wheel_files(wheel)))
    compiled(folder, archives)
    page(folder)
    mark_version(folder)
    sizes = [{"name": name, "bytes": (folder / name).stat().st_size} for name in archives]
    listed = {"folder": FOLDER_INSIDE, "archives": sizes, "files": names(folder)}
    (folder / "files.json").write_text(json.dumps(listed), encoding="utf-8")
    return folder


def page(folder: Path) -> None:
    """The page's own files; the policy that a server sends stands in the page itself."""
    for file in (files("symgrad.pages") / "static").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    html = (folder / "index.html").read_text(encoding="utf-8")
    policy = POLICY.replace("; frame-ancestors 'none'", "")  # which only a server can say
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    html = html.replace('content="server"', 'content="browser"')
    html = html.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n{meta}')
    (folder / "index.html").write_text(html, encoding="utf-8")


def mark_version(folder: Path) -> None:
    """What keeps the site in a browser is told apart by all that is in it."""
    digest = hashlib.sha256()
    for name in names(folder):
        digest.update((folder / name).read_bytes())
    script = folder / "offline.js"
    text = script.read_text(encoding="utf-8")
    script.write_text(text.replace("unversioned", digest.hexdigest()[:16]), encoding="utf-8")


def names(folder: Path) -> list[str]:
    """What a browser keeps to work without a network."""
    paths = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return sorted(paths - {"files.json", "offline.js"})


# --- packages -------------------------------------------------------------------------------------

Entry = tuple[str, bytes]


def _packed(folder: Path, name: str, entries: Iterator[Entry]) -> str:
    """The name of an archive with these files in the folder."""
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in entries:
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), content,
                             zipfile.ZIP_DEFLATED)  # fmt: skip
    return name


def compiled(folder: Path, archives: list[str]) -> None:
    """Compile what was packed, in the very Python that will run it; without Node it is slower."""
    node = shutil.which("node")
    if node:
        with as_file(files("symgrad.pages") / "compiling.mjs") as script:
            _run([node, str(script), str(folder.resolve()), *archives], folder)


def own_files() -> Iterator[Entry]:
    """symgrad as it is installed here, without the page."""
    for package in ("symgrad", "symgrad.grammar"):
        root = Path(str(files(package)))
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root)
            if path.is_file() and not {"__pycache__", "static"} & set(inside.parts):
                yield f"{package.replace('.', '/')}/{inside.as_posix()}", path.read_bytes()


def wheel_files(wheel: Path) -> Iterator[Entry]:
    """A wheel's files without its tests, which are a third of SymPy."""
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            tests = {"tests", "benchmarks"} & set(name.split("/"))
            if not tests and not name.endswith(("/", ".pxd", ".pyi")):
                yield name, archive.read(name)


# --- fetching -------------------------------------------------------------------------------------


def fetched_runtime(kept: Path) -> Path:
    """The folder with the files of npm's package, fetched by npm."""
    folder = kept / f"pyodide-{PYODIDE}"
    if all((folder / name).is_file() for name in RUNTIME):
        return folder
    npm = shutil.which("npm")
    if npm is None:
        raise UsageError(
            "Pyodide comes from npm, which is not on the PATH",
            hint=f"install npm, or unpack pyodide {PYODIDE} into {folder}",
        )
    _run([npm, "pack", f"pyodide@{PYODIDE}", "--pack-destination", str(kept)], kept)
    folder.mkdir(exist_ok=True)
    with tarfile.open(kept / f"pyodide-{PYODIDE}.tgz") as archive:
        for name in RUNTIME:
            content = archive.extractfile(f"package/{name}")
            assert content is not None  # npm's package has these files
            (folder / name).write_bytes(content.read())
    return folder


def fetched_wheel(kept: Path, name: str, version: str) -> Path:
    """A wheel that runs in Pyodide, fetched by pip."""
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    if not list(kept.glob(pattern)):
        pip = [sys.executable, "-m", "pip"] if find_spec("pip") else [shutil.which("pip") or "pip"]
        _run([*pip, "download", "--quiet", "--no-deps", "--only-binary", ":all:", *PLATFORM,
              "--dest", str(kept), f"{name}=={version}"], kept)  # fmt: skip
    return next(kept.glob(pattern))


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True,
                       timeout=FETCHING_SECONDS)  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise SymgradError(f"{command[0]} could not fetch what is needed: {said[-1:]}") from None
