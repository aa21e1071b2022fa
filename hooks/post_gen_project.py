"""Drop what the answers leave out, write a first .env, say what comes next. Safe to run again."""

import json
import re
import secrets
import shutil
from pathlib import Path

for path in map(Path, json.loads("""<<cookiecutter|left_out|jsonify>>""")):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    kept = path.with_name(f"{path.name}.kept")
    if kept.exists():
        kept.rename(path)
    elif path.parent.exists() and not any(path.parent.iterdir()):
        path.parent.rmdir()

env = Path(".env")
if not env.exists() and not env.is_symlink():
    env.touch(mode=0o600)
    example = Path(".env.example").read_text("utf-8")
    key = secrets.token_urlsafe(50)
    env.write_text(re.sub(r"^SECRET_KEY=.*$", f"SECRET_KEY={key}", example, flags=re.MULTILINE), "utf-8")

print("Your project is in <<cookiecutter.project_slug>>/. Next:")
print("    cd <<cookiecutter.project_slug>>\n    uv run manage.py demo")
