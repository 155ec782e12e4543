"""How fast and how small First Light is, beside other ways to do the same.

python -m tests.benchmarks [main] [features] [memory] [startup] [audit] [--quick] [--data ZIP]

Every comparison is made within one run, in turns, so that a busy machine slows all sides
alike. Targets are printed as met or not met; no test depends on them.
"""
