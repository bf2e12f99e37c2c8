"""What the chapter on MNIST builds: the reader of IDX files, the loader."""

import gzip
import re
import struct
from importlib.resources import files

import numpy as np
import pytest

from nnmath import load_mnist
from nnmath.learning.idx import read_idx

OWN_FOLDER = files("nnmath") / "data" / "mnist"

ENTRY_CODES = {"u1": 0x08, "i1": 0x09, ">i2": 0x0B, ">i4": 0x0C, ">f4": 0x0D, ">f8": 0x0E}


def idx_bytes(array, code=0x08):
    """Write an array as the format's description says, apart from the code under test."""
    sizes = b"".join(struct.pack(">I", size) for size in array.shape)
    return bytes([0, 0, code, array.ndim]) + sizes + array.tobytes()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Give a folder with a small data set: five pictures of 2 by 3 pixels and their labels."""
    monkeypatch.delenv("NNMATH_DATA", raising=False)
    pictures = np.arange(30, dtype=np.uint8).reshape(5, 2, 3)
    labels = np.array([3, 1, 4, 1, 5], dtype=np.uint8)
    for stem in ("train", "t10k"):
        (tmp_path / f"{stem}-images-idx3-ubyte").write_bytes(idx_bytes(pictures))
        (tmp_path / f"{stem}-labels-idx1-ubyte.gz").write_bytes(
            gzip.compress(idx_bytes(labels))
        )
    return tmp_path


@pytest.mark.parametrize("entry_type", ENTRY_CODES)
def test_every_entry_type_of_the_format_is_read(tmp_path, entry_type):
    array = np.arange(6).reshape(2, 3).astype(entry_type)
    (tmp_path / "file").write_bytes(idx_bytes(array, ENTRY_CODES[entry_type]))
    read = read_idx(tmp_path / "file")
    assert read.dtype == np.dtype(entry_type)
    assert np.array_equal(read, array)


WHOLE = idx_bytes(np.arange(6, dtype=np.uint8).reshape(2, 3))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (WHOLE[:-1], r"expected 18 bytes for the shape \(2, 3\), got 17$"),
        (WHOLE + b"\0", r"expected 18 bytes for the shape \(2, 3\), got 19$"),
        (WHOLE[:9], r"expected a header of 12 bytes, got 9$"),
        (b"\0\1" + WHOLE[2:], r"expected IDX's magic number.*; got '00 01 08 02'$"),
        (b"\0\0\x0a" + WHOLE[3:], r"expected IDX's magic number.*; got '00 00 0a 02'$"),
        (b"", r"expected IDX's magic number.*; got ''$"),
        (
            b"junk",
            r"expected IDX's magic number, which is two zero bytes, one of 08, 09, 0b, 0c, 0d, "
            r"0e, and the number of dimensions; got '6a 75 6e 6b'$",
        ),
        (WHOLE[:4], r"expected a header of 12 bytes, got 4$"),
        (
            bytes([0, 0, 8, 4]) + b"\0\1\0\0" * 4,
            r"expected 18446744073709551636 bytes for the shape \(65536, .*, got 20$",
        ),
        (gzip.compress(WHOLE)[:-9], r"expected a whole gzip file, got a damaged one: "),
        (
            gzip.compress(WHOLE)[:-8] + bytes(8),
            r"expected a whole gzip file, got a damaged one: ",
        ),
    ],
    ids=[
        "short",
        "long",
        "header",
        "magic",
        "entry type",
        "empty",
        "junk",
        "magic alone",
        "beyond 64 bits",
        "cut gzip",
        "wrong sum",
    ],
)
def test_a_damaged_file_is_refused_by_name(tmp_path, content, message):
    (tmp_path / "some-file").write_bytes(content)
    with pytest.raises(ValueError, match="some-file: " + message):
        read_idx(tmp_path / "some-file")


@pytest.mark.parametrize(("split", "m"), [("train", 60_000), ("test", 10_000)])
def test_mnist_is_whole(monkeypatch, split, m):
    monkeypatch.delenv("NNMATH_DATA", raising=False)
    X, labels = load_mnist(split, dtype=np.float32)
    assert X.shape == (784, m)
    assert X.dtype == np.float32
    assert (X.min(), X.max()) == (0, 1)
    assert np.array_equal(np.unique(labels), np.arange(10))
    assert labels.dtype == np.intp


def test_a_pixel_lies_where_its_row_and_column_say(folder):
    X, labels = load_mnist("test", folder=folder)
    assert X.shape == (6, 5)
    assert X[3 * 1 + 2, 4] == 29 / 255  # row 1, column 2 of picture 4
    assert labels.tolist() == [3, 1, 4, 1, 5]


def test_a_folder_can_come_from_the_environment(folder, monkeypatch):
    monkeypatch.setenv("NNMATH_DATA", str(folder))
    assert load_mnist("train")[0].shape == (6, 5)


def test_the_argument_goes_before_the_environment(folder, monkeypatch):
    monkeypatch.setenv("NNMATH_DATA", "nowhere")
    assert load_mnist("train", folder=folder)[0].shape == (6, 5)


def test_an_own_file_with_other_content_is_refused(folder, monkeypatch):
    package = folder / "package"
    package.mkdir()
    (package / "data").mkdir()
    (package / "data" / "mnist").symlink_to(folder)
    monkeypatch.setattr("nnmath.learning.mnist.files", lambda name: package)
    with pytest.raises(
        ValueError, match=r"t10k-images.*: expected content with SHA-256 0fa7898d"
    ):
        load_mnist("test")


def test_own_labels_with_other_content_are_refused(folder, monkeypatch):
    (folder / "t10k-images-idx3-ubyte").unlink()
    images = OWN_FOLDER / "t10k-images-idx3-ubyte.gz"
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(images.read_bytes())
    own = folder / "package" / "data"
    own.mkdir(parents=True)
    (own / "mnist").symlink_to(folder)
    monkeypatch.setattr("nnmath.learning.mnist.files", lambda name: folder / "package")
    with pytest.raises(
        ValueError, match=r"t10k-labels.*: expected content with SHA-256 ff7bcfd4"
    ):
        load_mnist("test")


def test_a_damaged_file_of_a_data_set_is_named(folder):
    (folder / "train-images-idx3-ubyte").write_bytes(WHOLE[:-1])
    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte: expected 18 bytes"):
        load_mnist("train", folder=folder)


def test_a_missing_file_is_named(folder):
    (folder / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(FileNotFoundError, match=r"train-labels-idx1-ubyte\.gz or train-labels"):
        load_mnist("train", folder=folder)


def test_one_label_too_few_is_refused(folder):
    labels = idx_bytes(np.array([3, 1, 4, 1], dtype=np.uint8))
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(labels)
    with pytest.raises(ValueError, match=r"one label for each of 5 pictures .*got 4 in"):
        load_mnist("train", folder=folder)


def test_labels_in_the_place_of_pictures_are_refused(folder):
    labels = idx_bytes(np.array([3, 1], dtype=np.uint8))
    (folder / "train-images-idx3-ubyte").write_bytes(labels)
    with pytest.raises(
        ValueError,
        match=r"from 0 to 255 in 3 dimensions, at least one, got uint8 of the shape \(2,\)$",
    ):
        load_mnist("train", folder=folder)


def test_an_unknown_split_is_refused():
    with pytest.raises(
        ValueError, match=r"^split must be 'train' or 'test', got 'validation'$"
    ):
        load_mnist("validation")


def test_pixels_as_whole_numbers_are_refused():
    with pytest.raises(TypeError, match=r"^dtype must be a floating-point type, got uint8$"):
        load_mnist("test", dtype=np.uint8)


@pytest.mark.parametrize("dtype", ["float31", 3, [1, 2]])
def test_what_is_no_type_of_numbers_is_refused_by_name(dtype):
    message = f"dtype must be a floating-point type, got {dtype!r}"
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        load_mnist("test", dtype=dtype)


@pytest.mark.parametrize(
    ("labels", "code"),
    [
        (np.array([3.7] * 5, ">f4"), 0x0D),
        (np.array([-1] * 5, "i1"), 0x09),
        (np.array([1000] * 5, ">i4"), 0x0C),
    ],
)
def test_labels_that_count_no_classes_are_refused(folder, labels, code):
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(idx_bytes(labels, code))
    with pytest.raises(
        ValueError, match=r"train-labels.*expected whole numbers from 0 to 999 in 1 dim"
    ):
        load_mnist("train", folder=folder)


def test_a_data_set_without_pictures_is_refused(folder):
    (folder / "train-images-idx3-ubyte").write_bytes(idx_bytes(np.zeros((0, 2, 3), np.uint8)))
    with pytest.raises(ValueError, match=r"at least one, got uint8 of the shape \(0, 2, 3\)$"):
        load_mnist("train", folder=folder)


def test_more_dimensions_than_an_array_can_have_are_refused_by_name(tmp_path):
    (tmp_path / "some-file").write_bytes(bytes([0, 0, 8, 200]) + b"\0\0\0\1" * 200 + b"\7")
    with pytest.raises(ValueError, match=r"some-file: the shape \(1, .*fits no array"):
        read_idx(tmp_path / "some-file")


def test_an_empty_folder_name_is_refused():
    with pytest.raises(ValueError, match=r"^folder must name a folder, got an empty path$"):
        load_mnist("train", folder="")


@pytest.mark.parametrize("folder", [3, b"data", ["data"]])
def test_a_folder_that_is_no_path_is_refused_by_name(folder):
    with pytest.raises(TypeError, match=r"^folder must be a path, got "):
        load_mnist("train", folder=folder)


def test_the_home_folder_of_a_user_who_is_not_known_is_refused():
    with pytest.raises(FileNotFoundError, match=r"^folder .*'~no-such-user/x': no such user$"):
        load_mnist("train", folder="~no-such-user/x")


def test_the_home_folder_can_be_written_with_a_tilde(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    assert load_mnist("train", folder="~")[0].shape == (6, 5)


def test_pixels_may_have_another_byte_order(folder):
    assert load_mnist("train", folder=folder, dtype=">f4")[0][5, 4] == np.float32(29) / 255


# As publishers pack them

PICTURES = np.arange(30).reshape(5, 2, 3)
CLASSES = np.array([3, 1, 4, 1, 5])
UPRIGHT = (PICTURES.reshape(5, 6).T / 255).tolist()


def write_files(folder, names, *, pictures=PICTURES, labels=CLASSES, kinds=("u1", "u1")):
    """Write the files of one split; a name that ends in .gz is compressed."""
    for name, array, kind in zip(names, (pictures, labels), kinds, strict=True):
        content = idx_bytes(array.astype(kind), ENTRY_CODES[kind])
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)


@pytest.mark.parametrize(
    ("split", "names", "contents"),
    [
        ("train", ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"], {}),
        ("test", ["t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"], {}),
        (
            "test",
            [f"t10k-{x}-ubyte/t10k-{x}-ubyte" for x in ("images-idx3", "labels-idx1")],
            {},
        ),
        (
            "train",
            ["qmnist-train-images-idx3-ubyte.gz", "qmnist-train-labels-idx2-int.gz"],
            {
                "labels": np.column_stack([CLASSES, np.full((5, 7), 2600)]),
                "kinds": ("u1", ">i4"),
            },
        ),
        (
            "test",
            [
                "emnist-letters-test-images-idx3-ubyte.gz",
                "emnist-letters-test-labels-idx1-ubyte",
            ],
            {"pictures": PICTURES.transpose(0, 2, 1), "labels": CLASSES + 1},
        ),
        (
            "train",
            [
                "EMNIST-Letters-train-images-IDX3-ubyte",
                "EMNIST-Letters-train-labels-IDX1-ubyte",
            ],
            {"pictures": PICTURES.transpose(0, 2, 1), "labels": CLASSES + 1},
        ),
        (
            "train",
            ["emnist-digits-train-images-idx3-ubyte", "emnist-digits-train-labels-idx1-ubyte"],
            {"pictures": PICTURES.transpose(0, 2, 1)},
        ),
        (
            "train",
            ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
            {"kinds": (">i2", ">i4")},
        ),
    ],
    ids=[
        "Fashion and KMNIST",
        "dots",
        "folders",
        "QMNIST",
        "letters",
        "capitals",
        "digits",
        "wide types",
    ],
)
def test_a_data_set_loads_as_it_is_published(tmp_path, split, names, contents):
    write_files(tmp_path, names, **contents)
    X, labels = load_mnist(split, folder=tmp_path)
    assert X.tolist() == UPRIGHT
    assert labels.tolist() == CLASSES.tolist()


@pytest.mark.parametrize(
    ("right", "other"),
    [
        ("train-{}-ubyte.gz", "train-{}-ubyte"),
        ("train-{}-ubyte", "kmnist-train-{}-ubyte"),
        ("train-{0}-ubyte.gz/train-{0}-ubyte", "train-{}-ubyte"),
    ],
    ids=["compressed", "MNIST's names", "unpacked"],
)
def test_of_files_of_several_names_the_right_ones_are_read(tmp_path, right, other):
    stems = "images-idx3", "labels-idx1"
    write_files(tmp_path, [right.format(stem) for stem in stems])
    write_files(tmp_path, [other.format(stem) for stem in stems], labels=CLASSES + 1)
    _, labels = load_mnist("train", folder=tmp_path)
    assert labels.tolist() == CLASSES.tolist()


def test_an_empty_folder_with_the_name_of_a_file_is_none(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").mkdir()
    with pytest.raises(
        FileNotFoundError,
        match=r": expected a file train-images-idx3-ubyte\.gz or train-images-idx3-ubyte, found "
        r"neither; there is train-images-idx3-ubyte$",
    ):
        load_mnist("train", folder=tmp_path)


def test_several_data_sets_in_one_folder_are_refused_by_name(tmp_path):
    for name in ("emnist-letters", "emnist-digits"):
        stem = f"{name}-train"
        write_files(tmp_path, [f"{stem}-images-idx3-ubyte", f"{stem}-labels-idx1-ubyte"])
    with pytest.raises(ValueError, match=r"one data set, found emnist-digits, emnist-letters:"):
        load_mnist("train", folder=tmp_path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("data/train.csv", r"there is train\.csv"),
        ("data/gzip.ZIP", r"there is gzip\.ZIP; unpack gzip\.ZIP"),
        ("data/MNIST/train-images-idx3-ubyte", "there is MNIST; name the folder .*/MNIST"),
        (
            "data/MNIST/raw/train-images-idx3-ubyte",
            "there is MNIST; name the folder .*/MNIST/raw",
        ),
        ("elsewhere", "there is no such folder"),
        ("data", "that is no folder"),
    ],
)
def test_what_a_folder_holds_instead_is_named(tmp_path, name, said):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("label,pixel0")
    with pytest.raises(FileNotFoundError, match=f"found neither; {said}$"):
        load_mnist("train", folder=tmp_path / "data")


@pytest.mark.parametrize(
    ("names", "said"), [("", "no file"), ("ihgfedcba", "a, b, c, d, e, f, g, h")]
)
def test_the_first_eight_names_of_what_a_folder_holds_are_said(tmp_path, names, said):
    for name in names:
        (tmp_path / name).write_text("label,pixel0")
    with pytest.raises(FileNotFoundError, match=f"found neither; there is {said}$"):
        load_mnist("train", folder=tmp_path)


def test_pixels_beyond_a_byte_are_refused(folder):
    pictures = np.full((5, 2, 3), 256, ">i2")
    (folder / "train-images-idx3-ubyte").write_bytes(idx_bytes(pictures, 0x0B))
    with pytest.raises(ValueError, match=r"expected whole numbers from 0 to 255"):
        load_mnist("train", folder=folder)
