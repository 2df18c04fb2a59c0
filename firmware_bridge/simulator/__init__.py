"""The simulator: devices that are not there, speaking the real protocols over the real transports.

Scanners and scales are pseudo-terminals and sensors are MQTT publishers, so the bridge cannot tell them
from the real ones and nothing bypasses a driver. `Simulator` holds a set of them and does what a script
says: scan this, put that on the scale, let the fridge get warm, pull the cable.
"""

from firmware_bridge.simulator.scripted import Action, Simulator

__all__ = ["Action", "Simulator"]
