"""Figures of Fairlearn and AIF360 on a CSV of the COMPAS scores, a line each: attributes, figure, group, value.
A value that a peer leaves undefined is "-". Called with the CSV; what it printed is kept as fairness.peer."""
import itertools
import sys
import warnings

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
import fairlearn.metrics as fl
from aif360.datasets import BinaryLabelDataset
from aif360.metrics import BinaryLabelDatasetMetric, ClassificationMetric
import sklearn.metrics as skm

data = pd.read_csv(sys.argv[1])
data["prediction"] = (data.decile_score >= 5).astype(int)
label, prediction = data.two_year_recid, data.prediction

GROUP_RATES = {
    "selection_rate": "selection_rate", "base_rate": "base_rate", "true_positive_rate": "true_positive_rate",
    "false_positive_rate": "false_positive_rate", "true_negative_rate": "true_negative_rate",
    "false_negative_rate": "false_negative_rate", "positive_predictive_value": "positive_predictive_value",
    "false_discovery_rate": "false_discovery_rate", "negative_predictive_value": "negative_predictive_value",
    "false_omission_rate": "false_omission_rate", "accuracy": "accuracy", "error_rate": "error_rate",
    "generalized_true_positive_rate": "generalized_true_positive_rate",
    "generalized_false_positive_rate": "generalized_false_positive_rate"}
BETWEEN = """demographic_parity_difference demographic_parity_ratio equal_opportunity_difference equal_opportunity_ratio
    equalized_odds_difference equalized_odds_ratio false_positive_rate_difference false_positive_rate_ratio
    true_negative_rate_difference true_negative_rate_ratio false_negative_rate_difference false_negative_rate_ratio
    accuracy_score_difference accuracy_score_ratio accuracy_score_group_min zero_one_loss_difference zero_one_loss_ratio
    zero_one_loss_group_max balanced_accuracy_score_group_min precision_score_group_min recall_score_group_min
    f1_score_group_min""".split()
ALL_GROUPS = """between_all_groups_theil_index between_all_groups_generalized_entropy_index
    between_all_groups_coefficient_of_variation differential_fairness_bias_amplification""".split()
REFERENCE = """statistical_parity_difference disparate_impact equal_opportunity_difference false_positive_rate_difference
    false_positive_rate_ratio false_negative_rate_difference false_negative_rate_ratio false_discovery_rate_difference
    false_discovery_rate_ratio false_omission_rate_difference false_omission_rate_ratio error_rate_difference error_rate_ratio
    average_odds_difference average_abs_odds_difference average_predictive_value_difference equalized_odds_difference
    generalized_equalized_odds_difference between_group_theil_index between_group_generalized_entropy_index
    between_group_coefficient_of_variation""".split()
OVERALL = "theil_index generalized_entropy_index coefficient_of_variation".split()


def tell(by, figure, group, value):
    value = float(value)
    print(",".join(by), figure, group, repr(value) if np.isfinite(value) else "-", sep="\t")


def codes(column):
    return {v: float(i) for i, v in enumerate(sorted(data[column].unique()))}


def aif360(by, privileged, others):
    frame = pd.DataFrame({c: data[c].map(codes(c)) for c in by})
    frame["label"] = label.astype(float)
    true = BinaryLabelDataset(df=frame, label_names=["label"], protected_attribute_names=by, favorable_label=1, unfavorable_label=0)
    true.privileged_protected_attributes = [np.array([codes(c)[privileged[i]]]) for i, c in enumerate(by)]
    true.unprivileged_protected_attributes = [np.array([v for k, v in codes(c).items() if k != privileged[i]]) for i, c in enumerate(by)]
    said = true.copy(deepcopy=True)
    said.labels = prediction.to_numpy(float).reshape(-1, 1)
    said.scores = data.decile_score.to_numpy(float).reshape(-1, 1)
    code = lambda g: {c: codes(c)[g[i]] for i, c in enumerate(by)}
    args = dict(privileged_groups=[code(privileged)], unprivileged_groups=[code(g) for g in others])
    return ClassificationMetric(true, said, **args), BinaryLabelDatasetMetric(true, **args)


for by in ["race"], ["sex"], ["race", "sex"]:
    sizes = data.groupby(by).size()
    groups = [g if isinstance(g, tuple) else (g,) for g in sizes.index]
    largest = groups[int(np.argmax(sizes.to_numpy()))]
    for name in BETWEEN:
        tell(by, "between_groups." + name, "", getattr(fl, name)(label, prediction, sensitive_features=data[by]))
    f1 = fl.MetricFrame(metrics={"f1_score": skm.f1_score, "balanced_accuracy": skm.balanced_accuracy_score},
                        y_true=label, y_pred=prediction, sensitive_features=data[by])
    for g, row in f1.by_group.iterrows():
        for name in row.index:
            tell(by, "groups." + name, ", ".join(g if isinstance(g, tuple) else (g,)), row[name])
    for g in groups:
        m, b = aif360(by, g, [o for o in groups if o != g])
        for name, theirs in GROUP_RATES.items():
            of = b if name == "base_rate" else m
            tell(by, "groups." + name, ", ".join(g), getattr(of, theirs)(privileged=True))
    m, b = aif360(by, largest, [g for g in groups if g != largest])
    for name in REFERENCE:
        tell(by, "against_reference." + name, "", getattr(m, name)())
    tell(by, "against_reference.base_rate_difference", "", b.mean_difference())
    tell(by, "against_reference.base_rate_ratio", "", b.disparate_impact())
    for name in ALL_GROUPS:
        tell(by, "between_groups." + name, "", getattr(m, name)())
    tell(by, "between_groups.smoothed_empirical_differential_fairness", "", b.smoothed_empirical_differential_fairness())
    if by == ["race"]:
        for name in OVERALL:
            tell([], "overall." + name, "", getattr(m, name)())
        for name, theirs in GROUP_RATES.items():
            tell([], "overall." + name, "", getattr(b if name == "base_rate" else m, theirs)())
