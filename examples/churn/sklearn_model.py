"""A scikit-learn classifier as a churn model, and the kit's word on it: python -m examples.churn.sklearn_model."""

from sklearn.ensemble import HistGradientBoostingClassifier

from loyaltykit.churn import MatrixModel
from loyaltykit.plugins import hookimpl
from loyaltykit.testing import check_churn_model


class OurBoosting(MatrixModel):
    id = "our-boosting"
    keeps_nan = True  # it has a branch for what is not known

    def learn(self, X, y):
        settings = {"max_iter": 60, "learning_rate": 0.1, "l2_regularization": 1.0, "random_state": 0}
        self.model = HistGradientBoostingClassifier(early_stopping=False, **settings).fit(X, y)

    def predict(self, X):
        return self.model.predict_proba(X)[:, 1]


@hookimpl
def loyaltykit_churn_models():
    return [OurBoosting]


if __name__ == "__main__":
    print(check_churn_model(OurBoosting))
