"""What a measure is, and its workbook: packs, the template builder, and edits of single workbook parts."""
