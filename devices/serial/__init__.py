"""Iris scanners on a serial port: the protocol, the driver, and a simulated scanner at the other end."""
