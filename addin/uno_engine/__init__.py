"""An engine for xlwings on LibreOffice: the macros that run in Excel run in an open Calc document, unchanged.

Implements of xlwings' base classes (the BSD part) what the macros call, over UNO, LibreOffice's own interface. Anything
else raises ``NotImplementedError``, as the base classes do. The contract test in ``tests/addin`` names every call.
"""
