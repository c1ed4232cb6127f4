"""Figures of a CSV by Fairlearn's MetricFrame, as its user guide computes them: no intervals."""
import sys

import fairlearn.metrics as fl
import pandas as pd
import sklearn.metrics as skm

data = pd.read_csv(sys.argv[1])
metrics = {"count": fl.count, "selection_rate": fl.selection_rate, "true_positive_rate": fl.true_positive_rate,
           "false_positive_rate": fl.false_positive_rate, "true_negative_rate": fl.true_negative_rate,
           "false_negative_rate": fl.false_negative_rate, "accuracy": skm.accuracy_score, "precision": skm.precision_score}
frame = fl.MetricFrame(metrics=metrics, y_true=data.label, y_pred=data.prediction, sensitive_features=data.group)
print(frame.overall, frame.by_group, frame.difference(), frame.ratio(), sep="\n")
