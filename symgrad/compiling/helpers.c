/* the C library's, which not every <math.h> declares */
double jn(int n, double x);

/* likewise */
double yn(int n, double x);

/* 1/cosh(x) without overflow */
static double sech_(double x)
{
    const double e = exp(-fabs(x));
    return 2*e/(1 + e*e);
}

/* 1/sinh(x) without overflow */
static double csch_(double x)
{
    return fabs(x) < 700 ? 1/sinh(x) : copysign(2*exp(-fabs(x)), x);
}

/* exp(-x*x) with x in two pieces, since the square's rounding would cost x*x/2 ulp */
static double gaussian_(double x)
{
    const double high = floor(x*1048576.0 + 0.5)/1048576.0;
    if (!(fabs(x) < 28))
        return x != x ? x : 0.0;
    return exp(-high*high)*exp(-(x - high)*(x + high));
}

/* 1/(1 + exp(-x)) without overflow */
static double sigmoid_(double x)
{
    const double e = exp(-fabs(x));
    return x >= 0 ? 1/(1 + e) : e/(1 + e);
}

/* sin(x)/x, and 1 at 0 */
static double sinc_(double x)
{
    return x == 0 ? 1.0 : isinf(x) ? 0.0 : sin(x)/x;
}

/* the real n-th root, after one step of Newton */
static double root_(double x, double n)
{
    const double y = pow(fabs(x), 1/n);
    const double r = y > 0 && y < INFINITY ? y - (y - fabs(x)/pow(y, n - 1))/n : y;
    return x < 0 ? (fmod(n, 2) != 0 ? -r : NAN) : r;
}

/* what is left of a by whole steps of b, of the sign of b */
static double mod_(double a, double b)
{
    const double r = fmod(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

static double sign_(double x)
{
    return x != x ? x : (double)((x > 0) - (x < 0));
}
