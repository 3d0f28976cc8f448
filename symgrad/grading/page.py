"""The page that a report is put into: its head, its style, its places."""

PAGE_STYLE = """
:root{color-scheme:light dark;--ink:#1d2430;--soft:#5d6675;--line:#dfe3ea;--paper:#fff;
--ground:#f4f6f9;--correct:#1a8a62;--incorrect:#cf4a33;--equal_on_part:#dd9a1f;--invalid:#6274b8;
--undecided:#8b919c;--bar:#cf4a33}
@media(prefers-color-scheme:dark){:root{--ink:#e7eaf0;--soft:#a2abba;--line:#343b47;--paper:#1c2129;
--ground:#13171d;--correct:#35b687;--incorrect:#e8705a;--equal_on_part:#e8b04a;--invalid:#8b9ce0;
--bar:#e8705a}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,
"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
main{max-width:54rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.7rem;line-height:1.2;margin:.5rem 0 .2rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:0 0 .3rem;overflow-wrap:anywhere}
h3{font-size:.95rem;margin:1.5rem 0 .5rem;color:var(--soft);font-weight:600}
p{margin:.2rem 0}
.lead,.task,.small,.note{color:var(--soft)}
.small,.note,.legend{font-size:.88rem}
section,.overview{background:var(--paper);border:1px solid var(--line);border-radius:10px}
section{padding:1.2rem 1.3rem 1.3rem;margin:1.2rem 0}
.strip{display:flex;gap:2px;height:14px;border-radius:7px;overflow:hidden;margin:.9rem 0 .5rem}
.strip span{display:block;min-width:3px}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;list-style:none;margin:0;padding:0}
.legend i{display:inline-block;width:.7em;height:.7em;border-radius:2px;margin-right:.45em}
span.correct,i.correct{background:var(--correct)}span.incorrect,i.incorrect{background:var(--incorrect)}
span.equal_on_part,i.equal_on_part{background:var(--equal_on_part)}
span.invalid,i.invalid{background:var(--invalid)}span.undecided,i.undecided{background:var(--undecided)}
table{border-collapse:collapse;width:100%}
.overview{border-collapse:separate;border-spacing:0;margin:1.4rem 0;overflow:hidden}
.overview th,.overview td{padding:.45rem .9rem;text-align:left;vertical-align:middle}
.overview th{font-size:.82rem;color:var(--soft);font-weight:600}
.overview tbody td{border-top:1px solid var(--line)}
.overview td:first-child{overflow-wrap:anywhere;min-width:6.5rem}
table .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.histogram th{font-weight:400;text-align:left;padding:.15rem .9rem .15rem 0;width:14rem}
.histogram .n{width:2.5rem}
.bar{display:block;height:.75rem;border-radius:3px;background:var(--bar);opacity:.8;min-width:3px}
.math{overflow-x:auto;overflow-y:hidden}
math{font-size:1.12em;math-style:normal}
.display{padding:.5rem 0 .6rem;font-size:1.15em}
.clusters{list-style:none;margin:0;padding:0}
.clusters li{display:grid;grid-template-columns:3rem minmax(0,1fr);padding:.7rem 0;
border-top:1px solid var(--line)}
.times{font-weight:700;font-variant-numeric:tabular-nums;padding-top:.1rem}
.tag{font-size:.85rem;font-weight:600;margin-top:.3rem}
.tag .small{float:right;font-weight:400}
.tag.incorrect{color:var(--incorrect)}.tag.equal_on_part{color:var(--equal_on_part)}
.tag.invalid{color:var(--invalid)}.tag.undecided{color:var(--undecided)}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere;
background:var(--ground);border-radius:4px;padding:.05em .35em}
a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:.2em}
summary{cursor:pointer;padding:.7rem 0;border-top:1px solid var(--line);color:var(--soft)}
.marks th{font-weight:400;text-align:left;vertical-align:top;padding:.3rem .9rem .3rem 0;
max-width:12rem;overflow-wrap:anywhere}.marks td{vertical-align:top;padding:.3rem 0}
.marks .n{width:3rem;font-weight:600}.n.correct{color:var(--correct)}
.n.incorrect{color:var(--incorrect)}.n.equal_on_part{color:var(--equal_on_part)}.n.invalid{color:var(--invalid)}
footer{color:var(--soft);font-size:.85rem;margin-top:2rem}
@media(max-width:36rem){main{padding:1rem .7rem 2rem}section{padding:1rem .9rem}
.clusters li{grid-template-columns:2.4rem minmax(0,1fr)}
.overview th,.overview td{padding:.4rem .55rem}
.histogram th{width:46%;line-height:1.25}.overview td.math{max-width:34vw}}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--ground:#fff}
body{font-size:11pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0}
section{border:0;border-top:1px solid var(--line);border-radius:0;padding:.8rem 0}
.clusters div>.small{display:inline;margin-right:.9em}
h2,h3{break-after:avoid}.clusters li,tr,.strip{break-inside:avoid}.math{overflow:visible}}
"""

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
