"""What a Parquet file would hold once read: rows and texts written once and repeated weigh nothing closed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.limites import read_limit

LOT = 65_536  # rows looked at together


def refuse_swollen(path: Path, columns: Iterable[str]) -> None:
    """Raise when these columns would hold too many rows, cells or bytes of text; a broken file passes.

    Raises:
        EntreeInvalide: saying what is beyond measure.
    """
    columns = tuple(columns)
    try:
        with pq.ParquetFile(path) as file:
            rows, schema = file.metadata.num_rows, file.schema_arrow
        refuse_beyond(rows, "lignes", "lignes", path)
        refuse_beyond(rows * len(columns), "cellules", "cellules", path)
        texts = [field.name for field in schema if field.name in columns and is_text(field.type)]
        refuse_beyond(measure_texts(path, texts), "textes", "octets de texte", path)
    except (pa.ArrowException, OSError):
        return  # its reader says that it is broken


def refuse_beyond(count: int, limit: str, what: str, path: Path) -> None:
    """Raise when there are more than a limit allows."""
    if count > (most := read_limit("parquet", limit)):
        faute = Faute(f"plus de {most} {what}", path.name, que_faire="Gardez un seul département.")
        raise EntreeInvalide(f"Le fichier {path.name} est trop lourd pour être ouvert.", (faute,))


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds texts, written once each or not."""
    bare = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(bare) or pa.types.is_large_string(bare))


def measure_texts(path: Path, columns: list[str]) -> int:
    """Bytes of these columns once each cell has its text; stops counting past what is allowed."""
    total = 0
    with pq.ParquetFile(path, read_dictionary=columns) as file:
        for name in columns:
            for batch in file.iter_batches(columns=[name], batch_size=LOT):
                held = batch.column(0).dictionary_encode()
                total += pc.sum(pc.binary_length(held.dictionary).take(held.indices)).as_py() or 0
                if total > read_limit("parquet", "textes"):
                    return total
    return total
