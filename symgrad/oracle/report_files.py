"""A report as other programs read it: JUnit XML, SARIF, Markdown, one page of HTML.

- `junit(report)`, `sarif(report)`, `markdown(report)`, `html(report)` are the texts;
  `WRITERS` has them by name.

They print scalar and tensor findings alike: what both have is kind, operation, cause, program,
inputs, got, exact, note and reproduction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from html import escape
from typing import Any
from xml.sax.saxutils import quoteattr

from .known_findings import name_of
from .programs import printable
from .remarks import FAILURES

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ANNOTATION_LEVELS = {"PRECISION": "warning"}  # every other label is an error
LINES_APART = "\n\n"
NUMBERS_SHOWN = 300  # characters of a tensor's numbers


def headline(finding: Any) -> str:
    """The first line of a finding."""
    return printable(str(finding).split("\n", maxsplit=1)[0])


def facts(finding: Any) -> list[tuple[str, str]]:
    """What there is to say of a finding, a line each."""
    inputs = ", ".join(f"{name} = {x}" for name, x in finding.inputs.items())
    told = [
        ("cause", finding.cause), ("program", str(finding.program.text or "")), ("at", inputs),
        ("got", str(finding.got)), ("exact", str(finding.exact)), ("note", finding.note),
        ("seen", f"{finding.seen} cases"),
    ]  # fmt: skip
    return [(name, shortened(text)) for name, text in told if text and text != "None"]


def shortened(text: str) -> str:
    clean = printable(text)
    return clean if len(clean) <= NUMBERS_SHOWN else clean[:NUMBERS_SHOWN] + " ..."


def of_operations(report: Any) -> dict[str, list[Any]]:
    """The findings by the operation that is to blame; every operation that was tried is there."""
    groups: dict[str, list[Any]] = {name: [] for name in sorted(report.operations)}
    for finding in report.findings:
        groups.setdefault(finding.operation or "graph", []).append(finding)
    return groups


# --- JUnit ----------------------------------------------------------------------------------------


def junit(report: Any, failing: Sequence[str] = FAILURES) -> str:
    """A test case for every operation; one that has findings of these labels fails with them, and
    others are printed in it."""
    cases = of_operations(report)
    failed = sum(1 for findings in cases.values() if any(f.kind in failing for f in findings))
    suite = quoteattr(printable(f"symgrad oracle: {report.engine} ({report.dtype})"))
    lines = ['<?xml version="1.0" encoding="utf-8"?>',
             f'<testsuites><testsuite name={suite} tests="{len(cases)}" failures="{failed}" '
             f'errors="0" skipped="0" time="{report.seconds:.3f}">']  # fmt: skip
    for name, findings in cases.items():
        place = quoteattr(printable(report.engine))
        lines.append(f"<testcase classname={place} name={quoteattr(name)}>")
        for finding in findings:
            text = escape(printable_lines(f"{finding}\n\n{finding.reproduction}"))
            title, kind = quoteattr(headline(finding)), quoteattr(finding.kind)
            fails = finding.kind in failing
            lines += [f"<failure type={kind} message={title}>{text}</failure>"] if fails else []
        told = [escape(printable_lines(str(f))) for f in findings if f.kind not in failing]
        lines += [f"<system-out>{LINES_APART.join(told)}</system-out>"] if told else []
        lines.append("</testcase>")
    return "\n".join([*lines, "</testsuite></testsuites>"]) + "\n"


def printable_lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


# --- SARIF ----------------------------------------------------------------------------------------


def sarif(report: Any, failing: Sequence[str] = FAILURES) -> str:
    """A result for every finding, its name as the fingerprint by which runs are compared; one of
    another label is a note."""
    kinds = sorted({f.kind for f in report.findings})
    driver = {
        "name": "symgrad oracle", "informationUri": "https://github.com/symgrad/symgrad",
        "rules": [{"id": kind, "shortDescription": {"text": kind}} for kind in kinds],
    }  # fmt: skip
    every = [result(report, f, failing) for f in report.findings]
    run = {"tool": {"driver": driver}, "results": every}
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def result(report: Any, finding: Any, failing: Sequence[str]) -> dict[str, Any]:
    place = {"fullyQualifiedName": printable(f"{report.engine}.{finding.operation or 'graph'}"),
             "kind": "function"}  # fmt: skip
    level = ANNOTATION_LEVELS.get(finding.kind, "error") if finding.kind in failing else "note"
    return {
        "ruleId": finding.kind, "level": level,
        "message": {"text": printable_lines(f"{finding}\n\n{finding.reproduction}")},
        "locations": [{"logicalLocations": [place]}],
        "partialFingerprints": {"symgradOracle/v1": name_of(finding)},
    }


# --- Markdown and HTML ----------------------------------------------------------------------------


def markdown(report: Any, _: Sequence[str] = FAILURES) -> str:
    """The findings as a table, then each with its reproduction."""
    lines = [f"# {printable(report.headline)}", ""]
    lines += ["| | finding | seen |", "|---|---|---|"] if report.findings else ["Nothing found."]
    for i, f in enumerate(report.findings, 1):
        lines.append(f"| {i} | {headline(f).replace('|', chr(92) + '|')} | {f.seen} |")
    for i, f in enumerate(report.findings, 1):
        lines += ["", f"## {i}. {headline(f)}", ""]
        lines += [f"- {name}: `{text}`" for name, text in facts(f)]
        lines += ["", "```python", printable_lines(f.reproduction), "```"] if f.reproduction else []
    return "\n".join(lines) + "\n"


STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td,th{padding:.2rem .6rem;text-align:left;vertical-align:top}
pre{background:#f4f4f4;padding:.8rem;overflow:auto}.CRASH,.RULE,.RANGE{color:#b00020}
.PRECISION{color:#8a5a00}article{border-top:1px solid #ccc;margin-top:1.5rem}
@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}pre{background:#222}
.CRASH,.RULE,.RANGE{color:#ff8a9a}.PRECISION{color:#e0b050}a{color:#8ab4ff}}"""
BAR_PIXELS = 24  # pixels


def html(report: Any, _: Sequence[str] = FAILURES) -> str:
    """One page: the findings, a picture of how often each was seen, and each in full."""
    title = escape(printable(report.headline))
    rows = "".join(
        f'<tr><td><a href="#f{i}">{i}</a><td class="{f.kind}">{f.kind}'
        f"<td>{escape(headline(f).removeprefix(f.kind).strip())}"
        for i, f in enumerate(report.findings, 1)
    )
    table = f"<table><tr><th><th>label<th>finding{rows}</table>" if rows else "<p>No finding.</p>"
    articles = "".join(article(i, f) for i, f in enumerate(report.findings, 1))
    notes = "".join(f"<li>{escape(headline(n))}" for n in report.notes)
    ending = f"<article><h2>Notes (nothing fails)</h2><ul>{notes}</ul></article>" if notes else ""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<h1>{title}</h1>{table}{picture(report)}{articles}{ending}</html>\n"
    )


def article(i: int, finding: Any) -> str:
    rows = "".join(f"<tr><th>{name}<td>{escape(text)}" for name, text in facts(finding))
    code = escape(printable_lines(finding.reproduction))
    return (
        f'<article id="f{i}"><h2 class="{finding.kind}">{i}. {escape(headline(finding))}</h2>'
        f"<table>{rows}</table>" + (f"<pre>{code}</pre>" if code else "") + "</article>"
    )


def picture(report: Any) -> str:
    """A bar for every finding, as long as it was seen often."""
    if not report.findings:
        return ""
    most = max(f.seen for f in report.findings)
    bars = "".join(
        f'<a href="#f{i + 1}"><rect x="40" y="{i * BAR_PIXELS + 4}" height="{BAR_PIXELS - 8}" '
        f'width="{max(1, round(440 * f.seen / most))}" fill="#4a78c8"/></a>'
        f'<text x="4" y="{i * BAR_PIXELS + 17}">{i + 1}</text>'
        f'<text x="{46 + round(440 * f.seen / most)}" y="{i * BAR_PIXELS + 17}">{f.seen}</text>'
        for i, f in enumerate(report.findings)
    )
    height = len(report.findings) * BAR_PIXELS
    return (f'<figure><svg role="img" width="560" height="{height}" fill="currentColor" '
            f'font-size="13">{bars}</svg><figcaption>cases that failed from each cause'
            "</figcaption></figure>")  # fmt: skip


WRITERS: dict[str, Callable[[Any, Sequence[str]], str]] = {
    "junit": junit, "sarif": sarif, "markdown": markdown, "html": html,
}  # fmt: skip
