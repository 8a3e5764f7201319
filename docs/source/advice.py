"""The advice of `check`, code by code: what is said, why it matters, a program with it and one without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from loyaltykit.wording import WORDS

TEXTS: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "lint.yaml").read_text("utf-8"))
"""By code: `why` it matters, `severity`, a program that `fails` and one that `passes`."""


def family(name: str) -> str:
    """The entries of a family of checks."""
    return "\n".join(_entry(code, text) for code, text in TEXTS.items() if code.startswith(f"{name}/"))


def _entry(code: str, text: dict[str, Any]) -> str:
    english, russian = WORDS[code]
    return f"""### `{code}`

*{text["severity"].capitalize()}.* {_words(english)} · {_words(russian)}

{text["why"].rstrip()}

<!-- not run: it is the program with the fault -->
```yaml
{text["fails"].rstrip()}
```

Better:

```yaml
{text["passes"].rstrip()}
```
"""


def _words(template: str) -> str:
    """A template as it reads: what is filled in is an ellipsis."""
    out = template
    for part in template.split("{")[1:]:
        out = out.replace("{" + part.partition("}")[0] + "}", "…")
    return f"“{out}”"


__all__ = ["TEXTS", "family"]
