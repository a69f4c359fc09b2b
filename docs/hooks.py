"""For the English site: ``http.en.md`` is the page ``http/``, so that both languages have the same addresses."""

from __future__ import annotations

from typing import Any

from mkdocs.structure.files import Files


def on_files(files: Files, config: Any) -> Files:
    """Give pages the address of their name without the language."""
    for file in files.documentation_pages():
        if ".en." in file.src_uri:
            plain = file.name.removesuffix(".en")
            file.dest_uri = "index.html" if plain == "index" else f"{plain}/index.html"
            file.url = "./" if plain == "index" else f"{plain}/"
    return files
