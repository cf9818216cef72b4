"""How the models were made: scripts that run again on two CPU cores. Only this package imports torch."""
