"""Block outside connections in every Python process that finds this folder on PYTHONPATH."""

import network_block

network_block.install()
