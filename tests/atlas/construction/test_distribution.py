"""Many départements at once: all are tried, failures are said together, here or on a scheduler."""

from functools import partial

import pytest
from distributed import LocalCluster

from maillage.atlas.construction.distribution import run_all
from maillage.catalogue.erreurs import EntreeInvalide


def square(n: int) -> int:
    if n < 0:
        raise EntreeInvalide(f"{n} est négatif.")
    return n * n


def test_every_job_answers_under_its_name() -> None:
    assert run_all({"59": partial(square, 3), "02": partial(square, 2)}) == {"59": 9, "02": 4}


def test_the_others_go_on_when_one_fails() -> None:
    done = []
    jobs = {"59": partial(square, -1), "02": lambda: done.append(2), "62": partial(square, -5)}
    with pytest.raises(EntreeInvalide, match="1 sur 3") as refusal:
        run_all(jobs)
    assert done == [2]
    assert [faute.fichier for faute in refusal.value.fautes] == ["59", "62"]


def test_a_scheduler_that_does_not_answer_is_said_in_french() -> None:
    with pytest.raises(EntreeInvalide, match="ordonnanceur"):
        run_all({"59": partial(square, 3)}, "tcp://127.0.0.1:9", timeout_s=1)


@pytest.mark.lent
def test_a_scheduler_gives_the_same_answers() -> None:
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:
        jobs = {"59": partial(square, 3), "02": partial(square, 2)}
        assert run_all(jobs, cluster.scheduler_address) == run_all(jobs)
        with pytest.raises(EntreeInvalide, match="0 sur 1"):
            run_all({"59": partial(square, -1)}, cluster.scheduler_address)
