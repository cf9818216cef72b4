"""Who is told of what, when, and how pressing it is: from tasks, clocks, approvals, reviews and calls. Pure.

`people` says who of the staff a cause goes to, `causes` what stands at a moment. The same cause found twice has the
same key, so nobody is told twice; who is told follows roles, the case's manager, seals and whoever is kept away.
"""
