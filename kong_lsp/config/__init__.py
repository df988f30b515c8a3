"""What a Kong configuration file says; one file per kind of file."""
