"""The figures of a capture's way, measured on real processes. Printed, never asserted."""
