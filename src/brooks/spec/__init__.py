"""The edge: what users write, in YAML or JSON, becomes the frozen values of `brooks.core.spec`.

Everything is validated here, once; afterwards nothing doubts its input. A file is read in three
steps: its text becomes plain values that know their lines (`documents`), the values are held
against the shapes of the format (`sections`, `validation`), and what no shape can say is checked
last (`load`, `check_files`, `solutions`): names that lead nowhere, cycles, files that are not
there. All the problems of a file are reported together, each with its line.

Pydantic and PyYAML are used here and nowhere else; import these modules only when a file is to be
read.
"""
