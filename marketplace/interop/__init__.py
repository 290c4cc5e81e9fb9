"""Data that comes from elsewhere and goes elsewhere: the example world, imports, exports, feeds."""
