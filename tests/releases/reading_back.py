"""Read an unpacked release with the libraries of its readers, without a network; prints what each found, as JSON.

  python -m tests.releases.reading_back FOLDER CACHE
A process of its own: these libraries load half a world, each only now, and leave files open.
"""

import contextlib
import io
import json
import os
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

LOOPBACK = ("127.", "::1", "localhost")


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: nothing outside of this machine is spoken to or asked for."""
    if event == "socket.connect":
        address = arguments[1]
    elif event == "socket.getaddrinfo":
        address = arguments
    else:
        return
    host = str(address[0]) if isinstance(address, tuple) else ""
    if host and not host.startswith(LOOPBACK):
        raise ConnectionRefusedError(f"{event} {host}")


def with_pycocotools(folder: Path, _cache: Path) -> dict[str, Any]:
    """COCO."""
    coco = import_module("pycocotools.coco").COCO(str(folder / "data/annotations.json"))
    people = coco.loadAnns(coco.getAnnIds(catIds=coco.getCatIds(catNms=["person"])))
    images = coco.loadImgs(coco.getImgIds())
    return {
        "images": sorted(image["public_id"] for image in images),
        "people": len(people),
        "counted": sum(image["people_count"] for image in images),
        "ages": sorted(person["attributes"]["age_years"] for person in people),
        "ranges": sorted([person["attributes"]["age_low"], person["attributes"]["age_high"]] for person in people),
        "bases": sorted(person["attributes"]["basis"] for person in people),
        "boxes": sum("bbox" in person for person in people),
        "flags": sorted(flag for image in images for flag in image["flags"]),
        "described": sorted(word for image in images for word in image["description"]),
    }


def with_webdataset(folder: Path, _cache: Path) -> dict[str, Any]:
    """The shards, one after the other."""
    webdataset = import_module("webdataset")
    shards = sorted(str(path) for path in (folder / "data/shards").glob("*.tar"))
    samples = list(webdataset.WebDataset(shards, shardshuffle=False).decode("pil").to_tuple("__key__", "jpg", "json"))
    return {
        "images": sorted(key for key, _picture, _told in samples),
        "people": sum(len(told["people"]) for _key, _picture, told in samples),
        "ages": sorted(person["age_years"] for _key, _picture, told in samples for person in told["people"]),
        "as_told": all(
            key == told["public_id"] and picture.size == (told["width"], told["height"])
            for key, picture, told in samples
        ),
    }


def with_datasets(folder: Path, cache: Path) -> dict[str, Any]:
    """The shards, then both tables."""
    datasets = import_module("datasets")

    def load(kind: str, files: str) -> Any:
        return datasets.load_dataset(kind, data_files=str(folder / files), split="train", cache_dir=str(cache / kind))

    shards, images = load("webdataset", "data/shards/*.tar"), load("parquet", "data/images.parquet")
    people = load("parquet", "data/people.parquet")
    return {
        "images": sorted(images["public_id"]),
        "in_shards": sorted(shards["__key__"]),
        "people": len(people),
        "ages": sorted(people["age_years"]),
        "bases": sorted(people["basis"]),
        "splits": sorted(images["split"]),
        "as_told": all(row["jpg"].size == (row["json"]["width"], row["json"]["height"]) for row in shards),
    }


def with_mlcroissant(folder: Path, _cache: Path) -> dict[str, Any]:
    """The description, and every record set that it describes."""
    found = import_module("mlcroissant").Dataset(jsonld=str(folder / "croissant.json"))
    told = found.metadata
    images, people = list(found.records("images")), list(found.records("people"))
    pictures = list(found.records("pictures"))
    return {
        "errors": sorted(map(str, told.issues.errors)),
        "warnings": sorted(map(str, told.issues.warnings)),
        "images": sorted(row["images/public_id"].decode() for row in images),
        "pictures": sorted(row["pictures/public_id"].decode() for row in pictures),
        "people": len(people),
        "ages": sorted(row["people/age_years"] for row in people),
        "timeframe": [day.isoformat() for day in told.data_collection_timeframe or []],
        "manipulation": told.data_manipulation_protocol,
        "limitations": len(told.data_limitations or []),
        "version": told.version,
    }


READERS: list[Callable[[Path, Path], dict[str, Any]]] = [
    with_pycocotools,
    with_webdataset,
    with_datasets,
    with_mlcroissant,
]


def main() -> None:
    """Run every reader."""
    folder, cache = Path(sys.argv[1]), Path(sys.argv[2])
    os.environ |= {
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "HF_HOME": str(cache / "hf"),
        "CROISSANT_CACHE": str(cache / "croissant"),
    }
    sys.addaudithook(refuse)
    warnings.simplefilter("error")
    # Of the readers themselves, at the versions that are pinned: none of them is about what they read.
    warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
    warnings.filterwarnings("ignore", "The inplace keyword in")
    warnings.filterwarnings("ignore", "unclosed file", ResourceWarning)
    found = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for reader in READERS:
            found[reader.__name__.removeprefix("with_")] = reader(folder, cache)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
