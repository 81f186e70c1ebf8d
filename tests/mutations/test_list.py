"""The list of mutations fits the tree: a cheap test, so that it is not found out by a long run."""

import pytest
from run import ROOT, mutations


@pytest.mark.parametrize("mutation", mutations(), ids=lambda mutation: mutation.name)
def test_a_mutation_fits(mutation):
    text = (ROOT / mutation.file).read_text()
    assert mutation.applied(text) != text
    sources = "\n".join(path.read_text() for path in ROOT.glob("src/**/*_test.cc"))
    for name in mutation.red:
        assert f", {name.split('.')[1].split('/')[0]})" in sources, f"there is no test {name}"


def test_every_mutation_is_told_once():
    told = (ROOT / "docs" / "reliability.md").read_text()
    names = [mutation.name for mutation in mutations()]
    assert len(set(names)) == len(names)
    assert [name for name in names if told.count(f"| `{name}` |") != 1] == []
