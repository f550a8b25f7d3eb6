"""Is a search inferred from pictures as surely as it should be, and how fast?

    python benchmarks/inference.py [--quick] [--searches N] [--png FILE] [--json OUT]

Searches are simulated on invented sites over an invented directory of 140,000 practitioners, 60 specialties and
800 places, so that the truth is known, and so is what an observer who knew exactly how each site works would
conclude. docs/calibration.md describes worlds and measures. Model settings were not fitted to these worlds: they
are what the model is told of each site (`matching_model`), half of it, and twice.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
from measures import publish, result_of, row  # noqa: E402

from hartools.inference.calibration import (  # noqa: E402
    Site, Simulation, determined, engine_answers, exact_answers, invented_directory, judge, majority_answers, matching_model, prior_answers, queries_of, simulate, truth_of,
)  # fmt: skip
from hartools.inference.catalogue import read_catalogue  # noqa: E402
from hartools.inference.models import Bernoulli, ExactPages, PlackettLuce, SizePrinciple, query_key  # noqa: E402
from hartools.inference.queries import query_posteriors  # noqa: E402
from hartools.inference.scores import reliability_table  # noqa: E402

__all__ = ["WORLDS", "main", "measure"]

FEW = {"strays": 0.3, "local_strays": 0.1, "unknown_strays": 0.25}
# World -> how the directory is laid out, and how the site works.
WORLDS = {
    "matching": ({"seed": 21}, Site(**FEW)),
    "filled in": ({"seed": 22, "layout": "scattered"}, Site(**FEW, modes={"matching": 0.5, "filled": 0.5}, page_sizes=(10,), by_size=True)),
    "nearby, noisy": ({"seed": 23, "photo_rates": (0.4, 1.0)},
                      Site(strays=0.8, local_strays=0.4, unknown_strays=0.4, modes={"matching": 0.5, "radius": 0.5}, page_sizes=(15,), loading=(0.9, 0.6))),
    "ranked": ({"seed": 24, "layout": "scattered"}, Site(**FEW, ranked=True, by_size=True, page_sizes=(20,))),
}  # fmt: skip
FULL = {"searches": 2500, "practitioners": 140_000, "specialties": 60, "places": 800, "models": 250, "views": 10_000, "draws": 100, "rounds": 3}
QUICK = {"searches": 250, "practitioners": 4_000, "specialties": 12, "places": 40, "models": 40, "views": 300, "draws": 20, "rounds": 1}
SEEN = ((0, 0), (1, 1), (2, 2), (3, 5), (6, 10), (11, 10_000))
COLUMNS = ["model", "searches", "top_1", "top_3", "top_5", "log_loss", "brier", "ece", "ece_null", "covered", "held", "covered_randomised", "query_log_loss"]


def measure(*, quick: bool = False, searches: int | None = None, png: Path | None = None, folder: Path | None = None) -> tuple[dict, str]:
    """Simulate, judge and time; return the measures and the tables as text."""
    plan = (QUICK if quick else FULL) | ({"searches": searches} if searches else {})
    rows, text, diagrams = [], [], {}
    for number, (name, (layout, site)) in enumerate(WORLDS.items()):
        directory = invented_directory(**layout, **{each: plan[each] for each in ("practitioners", "specialties", "places")})
        simulation = simulate(directory, site, searches=plan["searches"], seed=100 + number, queries=queries_of(directory))
        answers = _answers(simulation)
        text += _tables(name, simulation, answers, plan)
        rows += _targets(name, simulation, answers)
        matched = answers["page plus strays, settings right"].probabilities["specialty"]
        diagrams[name] = reliability_table(matched.max(axis=1), matched.argmax(axis=1) == truth_of(simulation, "specialty"))
        if name == "ranked":
            text += _by_model(simulation, plan)
        if not number:
            rows += _cost(simulation, plan, folder)
    text += _reliability(diagrams)
    if png:
        _draw(diagrams, png)
    return result_of(rows, plan, "hartools", "numpy", "pandas", quick=quick), "\n".join(text)


def _answers(simulation: Simulation) -> dict:
    """Answer as the baselines, the exact posterior, and the default model under four settings."""
    given = {"right": matching_model(simulation), "halved": matching_model(simulation, factor=0.5), "doubled": matching_model(simulation, factor=2.0)}
    made = [prior_answers(simulation), majority_answers(simulation), exact_answers(simulation)]
    made += [engine_answers(simulation, name=f"page plus strays, settings {name}", model=model) for name, model in given.items()]
    made += [engine_answers(simulation, name="page plus strays, nothing set")]
    return {each.name: each for each in made}


def _markdown(table: pd.DataFrame) -> list[str]:
    lines = ["| " + " | ".join(table.columns) + " |", "|" + " --- |" * len(table.columns)]
    return lines + ["| " + " | ".join(f"{cell:.4f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |" for cells in table.itertuples(index=False, name=None)]


def _tables(name: str, simulation: Simulation, answers: dict, plan: dict) -> list[str]:
    """Lay out the scores of one world: of the specialty with intervals, of the place, and by pictures seen."""
    own, known = (sum(len(each) for each in drawn) / len(drawn) for drawn in (simulation.own, simulation.known))
    text = [f"\n## World: {name}", f"{len(simulation.queries):,} queries; a search asks for {own:.1f} pictures of its own, {known - own:.2f} other known and {simulation.unknown.mean():.2f} unknown ones.\n"]
    scores = judge(simulation, answers.values(), draws=plan["draws"])
    text += ["Specialty:\n", *_markdown(scores[COLUMNS]), "\n95 % bootstrap intervals:\n"]
    text += _markdown(scores[["model", "top_1_low", "top_1_high", "log_loss_low", "log_loss_high", "ece_low", "ece_high"]])
    place = judge(simulation, answers.values(), attribute="city", draws=2)
    text += ["\nPlace:\n", *_markdown(place[["model", "top_1", "top_3", "log_loss", "brier", "ece", "covered"]]), "\nBy how many pictures were seen (specialty):\n"]
    seen = pd.Series([len(known) for known in simulation.known]) + simulation.unknown
    parts = []
    for low, high in SEEN:
        of = seen.between(low, high).to_numpy()
        if of.any():
            part = judge(simulation, [answers[each] for each in ("majority vote", "exact", "page plus strays, settings right")], of=of, draws=2)
            parts.append(part.assign(pictures=f"{low}" if low == high else f"{low} and more" if high > 1000 else f"{low} to {high}"))
    return text + _markdown(pd.concat(parts)[["pictures", "model", "searches", "top_1", "top_3", "log_loss", "brier", "ece"]])


def _targets(name: str, simulation: Simulation, answers: dict) -> list[dict]:
    scores = judge(simulation, answers.values(), draws=2).set_index("model")
    right, exact, vote = (scores.loc[each] for each in ("page plus strays, settings right", "exact", "majority vote"))
    rows = [row(f"{name}: ECE of the specialty, settings right", right.ece, target=0.015)]
    rows += [row(f"{name}: ECE, settings {each}", scores.loc[f"page plus strays, settings {each}"].ece, target=0.03) for each in ("halved", "doubled")]
    rows += [row(f"{name}: log loss ÷ that of the exact posterior{', which knows the ranking' * simulation.site.ranked}", right.log_loss / exact.log_loss, target=None if simulation.site.ranked else 1.05), row(f"{name}: log loss ÷ that of majority vote", right.log_loss / vote.log_loss, target=1),
             row(f"{name}: 95 % sets with the truth", right.covered, target=0.95, at_least=True), row(f"{name}: mean mass of these sets", right.held),
             row(f"{name}: randomised sets, distance from 95 %", abs(right.covered_randomised - 0.95), target=0.02)]
    sure = determined(simulation)
    of = judge(simulation, [answers["page plus strays, settings right"], answers["page plus strays, nothing set"]], of=sure, draws=2)
    rows += [row(f"{name}: right where three own pictures determine the specialty, {int(sure.sum())} searches, {label}", share, target=0.995, at_least=True)
             for label, share in zip(("settings right", "nothing set"), of.top_1, strict=True)]
    return rows


def _by_model(simulation: Simulation, plan: dict) -> list[str]:
    """Compare the models on a site with a ranking, some of its searches only: these go through one by one."""
    some = simulation.first(plan["models"])
    queries, site, directory = some.queries, some.site, some.queries.directory
    order, pages, weights = some.ranking, {}, {}
    for q, value in enumerate(queries.values):
        people = queries.person[queries.start[q] : queries.start[q + 1]]
        ranked = people[order[people].argsort(kind="stable")][: max(site.page_sizes)].tolist()
        pages[query_key(value)] = [directory.asset(directory.picture[person]) if directory.picture[person] >= 0 else None for person in ranked]
        weights[query_key(value)] = {asset: 0.8**place for place, asset in enumerate(dict.fromkeys(each for each in pages[query_key(value)] if each))}
    loading = sum(site.loading) / len(site.loading)
    models = {"exact pages (M0), with the ranking": ExactPages(pages, page_size=max(site.page_sizes), loading=loading, stray=(site.strays + site.local_strays) / directory.pictures),
              "Bernoulli (M1)": Bernoulli(outside=(site.strays + site.local_strays) / directory.pictures, page_size=max(site.page_sizes), loading=loading),
              "size principle (M2)": SizePrinciple(robust=0.05), "Plackett-Luce (M3), weights by rank": PlackettLuce({key: drawn for key, drawn in weights.items() if drawn}, robust=0.05)}
    made = [majority_answers(some), exact_answers(some), engine_answers(some, name="page plus strays", model=matching_model(simulation))]
    made += [engine_answers(some, name=name, model=model, unlisted=0) for name, model in models.items()]
    table = judge(some, made, draws=plan["draws"])
    return [f"\nBy model, {len(some.truth)} searches of world 'ranked'; the exact posterior knows the ranking, and so does M0:\n", *_markdown(table[COLUMNS[:11]])]


def _cost(simulation: Simulation, plan: dict, folder: Path | None) -> list[dict]:
    """Time many page views in a fresh process that reads the catalogue as anybody would."""
    many = simulate(simulation.queries.directory, simulation.site, searches=plan["views"], seed=7, queries=simulation.queries)
    with tempfile.TemporaryDirectory(prefix="hartools-", dir=folder) as made:
        catalogue, views = Path(made) / "catalogue.csv", Path(made) / "views.json"
        simulation.queries.directory.catalogue.to_csv(catalogue)
        views.write_text(json.dumps(many.views), encoding="utf-8")
        done = subprocess.run([sys.executable, __file__, "--job", str(catalogue), str(views), str(plan["rounds"])], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    people = f"{plan['practitioners']:,} practitioners"
    return [row(f"{plan['views']:,} page views against {people}: posteriors, best queries and specialties, seconds", sorted(told["seconds"])[len(told["seconds"]) // 2], minimum=min(told["seconds"]), target=3),
            row(f"{people}: catalogue read and index built, once, seconds", told["index"]), row("most memory of that process, imports included, MB", told["megabytes"], target=500)]


def job(catalogue: str, views: str, rounds: int) -> dict:
    """Do what is timed."""
    started = time.perf_counter()
    held, asked = read_catalogue(catalogue), json.loads(Path(views).read_text(encoding="utf-8"))
    query_posteriors(asked[:5], held)
    index, seconds = time.perf_counter() - started, []
    for _ in range(rounds):
        started = time.perf_counter()
        posteriors = query_posteriors(asked, held)
        posteriors.best(), posteriors.marginal("specialty")
        seconds.append(time.perf_counter() - started)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"index": index, "seconds": seconds, "megabytes": most * 1024 / 1e6 if sys.platform.startswith("linux") else None}


def _reliability(diagrams: dict) -> list[str]:
    """Draw the reliability of the specialty in text: where the answers of a bin are right as often as stated, + and o meet."""
    text = ["\n## Reliability of the specialty, settings right (o stated, + right, * both)\n"]
    for name, table in diagrams.items():
        text.append(f"{name}")
        for each in table[table.cases > 0].itertuples():
            line = [" "] * 51
            line[round(50 * each.accuracy)] = "+"
            line[round(50 * each.confidence)] = "*" if line[round(50 * each.confidence)] == "+" else "o"
            text.append(f"  {100 * each.low:3.0f} to {100 * each.high:3.0f} % |{''.join(line)}| {each.cases:5,} stated {100 * each.confidence:5.1f} % right {100 * each.accuracy:5.1f} %")
    return text


def _draw(diagrams: dict, png: Path) -> None:
    from hartools.plots import figure_png
    from hartools.plots.reliability import plot_reliability

    png.write_bytes(figure_png(plot_reliability(diagrams)))


def main() -> None:
    """Take the measures and print them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a small directory and few searches: does it run, not how good it is")
    parser.add_argument("--searches", type=int, help=f"how many in each world; {FULL['searches']:,} by default")
    parser.add_argument("--png", type=Path, help="draw the reliability diagram there")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the measures there too")
    parser.add_argument("--folder", type=Path, help="where files are made, and removed again; the system's own by default")
    parser.add_argument("--job", nargs=3, metavar=("CATALOGUE", "VIEWS", "ROUNDS"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.job:
        print(json.dumps(job(wanted.job[0], wanted.job[1], int(wanted.job[2]))))
        return
    result, text = measure(quick=wanted.quick, searches=wanted.searches, png=wanted.png, folder=wanted.folder)
    print(text, "\n")
    publish(result, wanted.json)


if __name__ == "__main__":
    main()
