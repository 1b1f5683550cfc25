"""A look-up of known faults never says more than it was told."""

from deploy.local.inventory import Answer, locks, of_node, of_python


def test_packages_that_nobody_answered_for_are_not_called_faultless() -> None:
    skipped = {"name": "somepackage", "skip_reason": "not found"}
    clean = {"name": "other", "version": "1", "vulns": []}
    answer = of_python("requirements.txt", {"dependencies": [skipped, clean]})
    assert answer.code == 2
    assert answer.lines() == [
        "requirements.txt: 1 of 2 packages looked up.",
        "  NOT CHECKED: 1. The database of faults did not answer.",
    ]
    assert of_node(
        "package-lock.json", {"message": "405 Not Allowed - POST somewhere"}, packages_locked=12
    ).lines() == [
        "package-lock.json: 0 of 12 packages looked up.",
        "  NOT CHECKED: 12. npm says: 405 Not Allowed.",
    ]


def test_a_known_fault_is_named_with_what_mends_it() -> None:
    fault = {"id": "SOME-2026-1", "fix_versions": ["2"]}
    answer = of_python("requirements.txt", {"dependencies": [{"name": "other", "version": "1", "vulns": [fault]}]})
    assert answer.code == 1
    assert answer.lines()[1] == "  other 1: SOME-2026-1, mended in 2"
    bad = {"metadata": {}, "vulnerabilities": {"other": {"severity": "high", "range": "<2"}}}
    assert of_node("package-lock.json", bad, packages_locked=1).lines()[1] == "  other: high, in <2"


def test_only_a_whole_look_up_without_a_fault_is_good() -> None:
    assert Answer("requirements.txt", asked=2, unanswered=0).lines()[1] == "  No known fault."
    assert Answer("requirements.txt", asked=2, unanswered=0).code == 0
    assert {lock.name for lock in locks()} >= {"requirements.txt", "requirements-screening.txt", "audit.txt"}
