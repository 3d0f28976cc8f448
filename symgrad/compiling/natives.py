"""What each target of compilation calls an operation: the one table of it, a line a row.

- `NATIVES[name][target]` is a cell; `marked(target, mark)` are those of a column that begin with a mark.
- `own_cells(target)` are those that the target itself has; `slope_of(name)` says which partial of which
  row a name such as `silu'0` means.

The targets: "swift" is Python with the engine's own helpers, which may raise where IEEE 754 gives inf or
nan; "python", "numpy" and "c" are texts that stand alone; "exact" and "fast" are machine code.

A cell is what the target writes: a function that takes all arguments, or a template with {0}, {1}. Else

    :f         a rule over lines, `compositions.f`, written in line
    .          nothing of its own: the row's `forward` (or the rule of `Code`) composes it
    -          it is lacking: the engine is asked where that may be, else it is Unsupported
    =          as in the column before
    @f         machine code: the C library's function, within 1 ulp if that is under "exact"
    routine    machine code: our own function of that name, `routines.ROUTINES`
    inline     machine code: several instructions, which `llvm.ir` writes; a bare name is one

A row that is not here is composed everywhere. `silu'0` is the partial of silu by its argument number 0,
where the row's own rule would lose digits, `hypot'*` all partials of a variadic row at once.
"""

from __future__ import annotations

import re

TARGETS = ("swift", "python", "numpy", "c", "exact", "fast")
SCIPY = "special."  # what begins so is for texts only: compiled functions promise NumPy's errors

# row        swift              python                 numpy                 c                exact      fast
CALLS = """
add          {0} + {1}          =                      {0} + {1}             {0} + {1}        fadd       =
sub          {0} - {1}          =                      {0} - {1}             {0} - {1}        fsub       =
mul          {0}*{1}            =                      {0}*{1}               {0}*{1}          fmul       =
div          {0}/{1}            _div                   {0}/{1}               {0}/{1}          fdiv       =
neg          -{0}               =                      -{0}                  -{0}             fneg       =
sum          _total({all})      =                      .                     .                .          =
power        math.pow({0}, {1})  _pow({0}, {1})        {0}**{1}              pow({0}, {1})    @pow       =
power_below  _power_below       .                      .                     .                .          =
sqrt         math.sqrt          _safe(math.sqrt, {0})  np.sqrt               sqrt             llvm.sqrt  =
cbrt         _cbrt              math.cbrt              np.cbrt               cbrt             routine    @cbrt
root         -                  =                      _root                 root_            -          =
hypot        math.hypot({all})  =                      np.hypot({0}, {1})    hypot({0}, {1})  @hypot     =
exp          math.exp           _safe(math.exp, {0})   np.exp                exp              @exp       =
exp2         math.exp2          _safe(math.exp2, {0})  np.exp2               exp2             @exp2      =
expm1        math.expm1         _safe(math.expm1, {0})  np.expm1             expm1            @expm1     =
exp_difference  _exp_difference  :exp_difference       =                     =                routine    :exp_difference
log          math.log           _log(math.log, {0})    np.log                log              @log       =
log2         math.log2          _log(math.log2, {0})   np.log2               log2             @log2      =
log10        math.log10         _log(math.log10, {0})  np.log10              log10            routine    @log10
log1p        math.log1p         _log1p                 np.log1p              log1p            @log1p     =
sin          math.sin           _safe(math.sin, {0})   np.sin                sin              @sin       =
cos          math.cos           _safe(math.cos, {0})   np.cos                cos              @cos       =
tan          math.tan           _safe(math.tan, {0})   np.tan                tan              @tan       =
asin         math.asin          _safe(math.asin, {0})  np.arcsin             asin             @asin      =
acos         math.acos          _safe(math.acos, {0})  np.arccos             acos             @acos      =
atan         math.atan          =                      np.arctan             atan             @atan      =
atan2        math.atan2         =                      np.arctan2            atan2            @atan2     =
sinpi        _sinpi             :sinpi                 =                     =                -          :sinpi
cospi        _cospi             :cospi                 =                     =                -          :cospi
sinc         -                  =                      _sinc                 sinc_            routine    :sinc
sinh         math.sinh          _sinh                  np.sinh               sinh             routine    @sinh
cosh         math.cosh          _safe(math.cosh, {0})  np.cosh               cosh             routine    @cosh
tanh         math.tanh          =                      np.tanh               tanh             routine    :tanh
sech         _sech              =                      _sech                 sech_            routine    :sech
csch         _csch              =                      _csch                 csch_            routine    :csch
asinh        math.asinh         =                      np.arcsinh            asinh            routine    @asinh
acosh        math.acosh         _safe(math.acosh, {0})  np.arccosh           acosh            routine    @acosh
atanh        math.atanh         _atanh                 np.arctanh            atanh            routine    @atanh
abs          abs                =                      np.abs                fabs             llvm.fabs  =
sign         _sign              =                      np.sign               sign_            inline     =
floor        _floor             =                      np.floor              floor            llvm.floor  =
ceil         _ceil              =                      np.ceil               ceil             llvm.ceil  =
trunc        _trunc             =                      np.trunc              trunc            llvm.trunc  =
round        _to_even           =                      np.rint               rint             llvm.rint  =
mod          _mod               =                      np.mod                mod_             -          =
relu         .                  =                      .                     .                :relu      =
sigmoid      .                  _sigmoid               _sigmoid              sigmoid_         routine    :sigmoid
silu         :silu              =                      =                     =                =          =
gelu         .                  =                      .                     .                routine    :gelu
mish         :mish              =                      =                     =                =          =
gaussian     _gaussian          =                      _gaussian             gaussian_        routine    :gaussian
erf          math.erf           =                      special.erf           erf              @erf       =
erfc         math.erfc          =                      special.erfc          erfc             routine    @erfc
ndtr         .                  =                      .                     .                routine    :ndtr
erfinv       -                  =                      special.erfinv        -                -          =
erfi         -                  =                      special.erfi          -                -          =
erfcx        -                  =                      special.erfcx         -                -          =
erfcinv      -                  =                      special.erfcinv       -                -          =
ndtri        -                  =                      special.ndtri         -                -          =
log_ndtr     -                  =                      special.log_ndtr      -                -          =
gamma        -                  =                      special.gamma         tgamma           -          @tgamma
lgamma       -                  =                      special.gammaln       lgamma           -          @lgamma
beta         -                  =                      special.beta(_off_poles({0}), _off_poles({1}))  tgamma({0})*tgamma({1})/tgamma({0} + {1})  -  =
digamma      -                  =                      special.digamma       -                -          =
polygamma    -                  =                      special.polygamma     -                -          =
gammainc     -                  =                      special.gammainc      -                -          =
gammaincc    -                  =                      special.gammaincc     -                -          =
betainc      -                  =                      special.betainc       -                -          =
zeta         -                  =                      special.zeta          -                -          =
zeta_derivative  -              =                      -                     -                -          =
besselj      -                  =                      special.jv            jn((int){0}, {1})  -        =
bessely      -                  =                      special.yv            yn((int){0}, {1})  -        =
besseli      -                  =                      special.iv            -                -          =
besselk      -                  =                      special.kv            -                -          =
sphericalj   -                  =                      special.spherical_jn(int({0}), {1})  -  -         =
airyai       -                  =                      special.airy({0})[0]  -                -          =
airyaiprime  -                  =                      special.airy({0})[1]  -                -          =
airybi       -                  =                      special.airy({0})[2]  -                -          =
airybiprime  -                  =                      special.airy({0})[3]  -                -          =
Ei           -                  =                      special.expi          -                -          =
li           -                  =                      -                     -                -          =
Si           -                  =                      special.sici({0})[0]  -                -          =
Ci           -                  =                      special.sici(np.where({0} < 0, np.nan, {0}))[1]  -                -          =
Shi          -                  =                      special.shichi({0})[0]  -              -          =
Chi          -                  =                      special.shichi(np.where({0} < 0, np.nan, {0}))[1]  -              -          =
ellipk       -                  =                      special.ellipk        -                -          =
ellipe       -                  =                      special.ellipe        -                -          =
hyp1f1       -                  =                      special.hyp1f1        -                -          =
hyp2f1       -                  =                      special.hyp2f1        -                -          =
lambertw     -                  =                      special.lambertw(np.where({0} < -np.exp(-1), np.nan, {0})).real  -          -          =
lt           <                  =                      <                     <                fcmp olt   =
le           <=                 =                      <=                    <=               fcmp ole   =
gt           >                  =                      >                     >                fcmp ogt   =
ge           >=                 =                      >=                    >=               fcmp oge   =
eq           ==                 =                      ==                    ==               fcmp oeq   =
ne           !=                 =                      !=                    !=               fcmp une   =
pow'0        :pow_slope         =                      =                     =                =          =
mod'1        :mod_slope         =                      =                     =                =          =
hypot'*      :hypot_slopes      =                      =                     =                =          =
silu'0       :silu_slope        =                      =                     =                =          =
mish'0       :mish_slope        =                      =                     =                =          =
gelu'0       .                  =                      .                     :c_gelu_slope    :gelu_routine  :gelu_slope
gelu_tanh'0  :bounded_slope     =                      =                     =                =          =
ndtr'0       :ndtr_slope        =                      =                     =                :ndtr_routine  :ndtr_slope
Ei'0         .                  :ei_slope              =                     =                =          =
Chi'0        .                  :chi_slope             =                     =                =          =
log_ndtr'0   .                  :log_ndtr_slope        =                     =                =          =
gelu_slope   -                  =                      -                     -                routine    -
ndtr_slope   -                  =                      -                     -                routine    -
"""

# The same for what most targets write as a choice; "python" stands for "swift", too. ~ is a comparison's
# sign, as the lines above have it: `select_lt` is a choice by `lt`. In machine code all are `inline`.
CHOICES = """
max        python  {0} if {0} >= {1} or {0} != {0} else {1}
max        numpy   np.maximum({0}, {1})
max        c       {0} >= {1} || {0} != {0} ? {0} : {1}
min        python  {0} if {0} <= {1} or {0} != {0} else {1}
min        numpy   np.minimum({0}, {1})
min        c       {0} <= {1} || {0} != {0} ? {0} : {1}
select     python  {1} if {0} else {2}
select     numpy   np.where({0} != 0, {1}, {2})
select     c       {0} != 0.0 ? {1} : {2}
guarded    python  {0}*{1} if {0} else 0.0
guarded    numpy   np.where({0} == 0, 0.0, {0}*{1})
guarded    c       {0} != 0.0 ? {0}*{1} : 0.0
~          python  (1.0 if {0} ~ {1} else 0.0)
~          numpy   np.where({0} ~ {1}, 1.0, 0.0)
~          c       ({0} ~ {1} ? 1.0 : 0.0)
select_~   python  {2} if {0} ~ {1} else {3}
select_~   numpy   np.where({0} ~ {1}, {2}, {3})
select_~   c       {0} ~ {1} ? {2} : {3}
"""

Cells = dict[str, str]  # by target


def split(line: str) -> list[str]:
    """The cells of a line, which stand two spaces apart or more."""
    return re.split(r" {2,}", line.strip())


def spelled_out(cells: list[str]) -> Cells:
    """A line's cells by target, each as the one before where it says so."""
    for k, cell in enumerate(cells):
        cells[k] = cells[k - 1] if cell == "=" else cell
    return dict(zip(TARGETS, cells, strict=True))


def choices(text: str) -> dict[str, Cells]:
    """The templates of CHOICES, each sign put in, beside what machine code has."""
    found: dict[str, Cells] = {}
    for name, target, template in map(split, text.strip().splitlines()):
        for of, sign in COMPARISON_SIGNS.items() if "~" in name else [("", "")]:
            row = name.replace("~", of)
            before = NATIVES.get(row, {"exact": "inline", "fast": "inline"})
            cells = found.setdefault(row, dict(before))
            cells[target] = template.replace("~", sign)
            if target == "python":
                cells["swift"] = cells[target]
    return found


NATIVES = {name: spelled_out(cells) for name, *cells in map(split, CALLS.strip().splitlines())}
COMPARISON_SIGNS = {name: cells["c"] for name, cells in NATIVES.items() if cells["c"][0] in "<>=!"}
NATIVES |= choices(CHOICES)


def marked(target: str, mark: str) -> dict[str, str]:
    """The cells of a column that begin with a mark, without it."""
    column = {name: cells[target] for name, cells in NATIVES.items()}
    return {name: cell.removeprefix(mark) for name, cell in column.items() if cell.startswith(mark)}


def own_cells(target: str) -> dict[str, str]:
    """What the target itself has: no rule, nothing composed or lacking, no slope."""
    return {name: cells[target] for name, cells in NATIVES.items()
            if cells[target] not in (".", "-") and cells[target][0] != ":" and not slope_of(name)}


def slope_of(name: str) -> tuple[str, int | None] | None:
    """The row and the argument of `silu'0`, None for all arguments; None where it is no slope."""
    row, stroke, place = name.partition("'")
    return (row, None if place == "*" else int(place)) if stroke else None
