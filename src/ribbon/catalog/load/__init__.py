"""From facts to views: all facts of a project read once, then a view for each page."""
