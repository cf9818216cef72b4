"""How well pictures of a manifest are told apart: templates, all scores, error rates, a report."""
