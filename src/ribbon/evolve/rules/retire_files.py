"""Retire: the files of models that were set aside, when nobody has missed them."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import PurePosixPath

from ribbon.evolve.declared import SetAside
from ribbon.evolve.editing.yaml_text import YamlText
from ribbon.evolve.evidence import Seen
from ribbon.model import Edit, Evidence, Gain, Proposal, ProposalKind

__all__ = ["find_set_aside"]


def find_set_aside(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each model that is not built since its deprecation date, which is long enough ago to delete it."""
    for model in seen.declared.set_aside():
        contract, text = _contract(seen, model)
        goes_on = _day(YamlText(text or "").value("models", ("name", model.name), "deprecation_date"))
        notice = timedelta(days=seen.thresholds.notice_days)
        if goes_on and seen.today >= goes_on + notice and not _is_missed(seen, model, goes_on):
            yield _proposal(model, goes_on, tuple(_edits(seen, model, contract)))


def _contract(seen: Seen, model: SetAside) -> tuple[str, str | None]:
    """The file that declares it: where dbt says, else the mirror of its SQL, else beside it."""
    mirror = PurePosixPath("expectations", *PurePosixPath(model.original_file_path).parts[1:]).with_suffix(".yml")
    beside = PurePosixPath(model.original_file_path).with_suffix(".yml")
    said = (model.patch_path or "").split("://")[-1]
    for path in filter(None, (said, str(mirror), str(beside))):
        text = seen.text(path)
        if text and YamlText(text).has("models", ("name", model.name)):
            return path, text
    return "", None


def _is_missed(seen: Seen, model: SetAside, since: date) -> bool:
    """Whether somebody asked for its table since: the project does not know it any more, so by the name in the SQL."""
    ends = f"{model.schema or ''}.{model.alias or model.name}".casefold()
    asked = (each for each in seen.usage.by_relation() if f".{each.relation.casefold()}".endswith(f".{ends}"))
    return any(each.last is None or each.last.date() >= since for each in asked)


def _proposal(model: SetAside, goes_on: date, edits: tuple[Edit, ...]) -> Proposal:
    lines = sum(len((edit.before or "").splitlines()) for edit in edits if edit.path.endswith(".sql"))
    return Proposal(
        kind=ProposalKind.RETIRE,
        subject=(model.unique_id,),
        meaning="delete",
        title=f"{model.name}: not built since {goes_on}, and nobody has missed it; delete its files",
        evidence=(Evidence(model.original_file_path, f"is set aside, and its deprecation_date was {goes_on}"),),
        gain=Gain(lines=lines),
        risk="Its table stays in the database until somebody drops it.",
        edits=edits,
    )


def _edits(seen: Seen, model: SetAside, contract: str) -> Iterator[Edit]:
    sql = seen.text(model.original_file_path)
    if sql is None:
        return
    yield Edit(model.original_file_path, sql, None)
    declared = seen.text(contract) if contract else None
    if declared:
        yaml = YamlText(declared)
        alone = len(yaml.items("models")) == 1
        after = None if alone else yaml.without_item("models", item=("name", model.name)).text
        yield Edit(contract, declared, after)
    page = str(PurePosixPath("docs", *PurePosixPath(model.original_file_path).parts[1:]).with_suffix(".md"))
    told = seen.text(page)
    if told is not None:
        yield Edit(page, told, None)


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None
