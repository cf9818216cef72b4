"""The biometrics behind a referenceURL: fetched, opened, nothing of it kept."""
