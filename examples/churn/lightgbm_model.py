"""LightGBM as a churn model, with its own exact reasons and a small state: python -m examples.churn.lightgbm_model."""

import lightgbm
import numpy as np

from loyaltykit.churn import MatrixModel
from loyaltykit.plugins import hookimpl
from loyaltykit.testing import check_churn_model

SETTINGS = {"objective": "binary", "verbosity": -1, "seed": 0, "deterministic": True, "num_threads": 1}


class OurLightGBM(MatrixModel):
    id = "our-lightgbm"
    keeps_nan = True

    def learn(self, X, y):
        self.booster = lightgbm.train(SETTINGS, lightgbm.Dataset(X, y), 60)

    def predict(self, X):
        return self.booster.predict(X)

    def contributions(self, X):
        return self.booster.predict(X, pred_contrib=True)[:, :-1]  # Shapley values; the last is what all have

    def to_arrays(self):
        return {"booster": np.frombuffer(self.booster.model_to_string().encode(), np.uint8)}

    def from_arrays(self, arrays):
        self.booster = lightgbm.Booster(model_str=arrays["booster"].tobytes().decode())


@hookimpl
def loyaltykit_churn_models():
    return [OurLightGBM]


if __name__ == "__main__":
    print(check_churn_model(OurLightGBM))
