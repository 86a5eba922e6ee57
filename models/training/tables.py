"""The tables of the model cards: how many are right, and what was taken for what."""
import numpy as np


def confusion(predicted, truth, classes):
    table = np.zeros((classes, classes), int)
    np.add.at(table, (truth, predicted), 1)
    return table


def print_confusion(table, labels):
    print("| true \\ read | " + " | ".join(labels) + " | right |")
    print("|" + " --- |" * (len(labels) + 2))
    for i, row in enumerate(table):
        cells = " | ".join(str(n) if n else "" for n in row)
        print(f"| {labels[i]} | {cells} | {100 * row[i] / max(row.sum(), 1):.1f} % |")


def print_result(name, probabilities, truth, labels):
    """A heading with the share that is right, and the confusion matrix. Returns what was right."""
    predicted = probabilities.argmax(1)
    right = predicted == truth
    mean = probabilities[np.arange(len(truth)), truth].mean()
    print(f"\n### {name}: {right.sum()} of {len(truth)} = {100 * right.mean():.2f} %, "
          f"mean probability of the right class {mean:.3f}\n")
    print_confusion(confusion(predicted, truth, len(labels)), labels)
    return right
