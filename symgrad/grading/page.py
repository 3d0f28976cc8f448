"""The page that a report is put into: its head, its style, its places."""

from pathlib import Path

PAGE_STYLE = "\n" + Path(__file__).with_name("page.css").read_text(encoding="utf-8")

PAGE = (
    """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{heading}</title>
<style>"""
    + PAGE_STYLE.replace("{", "{{").replace("}", "}}")
    + """</style>
</head>
<body>
<main>
<h1>{title}</h1>
{lead}
{overview}
{sections}
{students}
<footer>{foot}</footer>
</main>
</body>
</html>
"""
)
