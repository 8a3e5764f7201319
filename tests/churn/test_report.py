"""The page of a backtest: static, in both languages, with every picture inside."""

import re
import sys
from html.parser import HTMLParser

import pytest

from loyaltykit.churn import backtest, report_page
from loyaltykit.errors import MissingExtra
from tests.churn.judging import Broken, Named, school

VOID = {"meta", "br", "img", "input", "hr", "link"}


@pytest.fixture(scope="module")
def found():
    models = {"good": Named("good"), "<noisy>": Named("noisy", noise=1.5), "broken": Broken("broken")}
    return backtest(models, school(members=120), value=10, cost=2, resamples=60)


@pytest.fixture(scope="module")
def pages(found):
    pytest.importorskip("vl_convert")
    return {lang: report_page(found, lang) for lang in ("en", "ru")}


def test_what_is_better_is_said_of_each_measure_that_is_shown(pages):
    assert "Higher is better for AUC, PR-AUC, lift and gain; lower for the rest." in pages["en"]
    assert "AUC, PR-AUC, лифт и выигрыш — чем больше, тем лучше" in pages["ru"]


class Balanced(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.names = [], []

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_page_is_well_formed_and_fetches_nothing(pages, lang):
    parser = Balanced()
    parser.feed(pages[lang])
    assert parser.open == []
    assert {"script", "link", "img", "iframe"} & set(parser.names) == set()
    elsewhere = set(re.findall(r"https?://[^\"'\s<]+", pages[lang]))
    assert elsewhere <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}  # names, not addresses
    assert "@import" not in pages[lang]


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_measure_and_curve_has_its_picture(pages, lang):
    labels = re.findall(r'<svg role="img" aria-label="([^"]*)"', pages[lang])
    assert len(labels) == 7 + 3 + 2 + 1 + 1
    assert all(labels)


def test_pictures_take_the_ink_of_the_page(pages):
    assert "currentColor" in pages["en"]
    assert "#010203" not in pages["en"]
    assert "prefers-color-scheme: dark" in pages["en"]


def test_words_are_in_the_language_and_names_are_escaped(pages):
    assert '<html lang="ru">' in pages["ru"]
    assert "Значат ли 30\xa0%" in pages["ru"] or "Значат ли 30 %" in pages["ru"]
    assert "прогноз, %" in pages["ru"]
    assert "forecast, %" in pages["en"]
    assert "<noisy>" not in pages["en"]
    assert "&lt;noisy&gt;" in pages["en"]


def test_a_model_that_broke_is_on_the_page(pages):
    assert "broken: ZeroDivisionError: no luck" in pages["en"]


def test_a_page_without_any_model_that_works_says_so(found):
    pytest.importorskip("vl_convert")
    page = report_page(backtest([Broken("broken")], school(members=50), resamples=10))
    assert "Failed" in page
    assert "<svg" not in page


def test_without_the_extra_it_is_named(found, monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtra, match=r"loyaltykit\[report\]"):
        report_page(found)
