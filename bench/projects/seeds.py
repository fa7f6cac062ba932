"""The seeds of every generated project."""

from relation import Column, Relation

__all__ = ["CURRENCIES", "LABELS", "ROWS"]

LABELS = Relation(
    "code_labels",
    "label",
    (Column("kind", "varchar", "text"), Column("code", "varchar", "text"), Column("label", "varchar", "text")),
    layer="seed",
)
CURRENCIES = Relation(
    "country_currencies",
    "country",
    (
        Column("country", "varchar", "text"),
        Column("currency", "varchar", "text"),
        Column("rate_to_usd", "double", "amount"),
    ),
    layer="seed",
)
ROWS = {
    LABELS.name: ["status,paid,Paid", "status,open,Open", "channel,web,Web shop", "device,mobile,Telephone"],
    CURRENCIES.name: ["de,eur,1.08", "us,usd,1.00", "gb,gbp,1.27"],
}
