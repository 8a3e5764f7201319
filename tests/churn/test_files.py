"""Models as files: to the bit and back; nothing hostile or damaged gets in, and nothing is ever run."""

import io
import json
import os
import pickle
import struct
import zipfile

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from loyaltykit.churn import State, files, npy, panel_of
from loyaltykit.errors import ModelError
from tests.churn.sample import Sample


@pytest.fixture(scope="module")
def panel():
    chance = np.random.default_rng(5)
    columns = {name: chance.gamma(2.0, 5.0, 80) for name in ("recency", "active_days_14", "progress", "age")}
    return panel_of(columns, y=(columns["recency"] + chance.normal(0, 4, 80) > 10).astype(float))


@pytest.fixture(scope="module")
def fitted(panel):
    model = Sample()
    model.fit(panel)
    return model


STATE = State(
    id="sample",
    version="1",
    meta={"numbers": [0.1, -0.0, 1e-300, 2**60], "words": "неделя", "nothing": None, "nested": {"a": [True]}},
    arrays={
        "floats": np.array([[0.1, np.nan], [np.inf, -0.0]]),
        "words": np.array(["recency", "дни"]),
        "flags": np.array([True, False]),
        "counts": np.arange(5, dtype=np.uint8),
        "none": np.zeros((0, 3), np.float32),
        "one": np.array(7),
    },
)


def same(one, other):
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


def test_a_model_comes_back_to_the_bit(fitted, panel, tmp_path):
    files.save(fitted, tmp_path / "model.zip")
    again = files.load(tmp_path / "model.zip", [Sample])
    assert again.score(panel).p.tobytes() == fitted.score(panel).p.tobytes()
    assert again.spec == fitted.spec
    assert files.dumps(again) == files.dumps(fitted)
    assert os.listdir(tmp_path) == ["model.zip"]  # noqa: PTH208  # nothing half-written is left


def test_a_state_comes_back_to_the_bit_and_its_arrays_can_be_written():
    again = files.unpack(files.pack(STATE))
    assert (again.id, again.version, again.meta) == ("sample", "1", STATE.meta)
    assert str(again.meta["numbers"][1]) == "-0.0"
    assert again.arrays.keys() == STATE.arrays.keys()
    assert all(same(again.arrays[name], array) for name, array in STATE.arrays.items())
    assert all(array.flags.writeable for array in again.arrays.values())


def test_the_same_state_gives_the_same_bytes_in_whatever_order_its_arrays_stand():
    turned = attrs.evolve(STATE, arrays=dict(reversed(STATE.arrays.items())), meta=dict(reversed(STATE.meta.items())))
    assert files.pack(turned) == files.pack(STATE)


def test_big_endian_and_strided_arrays_are_written_plainly():
    array = np.arange(12.0).reshape(3, 4)
    for odd in (array.astype(">f8"), np.asfortranarray(array), np.repeat(array, 2, axis=1)[:, ::2]):
        assert npy.to_npy(odd) == npy.to_npy(array)


def test_numpy_reads_the_arrays_too():
    for array in STATE.arrays.values():
        assert same(np.load(io.BytesIO(npy.to_npy(array)), allow_pickle=False), array)


KINDS = st.sampled_from(["?", "i1", "<i2", "<i4", "<i8", "u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<U1", "<U9"])


@given(hnp.arrays(KINDS, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)))
def test_any_plain_array_comes_back(array):
    assert same(npy.from_npy(npy.to_npy(array)), array)


@pytest.mark.parametrize(
    ("array", "why"),
    [
        (np.array([object()]), "kind"),
        (np.array([b"bytes"]), "kind"),
        (np.array([1j]), "kind"),
        (np.array(["2026-09-01"], dtype="M8[D]"), "kind"),
        (np.zeros(2, dtype=[("a", "f8")]), "kind"),
        (np.array(["x" * 201]), "kind"),
        (np.zeros((1, 1, 1, 1, 1)), "axes"),
    ],
)
def test_other_arrays_are_not_saved(array, why):
    with pytest.raises(ModelError, match=why) as raised:
        files.pack(attrs.evolve(STATE, arrays={"a": array}))
    assert raised.value.code == "model/state"


def nested(depth):
    return {"a": nested(depth - 1)} if depth else 1


@pytest.mark.parametrize(
    "meta",
    [{"a": float("nan")}, {"a": float("inf")}, {1: "a"}, {"a": {1, 2}}, {"a": b"x"}, nested(files.DEEPEST + 1)],
    ids=str,
)
def test_a_meta_that_json_cannot_give_back_is_not_saved(meta):
    with pytest.raises(ModelError) as raised:
        files.pack(attrs.evolve(STATE, meta=meta))
    assert raised.value.code == "model/state"


@pytest.mark.parametrize("change", [{"id": ""}, {"version": "1" * 201}, {"arrays": {"": np.zeros(1)}}], ids=str)
def test_names_have_a_size(change):
    with pytest.raises(ModelError, match="names are text"):
        files.pack(attrs.evolve(STATE, **change))


def test_too_many_arrays_are_not_saved():
    with pytest.raises(ModelError, match="at most"):
        files.pack(attrs.evolve(STATE, arrays={str(n): np.zeros(1) for n in range(files.MOST_ARRAYS + 1)}))


def test_what_is_too_large_is_neither_saved_nor_read(monkeypatch, tmp_path, fitted):
    data = files.dumps(fitted)
    monkeypatch.setattr(files, "LARGEST", len(data) - 1)
    with pytest.raises(ModelError, match="too large"):
        files.dumps(fitted)
    (tmp_path / "m.zip").write_bytes(data)
    with pytest.raises(ModelError, match="larger than"):
        files.load(tmp_path / "m.zip", [Sample])


def test_a_failed_write_leaves_what_was_there(tmp_path, fitted, monkeypatch):
    target = tmp_path / "m.zip"
    target.write_bytes(b"before")
    monkeypatch.setattr(files.os, "fdopen", lambda *_: (_ for _ in ()).throw(OSError("disk")))
    with pytest.raises(OSError, match="disk"):
        files.save(fitted, target)
    assert [path.name for path in tmp_path.iterdir()] == ["m.zip"]
    assert target.read_bytes() == b"before"


def test_an_unknown_model_is_named(fitted):
    with pytest.raises(ModelError, match="sample") as raised:
        files.loads(files.dumps(fitted))
    assert raised.value.code == "model/unknown"


def test_a_model_that_does_not_take_its_state_is_named(fitted):
    data = files.pack(attrs.evolve(fitted.state(), arrays={}))
    with pytest.raises(ModelError, match="sample does not take its saved state: KeyError") as raised:
        files.loads(data, [Sample])
    assert raised.value.code == "model/state"


# what somebody else wrote


GOOD = files.pack(STATE)


def refused(data):
    with pytest.raises(ModelError) as raised:
        files.unpack(data)
    assert raised.value.code == "model/file"
    return str(raised.value)


def parts(data=GOOD):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(entries, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=options.get("compression"))
    return out.getvalue()


def resealed(change):
    """A file whose hashes are right, and whose manifest is not as we write it."""
    entries = parts()
    manifest = json.loads(entries["manifest.json"])
    del manifest["sha256"]
    change(manifest, entries)
    for one in manifest["arrays"]:
        if isinstance(one, dict) and one.get("file") in entries:
            one["sha256"] = files._sha256(entries[one["file"]])
    entries["manifest.json"] = files._canonical({**manifest, "sha256": files._sha256(files._canonical(manifest))})
    return zipped(entries.items())


def test_the_tools_of_these_tests_make_files_that_are_taken():
    assert files.unpack(zipped(parts().items())).meta == STATE.meta
    assert files.unpack(resealed(lambda *_: None)).meta == STATE.meta


def test_every_truncation_is_refused():
    for length in range(0, len(GOOD), 7):
        refused(GOOD[:length])


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_refused_or_was_of_no_meaning(place, by):
    data = bytearray(GOOD)
    data[place] ^= by
    try:
        found = files.unpack(bytes(data))
    except ModelError as error:
        assert error.code == "model/file"  # noqa: PT017  # both ends are fine, a third is not
    else:
        assert files.pack(found) == GOOD  # a date or an attribute of the zip, which nobody reads


@given(st.binary(max_size=400))
def test_any_bytes_are_refused(data):
    refused(data)
    refused(data + GOOD[-22:])


@given(st.binary(min_size=1, max_size=60), st.integers(0, len(GOOD)))
def test_bytes_that_are_put_in_between_are_refused(extra, place):
    refused(GOOD[:place] + extra + GOOD[place:])


def test_swapped_arrays_are_refused():
    entries = parts()
    entries["arrays/0.npy"], entries["arrays/1.npy"] = entries["arrays/1.npy"], entries["arrays/0.npy"]
    assert "SHA-256" in refused(zipped(entries.items()))


def test_a_changed_manifest_is_refused():
    entries = parts()
    entries["manifest.json"] = entries["manifest.json"].replace(b'"sample"', b'"simple"')
    assert "SHA-256" in refused(zipped(entries.items()))


def test_a_pickle_is_refused_and_not_run(tmp_path):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "ran"),)

    out = io.BytesIO()
    np.save(out, np.array([Bomb()], dtype=object), allow_pickle=True)
    for content in (out.getvalue(), pickle.dumps(Bomb())):
        refused(resealed(lambda _, entries, content=content: entries.update({"arrays/0.npy": content})))
    refused(pickle.dumps(Bomb()))
    assert not (tmp_path / "ran").exists()


def headed(header, body=b"", magic=b"\x93NUMPY\x01\x00"):
    return magic + struct.pack("<H", len(header)) + header.encode() + body


def descr(kind, shape, order="False"):
    return f"{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY\x01\x00",
        headed(descr("<f8", "(1000000000000,)"), b"\0" * 8),
        headed(descr("<f8", "(99999999999999999999,)"), b"\0" * 8),
        headed(descr("<f8", "(0, 99999999999999)")),
        headed(descr("<f8", "(-1,)"), b"\0" * 8),
        headed(descr("<f8", "(2,)"), b"\0" * 8),
        headed(descr("<f8", "(1,)"), b"\0" * 9),
        headed(descr("|O", "(1,)"), b"\0" * 8),
        headed(descr("<c8", "(1,)"), b"\0" * 8),
        headed(descr(">f8", "(1,)"), b"\0" * 8),
        headed(descr("<U999", "(1,)"), b"\0" * 3996),
        headed(descr("<U1", "(1,)"), b"\xff" * 4),
        headed(descr("|b1", "(1,)"), b"\2"),
        headed(descr("<f8", "(1,)", "True"), b"\0" * 8),
        headed(descr("<f8", "(1, 1, 1, 1, 1)"), b"\0" * 8),
        headed("__import__('os').getcwd()\n"),
        headed("(" * 60000),
        headed(descr("<f8", "(1,)"), b"\0" * 8, magic=b"\x93NUMPY\x02\x00"),
    ],
    ids=range(19),
)
def test_an_array_that_is_not_as_we_write_it_is_refused(content):
    refused(resealed(lambda _, entries: entries.update({"arrays/0.npy": content})))


def listed(manifest, **change):
    manifest["arrays"][0].update(change)


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest, _: manifest.update(format=2),
        lambda manifest, _: manifest.update(id=7),
        lambda manifest, _: manifest.update(id="x" * 300),
        lambda manifest, _: manifest.update(more=1),
        lambda manifest, _: manifest.pop("version"),
        lambda manifest, _: manifest.update(meta=[]),
        lambda manifest, _: manifest.update(meta=nested(files.DEEPEST + 5)),
        lambda manifest, _: manifest.update(arrays={}),
        lambda manifest, _: manifest.update(arrays=[1]),
        lambda manifest, _: manifest["arrays"].pop(),
        lambda manifest, _: manifest["arrays"].append(manifest["arrays"][0]),
        lambda manifest, _: listed(manifest, name=manifest["arrays"][1]["name"]),
        lambda manifest, _: listed(manifest, file="manifest.json"),
        lambda manifest, _: listed(manifest, file="../../etc/passwd"),
        lambda manifest, _: listed(manifest, kind="|O"),
        lambda _, entries: entries.pop("arrays/0.npy"),
        lambda _, entries: entries.update({"arrays/99.npy": b""}),
        lambda _, entries: entries.update({"../outside.npy": b""}),
    ],
)
def test_a_manifest_that_is_not_as_we_write_it_is_refused(change):
    refused(resealed(change))


def test_a_file_never_says_where_its_class_is(tmp_path, monkeypatch):
    (tmp_path / "evil.py").write_text("open('ran', 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    data = resealed(lambda manifest, _: manifest.update(id="evil"))
    with pytest.raises(ModelError, match="there is no churn model evil"):
        files.loads(data, [Sample])
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("text", [b"[" * 100_000, b'{"a":' * 100_000, b"\xff", b"{}", b'{"format": 1e999}', b"NaN"])
def test_a_hostile_manifest_is_refused(text):
    refused(zipped([("manifest.json", text)]))


def test_a_zip_bomb_is_refused_unread():
    entries = list(parts().items())
    bomb = zipped([*entries, ("arrays/9.npy", b"\0" * 10_000_000)], compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 20_000
    assert "compressed" in refused(bomb)
    assert "too many" in refused(zipped([(str(number), b"") for number in range(files.MOST_ARRAYS + 5)]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_is_there_twice_is_refused():
    entries = list(parts().items())
    assert "twice" in refused(zipped([*entries, entries[-1]]))


def test_what_stands_around_the_zip_is_refused():
    assert "before or after" in refused(b"#!/bin/sh\n" + GOOD)
    refused(GOOD + b"\n")
    refused(b"")
