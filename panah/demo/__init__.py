"""A shift played through the whole house: the plan, the vans, the count afterwards."""
