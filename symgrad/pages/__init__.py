"""The faces of symgrad for programs and browsers: one page, one API, one shape of JSON."""
