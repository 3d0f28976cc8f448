"""The kinds of question, a class each; `kind.kinds()` finds every module of this folder."""
