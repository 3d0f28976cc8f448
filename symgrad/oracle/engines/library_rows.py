"""How six libraries write each row: a table that an engine's adapter reads.

- `LIBRARY_ROWS["torch"]["exp"]` is `torch.exp(a)`, in terms of a, b, c, or of the tuple `x` for a
  row of any number of arguments. A row that a library has not is no key.
"""

from __future__ import annotations

from ...ops import OPS

# = is the library's function of the row's own name; what stands before a dot is a path below.
LIBRARY_FUNCTIONS = """
#           torch              tinygrad  mygrad          autograd         jax              casadi
sqrt        =                  =         =               =                =                =
cbrt        -                  -         =               -                =                -
exp         =                  =         =               =                =                =
exp2        =                  =         =               =                =                -
expm1       =                  -         =               =                =                =
log         =                  =         =               =                =                =
log2        =                  =         =               =                =                -
log10       =                  =         =               =                =                =
log1p       =                  -         =               =                =                =
sin         =                  =         =               =                =                =
cos         =                  =         =               =                =                =
tan         =                  =         =               =                =                =
asin        =                  =         arcsin          arcsin           arcsin           =
acos        =                  =         arccos          arccos           arccos           =
atan        =                  =         arctan          arctan           arctan           =
atan2       -                  -         arctan2         arctan2          arctan2          =
sinh        =                  =         =               =                =                =
cosh        =                  =         =               =                =                =
tanh        =                  =         =               =                =                =
asinh       =                  =         arcsinh         arcsinh          arcsinh          =
acosh       =                  =         arccosh         arccosh          arccosh          =
atanh       =                  =         arctanh         arctanh          arctanh          =
abs         =                  =         =               =                =                fabs
sign        =                  =         -               =                =                =
relu        F.=                =         nnet.=          -                nn.=             -
leaky_relu  F.=                =         -               -                nn.=             -
clamp       -                  -         clip            clip             clip             -
if          -                  -         where           where            where            if_else
sigmoid     =                  =         nnet.=          special.expit    nn.=             -
softplus    F.=                =         -               -                nn.=             -
elu         F.=                =         -               -                nn.=             -
silu        F.=                =         -               -                nn.=             -
gelu        F.=                -         -               -                -                -
mish        F.=                =         -               -                nn.=             -
softsign    F.=                =         nnet.soft_sign  -                nn.soft_sign     -
erf         =                  =         -               special.=        special.=        =
erfc        =                  -         -               special.=        special.=        -
erfinv      =                  -         -               special.=        special.=        =
gamma       -                  -         -               special.=        special.=        -
lgamma      =                  -         -               special.gammaln  special.gammaln  -
digamma     =                  -         -               special.psi      special.=        -
polygamma   =                  -         -               special.=        special.=        -
beta        -                  -         -               special.=        special.=        -
besselj0    special.bessel_j0  -         -               special.j0       -                -
besselj1    -                  -         -               special.j1       -                -
besseli0    -                  -         -               -                special.i0       -
besseli1    -                  -         -               -                special.i1       -
"""
# Whole expressions, a line for each library.
LIBRARY_EXPRESSIONS = """
sum        torch     torch.stack([as_tensor(v) for v in x]).sum()
sum        tinygrad  stacked(x).sum()
sum        mygrad    mg.sum(mg.stack([*map(mg.astensor, x)]))
sum        autograd  np.sum(np.array(x))
sum        jax       jnp.stack([*map(jnp.asarray, x)]).sum()
sum        casadi    ca.sum1(ca.vertcat(*x))
dot        torch     torch.dot(*torch.stack([as_tensor(v) for v in x]).chunk(2))
dot        tinygrad  stacked(x[:len(x) // 2]).dot(stacked(x[len(x) // 2:]))
dot        autograd  np.dot(np.array(x[:len(x) // 2]), np.array(x[len(x) // 2:]))
dot        jax       jnp.dot(*jnp.split(jnp.stack([*map(jnp.asarray, x)]), 2))
dot        casadi    ca.dot(ca.vertcat(*x[:len(x) // 2]), ca.vertcat(*x[len(x) // 2:]))
logaddexp  torch     torch.logaddexp(*map(as_tensor, x)) if len(x) == 2 else \
torch.logsumexp(torch.stack([as_tensor(v) for v in x]), 0)
logaddexp  tinygrad  stacked(x).logsumexp()
logaddexp  mygrad    functools.reduce(mg.logaddexp, x)
logaddexp  autograd  np.logaddexp(*x) if len(x) == 2 else special.logsumexp(np.array(x))
logaddexp  jax       jnp.logaddexp(*x) if len(x) == 2 else \
jax.nn.logsumexp(jnp.stack([*map(jnp.asarray, x)]))
atan2      torch     torch.atan2(as_tensor(a), as_tensor(b))
relu       autograd  np.maximum(a, 0.0)
relu       casadi    ca.fmax(a, 0)
clamp      torch     torch.clamp(as_tensor(a), as_tensor(b), as_tensor(c))
clamp      tinygrad  as_tensor(a).clip(b, c)
clamp      casadi    ca.fmax(b, ca.fmin(a, c))
max        torch     torch.stack([as_tensor(v) for v in x]).amax()
max        tinygrad  stacked(x).max()
max        mygrad    mg.max(mg.stack([*map(mg.astensor, x)]))
max        autograd  np.max(np.array(x))
max        jax       jnp.stack([*map(jnp.asarray, x)]).max()
max        casadi    functools.reduce(ca.fmax, x)
min        torch     torch.stack([as_tensor(v) for v in x]).amin()
min        tinygrad  stacked(x).min()
min        mygrad    mg.min(mg.stack([*map(mg.astensor, x)]))
min        autograd  np.min(np.array(x))
min        jax       jnp.stack([*map(jnp.asarray, x)]).min()
min        casadi    functools.reduce(ca.fmin, x)
if         torch     torch.where(a, as_tensor(b), as_tensor(c))
if         tinygrad  a.where(b, c)
elu        mygrad    nnet.elu(a, alpha=1)
gelu       tinygrad  a.gelu(approximate='none')
gelu       jax       jax.nn.gelu(a, approximate=False)
hypot      torch     functools.reduce(torch.hypot, [as_tensor(v) for v in x])
hypot      jax       functools.reduce(jnp.hypot, x)
hypot      casadi    functools.reduce(ca.hypot, x)
"""
LIBRARY_PLACES = {  # what the part before a dot stands for
    "torch": {"": "torch", "F": "torch.nn.functional", "special": "torch.special"},
    "jax": {"": "jnp", "nn": "jax.nn", "special": "jax.scipy.special"},
    "autograd": {"": "np", "special": "special"},
    "mygrad": {"": "mg", "nnet": "nnet"},
    "casadi": {"": "ca"},
}


def called(library: str, row: str, cell: str) -> str:
    """A cell of the table as a call; a library with no place has methods."""
    place, _, name = cell.rpartition(".")
    name = row if name == "=" else name
    if library not in LIBRARY_PLACES:
        return f"a.{name}()"
    return f"{LIBRARY_PLACES[library][place]}.{name}({', '.join('abc'[: OPS[row].arity])})"


def spelled() -> dict[str, dict[str, str]]:
    """The table read, by library and row."""
    (_, *libraries), *lines = (line.split() for line in LIBRARY_FUNCTIONS.strip().splitlines())
    rows: dict[str, dict[str, str]] = {library: {} for library in libraries}
    for row, *cells in lines:
        for library, cell in zip(libraries, cells, strict=True):
            if cell != "-":
                rows[library][row] = called(library, row, cell)
    for line in LIBRARY_EXPRESSIONS.strip().splitlines():
        row, library, expression = line.split(maxsplit=2)
        rows[library][row] = expression
    return rows


LIBRARY_ROWS = spelled()
