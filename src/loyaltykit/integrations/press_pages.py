"""The page behind the links of letters, as a WSGI application: asks once more, and does it when the form is posted.

Mail scanners and previews open every link of a letter, many more than once: a GET or HEAD shows the page and changes
nothing. Mount it where `press_url` points to; the token is the last part of the path.
"""

from __future__ import annotations

import html
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from loyaltykit.errors import DuplicateConflict, EventError, LoyaltyError, NotEligible, OutOfStock, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from loyaltykit.app import Loyalty
    from loyaltykit.app.linking import LinkView

_LARGEST = 16_384
_THROWN_AWAY = 1_048_576
"""So much of a form that is too long is read all the same: who still writes may never see the answer."""
_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("X-Content-Type-Options", "nosniff"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
)
_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;color:#1b1b1f;"
    "background:#fff}button{font:inherit;padding:.7em 1.4em;border:0;border-radius:.5em;background:#1d4ed8;color:#fff;"
    "cursor:pointer}textarea{font:inherit;width:100%;box-sizing:border-box;padding:.5em}"
    "@media(prefers-color-scheme:dark){body{background:#16161a;color:#eee}}"
)
_WORDS = {
    "your-answer": ("Your answer: {label}", "Ваш ответ: {label}"),
    "your-choice": ("Your choice: {label}", "Ваш выбор: {label}"),
    "send": ("Send", "Отправить"),
    "yes": ("Yes, I want it", "Да, хочу"),
    "done": ("Thank you! That is noted.", "Спасибо! Записали."),
    "already": ("You have answered already. Thank you!", "Вы уже ответили, спасибо!"),
    "expired": ("This link is too old.", "Ссылка устарела."),
    "over": ("It is too late for that.", "Увы, это уже закончилось."),
    "none": ("There is none left.", "Больше не осталось."),
    "bad": ("This link is not one of ours.", "Такой ссылки у нас нет."),
    "long": ("Up to a thousand characters, please.", "Не больше тысячи знаков, пожалуйста."),
    "unread": ("This form could not be read.", "Не удалось прочитать форму."),
    "why": ("Would you like to say why? The school will read it.", "Хотите сказать почему? Школа это прочтёт."),
    "busy": ("Please try again in a minute.", "Пожалуйста, попробуйте ещё раз через минуту."),
    "method": ("This page takes GET and POST.", "Эта страница понимает только GET и POST."),
}


_REFUSED = (
    (DuplicateConflict, (HTTPStatus.CONFLICT, "already")),
    (OutOfStock, (HTTPStatus.GONE, "none")),
    (NotEligible, (HTTPStatus.GONE, "over")),
    (EventError, (HTTPStatus.BAD_REQUEST, "long")),
    (StoreError, (HTTPStatus.SERVICE_UNAVAILABLE, "busy")),
    (LoyaltyError, (HTTPStatus.GONE, "bad")),
)


def press_pages(kit: Loyalty) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """A WSGI application over a kit that has a `secret`; one for many requests, also from several threads."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        method = str(environ.get("REQUEST_METHOD", "GET"))
        status, body = _answered(kit, method, environ)
        page = body.encode()
        start_response(f"{status.value} {status.phrase}", [*_HEADERS, ("Content-Length", str(len(page)))])
        return [] if method == "HEAD" else [page]

    return application


def _answered(kit: Loyalty, method: str, environ: dict[str, Any]) -> tuple[HTTPStatus, str]:
    token = str(environ.get("PATH_INFO", "")).rstrip("/").rpartition("/")[2]
    if method not in ("GET", "HEAD", "POST"):
        return HTTPStatus.METHOD_NOT_ALLOWED, _page(_say("method", "en"), "en")
    try:
        view = kit.link(token)
    except StoreError:
        locale = kit.program.document.locale
        return HTTPStatus.SERVICE_UNAVAILABLE, _page(_say("busy", locale), locale)
    except LoyaltyError:
        locale = kit.program.document.locale
        return HTTPStatus.NOT_FOUND, _page(_say("bad", locale), locale)
    return _asked(view) if method != "POST" else _posted(kit, token, view, environ)


def _asked(view: LinkView) -> tuple[HTTPStatus, str]:
    """The page that asks once more."""
    if view.state == "expired":
        return HTTPStatus.GONE, _page(_say("expired", view.locale), view.locale)
    if view.state == "done":
        return HTTPStatus.OK, _page(_say("already", view.locale), view.locale)
    answer = view.kind == "survey"
    label = _say("your-answer" if answer else "your-choice", view.locale, label=view.label)
    button = _say("send" if answer else "yes", view.locale)
    form = f'<form method="post"><button>{html.escape(button)}</button></form>'
    return HTTPStatus.OK, _page(view.question, view.locale, f"<p>{html.escape(label)}</p>{form}")


def _posted(kit: Loyalty, token: str, view: LinkView, environ: dict[str, Any]) -> tuple[HTTPStatus, str]:
    """Do it; an answer may be followed by a comment, in a form of its own."""
    try:
        said = _form(environ).get("comment", [""])[0]
    except _NoForm as error:
        again = _comment_form(view.locale) if error.word == "long" and view.comment else ""
        return error.status, _page(_say(error.word, view.locale), view.locale, again)
    comment = said.replace("\r\n", "\n").strip()  # a browser sends each line end as two characters
    locale, form = view.locale, _comment_form(view.locale)
    try:
        if comment:
            kit.comment_link(token, comment)
        else:
            kit.pressed_link(token)
    except LoyaltyError as error:
        status, word = next(told for kind, told in _REFUSED if isinstance(error, kind))
        word = "expired" if error.code == "link/expired" else word
        return status, _page(_say(word, locale), locale, form if word == "long" else "")
    return HTTPStatus.OK, _page(_say("done", locale), locale, form if view.comment and not comment else "")


def _comment_form(locale: str) -> str:
    label, button = html.escape(_say("why", locale)), html.escape(_say("send", locale))
    area = f'<label>{label}<textarea name="comment" rows="4" maxlength="1000"></textarea></label>'
    return f'<form method="post">{area}<p><button>{button}</button></p></form>'


class _NoForm(Exception):
    """What was sent is no form of ours: the status, and the word for it."""

    def __init__(self, status: HTTPStatus, word: str) -> None:
        super().__init__(word)
        self.status = status
        self.word = word


def _form(environ: dict[str, Any]) -> dict[str, list[str]]:
    """The fields of the form. Raises _NoForm for one that is too long, or cannot be read: nothing of it counts."""
    body = _body(environ)
    try:
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    except ValueError:
        raise _NoForm(HTTPStatus.BAD_REQUEST, "unread") from None


def _body(environ: dict[str, Any]) -> bytes:
    stream = environ["wsgi.input"]
    said = str(environ.get("CONTENT_LENGTH") or "").strip()
    if not said and environ.get("HTTP_TRANSFER_ENCODING"):
        if not environ.get("wsgi.input_terminated"):
            raise _NoForm(HTTPStatus.LENGTH_REQUIRED, "unread")
        body: bytes = stream.read(_LARGEST + 1)
        length = len(body)
    else:
        if said and not (said.isascii() and said.isdigit() and len(said) < 20):
            raise _NoForm(HTTPStatus.BAD_REQUEST, "unread")
        length = int(said or 0)
        body = stream.read(length) if 0 < length <= _LARGEST else b""
    if length > _LARGEST:
        _throw_away(stream, length)
        raise _NoForm(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "long")
    if len(body) < length:
        raise _NoForm(HTTPStatus.BAD_REQUEST, "unread")
    return body


def _throw_away(stream: Any, length: int) -> None:
    """Read what is still to come, as far as that is reasonable."""
    left = min(length, _THROWN_AWAY)
    while left > 0 and (piece := stream.read(min(left, _LARGEST))):
        left -= len(piece)


def _say(word: str, locale: str, **arguments: str) -> str:
    return _WORDS[word][1 if locale.lower().startswith("ru") else 0].format(**arguments)


def _page(title: str, locale: str, more: str = "") -> str:
    lang = "ru" if locale.lower().startswith("ru") else "en"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
    shown = html.escape(title)
    top = f'<!doctype html><html lang="{lang}"><head>{head}<title>{shown}</title></head>'
    return f"{top}<body><h1>{shown}</h1>{more}</body></html>"
