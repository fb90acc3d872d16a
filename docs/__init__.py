"""Pages, and the script that writes those made from the packs."""
