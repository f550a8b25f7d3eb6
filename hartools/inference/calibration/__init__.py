"""Is the inference right, and does it know how right? Invented searches with a known truth answer."""

from hartools.inference.calibration.directory import Directory, invented_directory
from hartools.inference.calibration.exact import exact_posteriors
from hartools.inference.calibration.judge import Answers, determined, engine_answers, exact_answers, judge, majority_answers, prior_answers, truth_of
from hartools.inference.calibration.lists import Queries, queries_of
from hartools.inference.calibration.site import Simulation, Site, matching_model, simulate

__all__ = ["Answers", "Directory", "Queries", "Simulation", "Site", "determined", "engine_answers", "exact_answers", "exact_posteriors", "invented_directory", "judge", "majority_answers",
           "matching_model", "prior_answers", "queries_of", "simulate", "truth_of"]
