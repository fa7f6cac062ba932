"""A change is made where both states have the same rows, and only there."""

import pytest

from ribbon.config import ProjectPaths
from ribbon.evolve.apply import Applied, apply
from ribbon.model import Edit, Evidence, Proposal, ProposalKind, Standing
from tests.conftest import Workshop, edit, write_files, write_parquet

MART = "models/mart/sales/sales_daily.sql"
BASELINE = "expectations/layer_baseline.yml"
OWNER = "{name: Sales, email: sales@example.com}"
GROUP = f"groups:\n  - name: layer_baseline\n    owner: {OWNER}\n    config: {{meta: {{breaches: [%s]}}}}\n"
ACCEPTED = GROUP % "{model: sales_daily, reads: items, because: it was at hand}"
LAKE, WAREHOUSE = "{{ ribbon.latest_batch(source('shop', 'items')) }}", "{{ ref('dim_item') }}"


@pytest.fixture(autouse=True)
def forked_dbt(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test calls in its own process starts dbt as a fork."""
    if Workshop.forks:
        Workshop.forks.start()
        monkeypatch.setenv("RIBBON_DBT", str(Workshop.forks.dbt))


@pytest.fixture
def breaching(mini_built: Workshop) -> Workshop:
    """A mini project whose mart reads the lake, which its layer baseline accepts, in a git tree."""
    edit(mini_built, MART, WAREHOUSE, LAKE)
    write_files(mini_built.project, {BASELINE: ACCEPTED, ".gitignore": "__pycache__/\n"})
    name = "git -c user.name=Ann -c user.email=ann@example.com -c commit.gpgsign=false"
    done = mini_built.shell(f"git init --quiet && git add --all && {name} commit --quiet --message 'a state'")
    assert done.exit_code == 0, done.err
    return mini_built


def applied(workshop: Workshop, old: str, new: str, *others: Edit, provable: bool = True) -> Applied:
    """A replacement in the SQL of the mart, said to alter no data where it is provable, with other edits."""
    text = (workshop.project / MART).read_text()
    edits = (Edit(MART, text, text.replace(old, new)), *others)
    told = (Evidence(MART, "reads what it should not"),)
    proposal = Proposal(ProposalKind.MEND, ("model.mini.sales_daily",), "mend it", told, edits=edits, provable=provable)
    return apply(ProjectPaths(workshop.project, workshop.data), proposal)


def test_a_change_of_sql_and_of_yaml_that_alters_no_data_is_made(breaching: Workshop) -> None:
    """What dbt remembers of the YAML of one state must not get into the other: the layer rule would be broken."""
    found = applied(breaching, LAKE, WAREHOUSE, Edit(BASELINE, ACCEPTED, GROUP % ""))

    assert found.made, found.proof
    assert [(each.name, each.standing) for each in found.proof.relations] == [("mart_sales.sales_daily", "equal")]
    assert WAREHOUSE in (breaching.project / MART).read_text()
    assert (breaching.project / BASELINE).read_text() == GROUP % ""
    assert found.message.startswith(f"mend it\n\n- {MART}: reads what it should not\n\nProposal {found.proposal.id}.\n")
    assert "  equal: mart_sales.sales_daily: 2 rows" in found.message


def test_a_change_that_alters_a_filter_leaves_the_tree_as_it_was(breaching: Workshop) -> None:
    found = applied(breaching, "group by", "where orders.quantity > 1 group by")

    assert not found.made
    assert found.message == ""
    (mart,) = found.proof.of(Standing.DIFFERS)
    assert mart.rows
    assert (mart.name, mart.rows.changed) == ("mart_sales.sales_daily", 1)
    assert breaching.shell("git status --porcelain").out == ""
    assert list((breaching.data / "tmp").glob("proof-*")) == []


def test_a_change_that_does_not_build_is_not_made_though_it_may_alter_data(breaching: Workshop) -> None:
    found = applied(breaching, "group by", "where error('no rows') is null group by", provable=False)

    assert not found.made
    assert [each.name for each in found.proof.relations if each.failed] == ["mart_sales.sales_daily"]
    assert breaching.shell("git status --porcelain").out == ""


def test_what_was_found_in_another_folder_is_applied_from_there(mini_built: Workshop) -> None:
    offered = mini_built.project.parent / "on offer"
    offered.mkdir()
    write_parquet(offered / "items.parquet", "select 'apple' as item, 1.5::double as price, 'red' as colour")
    found = mini_built.ribbon("evolve", "--kind", "follow", "--from", str(offered), "--json").json["proposals"]
    (colour,) = [proposal["id"] for proposal in found if "colour" in proposal["title"]]

    assert "there is no proposal with this id" in mini_built.ribbon("evolve", "apply", colour).err
    ended = mini_built.ribbon("evolve", "apply", colour, "--from", str(offered))
    assert ended.exit_code == 2
    assert "not a git repository" in ended.err
