"""Two records found to be one child become one, and two again, exactly."""
