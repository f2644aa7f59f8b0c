"""The picture of a running team in a terminal, and the keys that steer what it shows and the run.

`rows` has lines and columns, `header`, `panels` and `picture` what is on them, `steering` what keys do,
`keyboard` and `screen` the terminal itself, `expecting` the plan that was made beforehand.
"""
