"""What an installed cadenza must hold: the schemas, the assumption tables, the rule pages, the policy packs, the
kernel's sources, the starter workspace, and its types."""

import sys
from pathlib import Path

import cadenza

package = Path(cadenza.__file__).parent
if "site-packages" not in package.parts:
    sys.exit(f"this is not the installed package: {package}")
wanted = {
    "schema/*.schema.json": 15,
    "world/tables/*.yaml": 3,
    "rules/*/*.md": 70,
    "cli/starter/**/*.in": 5,
    "engines/kernel/*.[ch]": 5,
    "rules/packs/*.yaml": 10,
    "py.typed": 1,
}
for pattern, least in wanted.items():
    found = len(list(package.glob(pattern)))
    if found < least:
        sys.exit(f"the wheel holds {found} files of {pattern}; expected at least {least}")
print("the wheel holds its schemas, tables, rule pages, policy packs, kernel and starter")
