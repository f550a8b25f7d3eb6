"""What every test shares."""

from offline import hold_this_process_offline

# `make test` has seen to it already; this is for a bare `pytest`.
hold_this_process_offline()
