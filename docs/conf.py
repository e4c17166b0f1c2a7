"""The manual: Sphinx with MyST and furo. The language reference, the rule pages and the command reference are written by `_ext` at build."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

import cadenza

project = "cadenza"
author = "The cadenza authors"
copyright = "the cadenza authors, Apache License 2.0"
version = release = cadenza.__version__

extensions = ["myst_parser", "generated_pages"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "_ext"]
html_theme = "furo"
html_title = f"cadenza {release}"
html_static_path: list[str] = []
nitpicky = True
suppress_warnings = ["misc.highlighting_failure"]
