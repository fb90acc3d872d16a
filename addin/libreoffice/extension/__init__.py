"""What the LibreOffice extension carries: it runs in LibreOffice's own Python, with nothing but that and UNO.

:mod:`addin.libreoffice.oxt` packs these modules, whatever Python they meet there: 3.8 or newer. They hold no
rule and no text: they show what :mod:`addin.macros.actions` offers, ask, hand the click to the installed program, and
show what it tells.
"""
