"""Where the van is: NMEA 0183 sentences on a serial port."""
