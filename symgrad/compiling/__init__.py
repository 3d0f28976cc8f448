"""From a graph to fast code: lines, one table of dialects, routines, machine code, batches."""
