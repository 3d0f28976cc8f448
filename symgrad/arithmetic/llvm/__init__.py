"""Machine code by LLVM: `writing` and `calling` make text, `library` what it calls."""
