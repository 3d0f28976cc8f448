"""Machine code by LLVM: `ir` and `entry` make text, `library` what it calls."""
