"""What the ribbon, the toolbar and the helper call on an open workbook, over xlwings' public interface only."""
