"""The release for machines: Croissant 1.1 with its fields for responsible use (RAI 1.0)."""

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
from django.conf import settings

from releases.papers import paths
from releases.papers.described import Described, Listed
from releases.papers.parquet import IMAGES, PEOPLE, Column
from releases.papers.responsible import responsible

CROISSANT: Final = "http://mlcommons.org/croissant/1.1"
RAI: Final = "http://mlcommons.org/croissant/RAI/1.0"
SHARD: Final = ".tar"
# Words of Croissant itself, each under its own name.
_WORDS: Final = (
    *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject"),
    *("fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5"),
    *("parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator"),
    *("source", "subField", "transform"),
)
_CONTEXT: Final[dict[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "duo": "http://purl.obolibrary.org/obo/DUO_",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{word: f"cr:{word}" for word in _WORDS},
}


def croissant(told: Described, terms: dict[str, Any]) -> dict[str, Any]:
    """croissant.json: addresses of files are relative to it, so that the folder can be read anywhere."""
    campaign = told.campaign
    institution = {"@type": "sc:Organization", "name": campaign["institution"], "email": campaign["contact"]}
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [CROISSANT, RAI],
        "name": told.name,
        "description": (
            f"{told.title}. It holds {told.totals.photos.text} photographs with {told.totals.people.text} people, "
            "given by adults who are shown in them as children."
        ),
        "url": told.address,
        "identifier": f"urn:uuid:{told.release.id}",
        "version": told.version,
        "license": f"{told.address}#terms",
        "creator": institution,
        "publisher": institution,
        "dateCreated": told.frozen_at.date().isoformat(),
        "dateModified": told.frozen_at.date().isoformat(),
        # No day of publishing can stand in what is signed before it; the version's page tells it.
        "datePublished": told.frozen_at.date().isoformat(),
        "inLanguage": "en",
        "isLiveDataset": False,
        "keywords": ["consent", "childhood photographs", "age estimation", "child protection"],
        "citeAs": f"{campaign['institution']}: {told.title}, {told.frozen_at.year}. {told.address}",
        "usageInfo": list(_usage(terms)),
        **_provenance(told),
        **responsible(told, terms),
        "distribution": list(_distribution(told)),
        "recordSet": [*_tables(), _pictures(told)],
    }


def _usage(terms: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The codes as terms of DUO, and the policy as it stands in terms.json."""
    for code in terms["duo"]:
        yield {
            "@type": "sc:DefinedTerm",
            "@id": code["iri"],
            "termCode": code["id"],
            "name": code["label"],
            "inDefinedTermSet": "http://purl.obolibrary.org/obo/duo.owl",
        }
    yield {"@type": "sc:CreativeWork", "name": "ODRL policy", "url": paths.TERMS}


def _provenance(told: Described) -> dict[str, Any]:
    before = told.difference.before
    site = {"@type": "prov:Agent", "prov:label": told.campaign["institution"], "@id": settings.SITE_URL}
    told_of = {"prov:wasAttributedTo": site, "prov:generatedAtTime": told.frozen_at.isoformat()}
    if before is None:
        return told_of
    return {**told_of, "prov:wasDerivedFrom": {"@id": f"urn:uuid:{before.id}", "sc:version": f"{before.number}.0.0"}}


def _distribution(told: Described) -> Iterator[dict[str, Any]]:
    for file in told.files:
        yield _file(file)
    yield {
        "@type": "cr:FileSet",
        "@id": "jpegs",
        "name": "jpegs",
        "description": "The pictures, each named by its public id.",
        "containedIn": [{"@id": file.path} for file in _shards(told)],
        "encodingFormat": "image/jpeg",
        "includes": "*.jpg",
    }


def _file(file: Listed) -> dict[str, Any]:
    kind = next(kind for end, kind in _KINDS.items() if file.path.endswith(end))
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.size} B",
        "encodingFormat": kind,
        "sha256": file.sha256,
    }


def _shards(told: Described) -> list[Listed]:
    return [file for file in told.files if file.path.endswith(SHARD)]


def _tables() -> Iterator[dict[str, Any]]:
    yield _table("images", "A row for each picture.", paths.IMAGES, IMAGES, key="public_id")
    people = _table("people", "A row for each person.", paths.PEOPLE, PEOPLE, key="")
    people["field"][0]["references"] = {"field": {"@id": "images/public_id"}}
    yield people


def _table(name: str, says: str, path: str, columns: tuple[Column, ...], *, key: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": says,
        **({"key": {"@id": f"{name}/{key}"}} if key else {}),
        "field": [_field(name, path, column) for column in columns],
    }


def _field(table: str, path: str, column: Column) -> dict[str, Any]:
    shape, inner = _shape(column.type)
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": column.says,
        "dataType": next(kind for is_a, kind in _TYPES if is_a(inner)),
        **({"isArray": True, "arrayShape": ",".join(["-1"] * shape)} if shape else {}),
        "source": {"fileObject": {"@id": path}, "extract": {"column": column.name}},
    }


def _shape(kind: pa.DataType) -> tuple[int, pa.DataType]:
    """How many lists lie in one another, and what lies in the innermost."""
    depth = 0
    while pa.types.is_list(kind):
        kind, depth = kind.value_type, depth + 1
    return depth, kind


def _pictures(told: Described) -> dict[str, Any]:
    """The JPEG files themselves, to be joined with `images` by the id that their names begin with."""
    return {
        "@type": "cr:RecordSet",
        "@id": "pictures",
        "name": "pictures",
        "description": f"The JPEG files of {len(_shards(told))} shards.",
        "field": [
            {
                "@type": "cr:Field",
                "@id": "pictures/public_id",
                "name": "public_id",
                "description": "The id of the picture, from the name of its file.",
                "dataType": "sc:Text",
                "references": {"field": {"@id": "images/public_id"}},
                "source": {
                    "fileSet": {"@id": "jpegs"},
                    "extract": {"fileProperty": "filename"},
                    "transform": {"regex": "([0-9a-f-]{36})"},
                },
            },
            {
                "@type": "cr:Field",
                "@id": "pictures/content",
                "name": "content",
                "description": "The picture.",
                "dataType": "sc:ImageObject",
                "source": {"fileSet": {"@id": "jpegs"}, "extract": {"fileProperty": "content"}},
            },
        ],
    }


_KINDS: Final = {
    SHARD: "application/x-tar",
    ".parquet": "application/x-parquet",
    ".json": "application/json",
}
_TYPES: Final = (
    (pa.types.is_string, "sc:Text"),
    (pa.types.is_integer, "sc:Integer"),
    (pa.types.is_floating, "sc:Float"),
)
