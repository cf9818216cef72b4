"""`panah story`: cases from first sight to last follow-up, played through HTTP by people who log in.

Nothing here reaches into the registry: encounters come by MQTT from a simulated tablet with synthetic eyes, everything
else is asked for over HTTP. Where the law forbids something, the story tries it once and writes the answer down.
"""
