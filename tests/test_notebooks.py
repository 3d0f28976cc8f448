"""The notebooks run from top to bottom, and are stored without output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "examples" / "notebooks"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))
SECONDS_OF_A_CELL = 120


def test_every_notebook_is_told_of() -> None:
    """The table of examples names each."""
    told = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert NOTEBOOKS and all(f"notebooks/{name}" in told for name in NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_output_is_stored(name: str) -> None:
    """Output comes from running a notebook, never from a file; every code cell compiles."""
    cells = json.loads((FOLDER / name).read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code and all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    for cell in code:
        compile("".join(cell["source"]), cell["id"], "exec")


@pytest.mark.slow
@pytest.mark.needs("nbclient", "ipykernel", "matplotlib")
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs(name: str) -> None:
    """Every cell runs, those that assert something too, and none writes to stderr."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(FOLDER / name, as_version=4)
    NotebookClient(notebook, timeout=SECONDS_OF_A_CELL, kernel_name="python3").execute()
    outputs = [o for c in notebook.cells for o in c.get("outputs", [])]
    assert outputs and not [o for o in outputs if o.get("name") == "stderr"]
    if name == "micrograd.ipynb":
        kinds = [kind for o in outputs for kind in o.get("data", ())]
        assert {"image/svg+xml", "image/png", "text/html"} <= set(kinds)
