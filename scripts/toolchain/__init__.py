"""What scripts/run, scripts/test and scripts/bench share.

Standard library only: this runs before anything is installed.
"""
