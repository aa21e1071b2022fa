"""Move the generated files to their places in the project and register the app there: all of it or nothing."""

import json
import re
import shutil
from pathlib import Path

HERE = Path.cwd()
PROJECT = HERE.parent
APP = "<<cookiecutter.app>>"
EDITS = json.loads(r"""<<(cookiecutter|feature).edits|jsonify>>""")
LEFTOVERS = json.loads(r"""<<(cookiecutter|feature).leftovers|jsonify>>""")
NOTES = json.loads(r"""<<(cookiecutter|feature).notes|jsonify>>""")
TOUCHED = json.loads(r"""<<(cookiecutter|feature).touched|jsonify>>""")


def edited(text, edit):
    """Return `text` with the line of `edit` after the mark of its list; nothing where that mark is missing."""
    begin = re.search(rf"^{re.escape(edit['after'])}", text, re.MULTILINE)
    mark = begin and re.compile(rf"^( *){edit['mark']}\b.*\n", re.MULTILINE).search(text, begin.end())
    if not mark:
        return ""
    end = mark.end()
    return f"{text[:end]}{mark[1]}{edit['line']}\n{text[end:]}"


for leftover in LEFTOVERS:
    Path(leftover).unlink()

before, after, missing = {}, {}, []
for edit in EDITS:
    path = PROJECT / edit["path"]
    before[path] = path.read_text("utf-8")
    if text := edited(before[path], edit):
        after[path] = text
    else:
        missing.append(f"{edit['path']} has no line `{edit['mark']}`: add `{edit['line']}` {edit['where']}.")

moved = []
try:
    for folder in (f"apps/{APP}", f"tests/{APP}"):
        shutil.copytree(folder, PROJECT / folder, dirs_exist_ok=True)
        moved.append(PROJECT / folder)
    for path, text in after.items():
        path.write_text(text, "utf-8")
except BaseException:
    for path in moved:
        shutil.rmtree(path)
    for path in after:
        path.write_text(before[path], "utf-8")
    raise

print(f"The new app is in apps/{APP}/, its tests are in tests/{APP}/.", *missing, *NOTES, sep="\n")
print("Next:\n    uv run manage.py migrate\n    uv run just check")
print("To take it away again, with whatever else is not committed in these files:")
print(f"    uv run manage.py migrate {APP} zero\n    git stash push --all -- {' '.join(TOUCHED)}")
shutil.rmtree(HERE)
