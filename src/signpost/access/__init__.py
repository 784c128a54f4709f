"""Who of the staff may do what: rights, how they are given and ended, and how somebody proves theirs."""
