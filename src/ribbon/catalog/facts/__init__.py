"""What is known of a project, each kind of fact read from where it is."""
