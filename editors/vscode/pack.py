"""Pack the extension: ``python pack.py [FOLDER]`` writes ``repasse-VERSION.vsix`` there. Needs no network and no node.

A vsix is a zip of the extension's files with two descriptions of it; same files, same bytes.
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

HERE = Path(__file__).parent
FILES = ("package.json", "language.json", "grammar.json", "README.md", "bundle/extension.js", "bundle/licences.txt")
EPOCH = (2026, 1, 1, 0, 0, 0)

TYPES = """<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension=".json" ContentType="application/json"/>
<Default Extension=".js" ContentType="application/javascript"/>
<Default Extension=".md" ContentType="text/markdown"/>
<Default Extension=".vsixmanifest" ContentType="text/xml"/>
</Types>
"""


def manifest(about: dict[str, str], engine: str) -> str:
    """The description that the editor's extension manager reads."""
    identity = " ".join(
        f"{name}={quoteattr(value)}"
        for name, value in (
            ("Language", "pt-BR"),
            ("Id", about["name"]),
            ("Version", about["version"]),
            ("Publisher", about["publisher"]),
        )
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
<Metadata>
<Identity {identity}/>
<DisplayName>{escape(about["displayName"])}</DisplayName>
<Description xml:space="preserve">{escape(about["description"])}</Description>
<Categories>Programming Languages</Categories>
<Properties><Property Id="Microsoft.VisualStudio.Code.Engine" Value={quoteattr(engine)}/></Properties>
</Metadata>
<Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
<Dependencies/>
<Assets>
<Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
<Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
</Assets>
</PackageManifest>
"""


def schemas() -> dict[str, bytes]:
    """A JSON Schema for each kind of TOML file, from ``repasse schema``: extensions that know TOML read them."""
    sys.path.insert(0, str(HERE.parents[1]))
    from routing.schemas import workspace_schemas

    whole = workspace_schemas()
    return {
        name: json.dumps({**whole, "$ref": f"#/$defs/{name}"}, ensure_ascii=False, sort_keys=True).encode() for name in whole["$defs"]
    }


def pack(folder: Path) -> Path:
    """Write the archive and give its path."""
    about = json.loads((HERE / "package.json").read_text(encoding="utf-8"))
    target = folder / f"{about['name']}-{about['version']}.vsix"
    parts = {
        "[Content_Types].xml": TYPES.encode(),
        "extension.vsixmanifest": manifest(about, about["engines"]["vscode"]).encode(),
    }
    parts |= {f"extension/schemas/{name}.json": content for name, content in schemas().items()}
    parts |= {f"extension/{name}": (HERE / name).read_bytes() for name in FILES}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return target


if __name__ == "__main__":
    print(pack(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE))
