"""MOSIP's ABIS operations over models and matching, on a gallery of its own.

A national programme can use Panah's matcher as it is; it can never reach a registry's children with it. This package
imports nothing of `registry` or `edge`, keeps its own folder and keys, and has no setting that names a database.
"""
