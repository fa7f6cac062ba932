"""What rules look at: a module for each kind of evidence."""
