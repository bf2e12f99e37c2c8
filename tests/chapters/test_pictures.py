"""What the chapter on photographs builds: light, threshold, parts, image files, and the digit among them."""

import struct
import zlib
from statistics import NormalDist

import numpy as np
import pytest
from PIL import Image

from nnmath import load_mnist
from nnmath.app import drawings, image_files
from nnmath.app.drawings import (
    Found,
    Strokes,
    contrast,
    deviation,
    digit_in,
    extent_of,
    ink_in,
    inner_parts,
    read_drawing,
    reason_against,
    roughness,
    smoothed,
    strokes_in,
    without_rules,
)
from nnmath.app.image_files import as_light, full_scale, opened, read_light
from nnmath.app.light import best_threshold, closed, highest, taken_light
from nnmath.app.made_photographs import KINDS, REFUSED
from nnmath.app.parts import InkPart, connected, gathered, parts_of
from nnmath.learning.kept_results import digest_of


def seven(shape=(120, 90)):
    """Draw a seven of straight strokes, eight pixels wide."""
    ink = np.zeros(shape)
    ink[30:38, 25:65] = 1.0
    ink[38:95, 57:65] = 1.0
    return ink


def saved(path, ink, **options):
    Image.fromarray(np.uint8(np.round(255 * (1 - ink)))).save(path, **options)
    return path


@pytest.fixture(scope="module")
def digits():
    """Give the first test picture of each class, centred as it is."""
    X, labels = load_mnist("test")
    return [X[:, np.flatnonzero(labels == c)[0]].reshape(28, 28) for c in range(10)]


# --- Photographs ------------------------------------------------------------------------------------


def shrunk(ink):
    """Show ink in its box as 12 by 12 samples, without anything that the package has."""
    rows, columns = (np.flatnonzero((ink > 0.3).any(axis=axis)) for axis in (1, 0))
    places = [at[0] + (np.arange(12) + 0.5) / 12 * (np.ptp(at) + 1) for at in (rows, columns)]
    sample = ink[np.ix_(*(place.astype(int) for place in places))]
    return sample / np.linalg.norm(sample)


@pytest.mark.parametrize("kind", KINDS)
def test_of_ten_photographs_of_a_kind_nine_show_their_own_digit(kind, digits):
    looks = [shrunk(digit) for digit in digits]
    right = 0
    for c, digit in enumerate(digits):
        found = shrunk(ink_in(KINDS[kind](digit, np.random.default_rng(c))))
        right += c == np.argmax([(found * look).sum() for look in looks])
    assert right >= 9


@pytest.mark.parametrize("kind", REFUSED)
def test_what_nobody_could_read_is_refused_with_the_reason(kind, digits):
    for c, digit in enumerate(digits[:5]):
        with pytest.raises(ValueError, match=r"^expected a digit to read, but "):
            ink_in(REFUSED[kind](digit, np.random.default_rng(c)))


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("blank sheet", "nothing stands out from the paper"),
        ("nothing but noise", "nothing stands out from the paper"),
        ("two digits", "there are 2 digits or other things, and one is read"),
        ("tiny digit", r"the ink is only \d pixels high and wide, and 8 are needed"),
        (
            "blank ruled sheet",
            "the ink touches the edge or lies along it, and a digit needs paper around it",
        ),
    ],
)
def test_reason_is_the_right_one(kind, reason, digits):
    with pytest.raises(ValueError, match=f"but {reason}$"):
        ink_in(REFUSED[kind](digits[3], np.random.default_rng(3)))


def test_two_digits_that_touch_and_spots_everywhere_are_refused(digits):
    row = np.zeros((60, 140))
    row[15:43, 30:58] = row[15:43, 46:74] = row[15:43, 62:90] = digits[2]
    row[34:37, 35:85] = 1.0
    with pytest.raises(ValueError, match="too wide for one digit"):
        ink_in(1 - row)
    spots = np.ones((150, 150))
    spots[10:140].reshape(13, 10, 150)[:, :6].reshape(13, 6, 15, 10)[:, :, 1:-1, :6] = 0
    with pytest.raises(ValueError, match="spots everywhere"):
        ink_in(spots)


@pytest.mark.parametrize("turned", [False, True])
def test_drawing_of_a_program_keeps_its_ink(turned):
    row, column = np.indices((112, 112)) + 0.5
    far = abs(np.hypot(row - 60, column - 50) - 30)  # a nought with a pen of radius 5
    ink = np.clip(5.5 - far, 0, 1)
    assert np.abs(ink_in(ink if turned else 1 - ink) - ink).max() <= 1e-12


def test_drawing_may_go_to_the_edge_of_an_even_ground_and_not_of_a_photograph():
    ink = seven()[:, 20:65]
    assert np.array_equal(ink_in(1 - ink), ink)
    noise = 0.02 * np.random.default_rng(0).standard_normal(ink.shape)
    with pytest.raises(ValueError, match="touches the edge"):
        ink_in(np.clip(0.9 - 0.8 * ink + noise, 0, 1))


@pytest.mark.parametrize("shape", [(1, 40), (40, 1), (1, 1)])
def test_a_picture_of_one_row_or_column_holds_no_digit(shape, recwarn):
    light = np.ones(shape)
    light.flat[10:14] = 0.1
    with pytest.raises(ValueError, match=r"^expected a digit to read"):
        ink_in(light)
    assert not recwarn.list


@pytest.mark.parametrize(("gap", "count"), [(2, 1), (3, 2)])
def test_a_gap_of_two_pixels_divides_no_stroke(gap, count):
    ink = seven()
    ink[60 : 60 + gap] = 0
    strokes = strokes_in(1 - ink, dark=True)
    assert len(parts_of(strokes.numbers)) == count
    assert np.array_equal(strokes.numbers >= 0, ink > 0)


def test_stray_pixels_are_no_ink_and_a_bar_above_is():
    ink = seven()
    ink[36:38] = 0  # the bar is a part of its own
    stray = ink.copy()
    stray[3, 80] = stray[110, 4] = 1.0
    assert np.array_equal(ink_in(1 - stray), ink)


# --- The digit among the parts ----------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(60, 61), (59, 80), (80, 59)])
def test_a_noisy_picture_of_sixty_pixels_along_each_side_is_smoothed_by_three_by_three(shape):
    h, w = shape
    light = np.random.default_rng(0).uniform(size=shape)
    rows, columns = (np.arange(-1, side + 1).clip(0, side - 1) for side in shape)
    around = light[np.ix_(rows, columns)]  # the edge, once more
    means = [[around[r : r + 3, c : c + 3].mean() for c in range(w)] for r in range(h)]
    expected = means if min(shape) == 60 else light
    assert smoothed(light) == pytest.approx(np.array(expected), abs=1e-12)


@pytest.mark.parametrize(
    ("light", "step"),
    [
        ([[0.0] * 4, [0.25] * 4] * 3, 0.25),  # 20 steps down the columns, and 18 of 0
        ([[0.0, 0.25] * 3] * 4, 0.25),
        ([[0.0, 0.0, 0.25]] * 3, 0.0),
        ([[0.5]], 0.0),
    ],
)
def test_roughness_is_the_median_of_the_steps_along_rows_and_columns(light, step):
    assert roughness(np.array(light)) == step


def test_deviation_is_that_of_normal_numbers_whatever_a_few_outliers_are():
    normal = NormalDist(mu=7, sigma=3)
    values = np.array([normal.inv_cdf((i + 0.5) / 1000) for i in range(1000)])
    values[::100] = 1e6
    assert deviation(values) == pytest.approx(3, rel=0.03)


def ruled(shape, share, columns, drop=None):
    """Mark a stroke that takes 1, and a line that takes a share of it and drops now and then."""
    taken, stroke = np.zeros((2, *shape))
    stroke[40:50, 20:24] = taken[40:50, 20:24] = 1.0
    for c in columns:
        taken[20 + (c // drop if drop else 0), c] = share
    return taken, stroke


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(
    ("shape", "share", "drop"),
    [((80, 70), 0.3, None), ((80, 70), 0.49, None), ((60, 60), 0.3, 6)],
)
def test_a_long_line_is_taken_off(shape, share, drop, axis):
    taken, stroke = ruled(shape, share, range(shape[1]), drop)
    if axis == 0:
        taken, stroke = taken.T, stroke.T
    assert np.array_equal(without_rules(taken), stroke)


@pytest.mark.parametrize(
    ("shape", "share", "columns", "drop"),
    [
        ((80, 70), 0.3, range(30, 50), None),
        ((80, 70), 0.5, range(70), None),
        ((59, 59), 0.3, range(15, 45), 6),
    ],
    ids=["short", "dark", "steep"],
)
def test_a_short_a_dark_and_a_steep_line_stay(shape, share, columns, drop):
    taken, _ = ruled(shape, share, columns, drop)
    assert np.array_equal(without_rules(taken), taken)


def strokes_of(ink, light=None, **others):
    """Make strokes of some ink as it is told, full and without noise if it is not."""
    given = {"dark": True, "taken": ink * 1.0, "ground": 0.0, "level": 1.0, "noise": 0.0}
    light = 1.0 - ink if light is None else light
    return Strokes(light=light, numbers=connected(ink > 0), **(given | others))


def block(shape, *sides):
    """Mark one block of ink, with the given number of rows and columns."""
    ink = np.zeros(shape)
    ink[20 : 20 + sides[0], 20 : 20 + sides[-1]] = 1.0
    return ink


@pytest.mark.parametrize(("shape", "distance"), [((59, 60), 2), ((60, 60), 3)])
def test_paper_is_looked_for_beyond_the_soft_edges(shape, distance):
    ink = block(shape, 10, 4)
    light = np.full(shape, 0.25)
    rim = slice(20 - distance, 30 + distance), slice(20 - distance, 24 + distance)
    light[rim] = 1.0
    light[20 - distance + 1 : 30 + distance - 1, 20 - distance + 1 : 24 + distance - 1] = 0.25
    strokes = strokes_of(ink, light)
    assert strokes.surrounded(*parts_of(strokes.numbers)) == 1.0


@pytest.mark.parametrize(
    ("dark", "light_of_ink", "share"),
    [(True, 0.25, 1), (True, 0.3, 0), (False, 0, 1), (False, 0.125, 0)],
)
def test_paper_differs_from_the_ink_by_half_of_its_level_at_least(dark, light_of_ink, share):
    ink = block((40, 40), 8)
    light = np.where(ink > 0, light_of_ink, 0.5)
    strokes = strokes_of(ink, light, dark=dark)
    assert strokes.surrounded(*parts_of(strokes.numbers)) == share


def test_a_part_that_fills_the_picture_is_surrounded_because_nothing_else_is_around():
    strokes = strokes_of(np.ones((9, 9)))
    assert strokes.surrounded(*parts_of(strokes.numbers)) == 1.0


@pytest.mark.parametrize(
    ("sides", "drawn"),
    [((20, 8), True), ((20, 9), False), ((20,), False), ((8,), False), ((7,), True)],
)
def test_strokes_hold_no_square_of_two_fifths_of_their_side(sides, drawn):
    strokes = strokes_of(block((60, 60), *sides))
    assert strokes.drawn(*parts_of(strokes.numbers)) is drawn


def test_ink_is_scaled_from_paper_to_full_ink_and_without_noise():
    ink = np.zeros((5, 12))
    ink[2, 2:10] = 1.0
    taken = np.zeros((5, 12))
    taken[2, 1:11] = [0.5, 1.0, 0.625, 0.5, 0.4375, 0.375, 0.25, 0.125, 0.0, 0.5]
    taken[4] = 0.5  # it is away from the ink
    strokes = strokes_of(ink, taken=taken, ground=0.125, level=0.5, noise=0.125)
    expected = np.zeros((5, 12))
    expected[2, 1:11] = [0.75, 1, 1, 0.75, 0, 0, 0, 0, 0, 0.75]
    assert np.array_equal(strokes.ink_of(*parts_of(strokes.numbers)), expected)


@pytest.mark.parametrize("wide", [13, 14])
def test_the_window_of_the_closing_is_a_quarter_of_the_longer_side(wide):
    ink = block((50, 60), 20, wide)
    strokes = strokes_in(1 - 0.5 * ink, dark=True)
    assert np.array_equal(strokes.numbers >= 0, ink > 0)
    s = ink.mean()
    for light in (1 - 0.5 * ink, 0.25 + 0.5 * ink):
        assert contrast(light) == pytest.approx(s * (1 - s) / 4, rel=1e-12)


def test_an_even_picture_has_no_contrast():
    assert contrast(np.full((20, 20), 0.5)) == 0


def test_ink_takes_eight_hundredths_of_the_light_at_least():
    ink = block((50, 60), 20, 4) > 0
    assert strokes_in(np.where(ink, 0.92**2, 0.92), dark=True).level == 0.08
    assert strokes_in(np.where(ink, 0.92**2 + 1e-9, 0.92), dark=True) is None


@pytest.mark.parametrize(("level", "stands_out"), [(0.198, False), (0.205, True)])
def test_ink_takes_ten_times_as_much_as_the_paper_is_rough(level, stands_out):
    rough = np.indices((61, 61)).sum(axis=0) % 2 / 50
    light = 1 - np.where(block((61, 61), 20, 4) > 0, level, rough)
    strokes = strokes_in(light, dark=True)
    assert (strokes is not None) is stands_out


@pytest.mark.parametrize(("level", "stands_out"), [(0.17, False), (0.21, True)])
def test_ink_lies_five_deviations_above_the_paper_at_least(level, stands_out, monkeypatch):
    shades = [0, 0.02, 0.04, 0.06, 0.08]  # 0.04, with a deviation of 0.03
    paper = np.tile(np.repeat(shades, 4), (20, 1))
    taken = np.where(np.indices((20, 20))[0] % 10 == 0, level, paper)
    monkeypatch.setattr(drawings, "taken_light", lambda light, n, *, dark: taken)
    monkeypatch.setattr(drawings, "without_rules", lambda taken: taken)
    strokes = strokes_in(1 - taken, dark=True)
    assert (strokes is not None) is stands_out
    if stands_out:
        assert np.array_equal(strokes.numbers >= 0, taken == level)


@pytest.mark.parametrize(("shape", "count"), [((59, 60), 2), ((60, 60), 1)])
def test_a_gap_divides_a_stroke_in_a_small_picture_only(shape, count):
    ink = block(shape, 21, 4)
    ink[30] = 0
    strokes = strokes_in(1 - ink, dark=True)
    assert len(parts_of(strokes.numbers)) == count
    assert np.array_equal(strokes.numbers == -1, ink == 0)


@pytest.mark.parametrize("dark", [True, False])
def test_the_light_of_light_strokes_is_turned_round(dark):
    light = 0.25 + 0.5 * block((50, 60), 20, 4)
    strokes = strokes_in(light if not dark else 1 - light, dark=dark)
    assert np.array_equal(strokes.light, 1 - light)


@pytest.mark.parametrize(("columns", "inside"), [(9, True), (10, False)])
def test_ink_on_half_of_the_edge_is_no_drawing_of_its_own(columns, inside):
    ink = np.zeros((20, 20))
    ink[:, :columns] = 1.0
    assert len(inner_parts(strokes_of(ink))) == inside


@pytest.mark.parametrize(("area", "count"), [(20, 1), (21, 2), (22, 2)])
def test_a_part_with_less_than_a_twentieth_of_the_largest_is_a_speck(area, count):
    ink = block((80, 80), 20, 21)
    ink[60, 30 : 30 + area] = 1.0
    assert len(inner_parts(strokes_of(ink))) == count


def bars(count):
    """Draw bars far from each other."""
    ink = np.zeros((160, 150))
    for i in range(count):
        row, column = 10 + 25 * (i // 6), 10 + 25 * (i % 6)
        ink[row : row + 10, column : column + 3] = 1.0
    return ink


def rungs(count):
    """Draw bars close above each other."""
    ink = np.zeros((59, 50))
    for i in range(count):
        ink[8 + 4 * i : 10 + 4 * i, 18:30] = 1.0
    return ink


NO_STROKES = "what stands out is not made of strokes with paper around them"


@pytest.mark.parametrize(
    ("ink", "reason"),
    [
        (bars(1), ""),
        (bars(30), "there are 30 digits or other things, and one is read"),
        (bars(31), "there are spots everywhere"),
        (rungs(10), ""),
        (rungs(11), NO_STROKES),
        (block((59, 60), 12), NO_STROKES),
        (np.zeros((59, 60)), "nothing stands out from the paper"),
    ],
    ids=["bar", "thirty bars", "more bars", "ten pieces", "more pieces", "block", "nothing"],
)
def test_the_reason_against_what_is_no_digit_is_said(ink, reason):
    assert digit_in(1 - ink, dark=True).reason == reason


@pytest.mark.parametrize(("share", "reason"), [(0.7, ""), (0.69, NO_STROKES)])
def test_paper_surrounds_seven_tenths_of_a_digit_at_least(share, reason, monkeypatch):
    monkeypatch.setattr(Strokes, "surrounded", lambda strokes, part: share)
    assert digit_in(1 - bars(1), dark=True).reason == reason


def rectangles(*sizes):
    """Place parts beside each other, of the given heights and widths."""
    return [
        InkPart((i,), h * w, 5, 100 * i, 5 + h, 100 * i + w) for i, (h, w) in enumerate(sizes)
    ]


@pytest.mark.parametrize(("sizes", "extent"), [([(3, 7)], 21), ([(3, 7), (4, 5)], 4 * 105)])
def test_the_extent_is_that_of_all_parts(sizes, extent):
    assert extent_of(rectangles(*sizes)) == extent


@pytest.mark.parametrize(
    ("sizes", "reason"),
    [
        ([(8, 5)], ""),
        ([(7, 5)], "the ink is only 7 pixels high and wide, and 8 are needed"),
        ([(10, 5), (3, 3)], ""),
        ([(10, 5), (3, 4)], "there are 2 digits or other things, and one is read"),
        ([(10, 16)], ""),
        ([(10, 17)], "the ink is too wide for one digit"),
    ],
)
def test_the_only_digit_has_a_size_and_nothing_like_it_beside(sizes, reason):
    assert reason_against(rectangles(*sizes)) == reason


def test_of_two_colours_that_in_which_the_ink_differs_most_is_read():
    ink = seven()
    faint = 1 - 0.25 * ink
    for light in ([faint, 1 - ink[::-1]], [1 - ink[::-1], faint]):
        assert np.array_equal(ink_in(np.stack(light, axis=2)), ink[::-1])


@pytest.mark.parametrize(
    ("dark", "bright", "taken"),
    [
        ((0.9, 100), (0.95, 50), "dark"),
        ((0.95, 50), (0.9, 100), "bright"),
        ((0.9, 50), (0.75, 100), "dark"),
        ((0.75, 100), (0.9, 50), "bright"),
    ],
)
def test_what_paper_surrounds_better_is_taken_and_of_two_alike_the_larger(
    dark, bright, taken, monkeypatch
):
    found = {True: Found("", *dark, np.array(1.0)), False: Found("", *bright, np.array(0.0))}
    monkeypatch.setattr(drawings, "digit_in", lambda light, *, dark: found[bool(dark)])
    assert ink_in(np.ones((9, 9))) == (taken == "dark")


# --- Image files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        *((mode, "d.png") for mode in ("L", "RGB", "RGBA", "LA", "1", "P")),
        ("CMYK", "d.tif"),
        ("LAB", "d.tif"),
        ("F", "d.tif"),
        ("I", "d.tif"),
        ("P", "d.gif"),
        ("RGB", "d.webp"),
        ("RGB", "d.bmp"),
    ],
)
def test_drawing_is_read_from_every_kind_of_image(tmp_path, mode, name):
    image = Image.fromarray(np.uint8(255 * (1 - seven())))
    if mode == "LAB":
        zero = Image.new("L", image.size, 128)
        image = Image.merge("LAB", (image, zero, zero))
    options = {"lossless": True} if name.endswith("webp") else {}
    image.convert(mode).save(tmp_path / name, **options)
    assert np.abs(read_drawing(tmp_path / name) - seven()).max() <= 0.02


def test_grey_in_sixteen_bits_is_not_cut_off(tmp_path):
    grey = np.arange(0, 65536, 257, dtype=np.uint16).reshape(16, 16)
    Image.fromarray(grey).save(tmp_path / "fine.png")
    assert np.abs(read_light(tmp_path / "fine.png")[:, :, 0] - grey / 65535).max() <= 1e-7


def test_numbers_are_scaled_by_the_largest_of_their_kind():
    assert np.array_equal(full_scale(np.array([0.0, 0.25])), [0, 0.25])
    assert np.array_equal(full_scale(np.array([0, 51])), [0, 0.2])
    assert full_scale(np.array([0, 2**16 - 1, 13107])).tolist() == [0, 1, 0.2]
    assert full_scale(np.array([2**32 - 1, 0])).tolist() == [1, 0]
    for wrong in (np.nan, np.inf, -1.0, 2.0**33):
        with pytest.raises(
            ValueError, match=r"^its numbers are not between 0 and a largest one for white$"
        ):
            full_scale(np.array([0.5, wrong]))


def test_photograph_is_turned_as_the_camera_noted(tmp_path):
    image = Image.fromarray(np.uint8(255 * (1 - seven())))
    note = image.getexif()
    note[274] = 6  # held so that it must be turned by a quarter, clockwise
    image.save(tmp_path / "drawing.png", exif=note)
    light = read_light(tmp_path / "drawing.png")[:, :, 0]
    assert np.array_equal(light, 1 - np.rot90(seven(), -1))


@pytest.mark.parametrize("shade", [0, 255])
def test_strokes_of_any_shade_on_a_transparent_ground_are_ink(tmp_path, shade):
    pixels = np.full((*seven().shape, 4), shade, np.uint8)
    pixels[:, :, 3] = 255 * seven()
    Image.fromarray(pixels, "RGBA").save(tmp_path / "canvas.png")
    assert np.array_equal(read_drawing(tmp_path / "canvas.png"), seven())


COLOURS = np.uint8([[(51, 102, 204, 255), (255, 0, 0, 51), (9, 9, 9, 0)]])
IN_FRONT_OF_WHITE = [[(0.2, 0.4, 0.8), (1, 0.8, 0.8), (1, 1, 1)]]


@pytest.mark.parametrize("mode", ["RGBA", "RGBa"])
def test_the_ground_behind_what_is_transparent_is_white(mode):
    image = Image.fromarray(COLOURS, "RGBA").convert(mode)
    assert as_light(image) == pytest.approx(np.array(IN_FRONT_OF_WHITE), abs=1e-12)


def test_a_colour_that_stands_for_the_ground_is_transparent(tmp_path):
    grey = Image.fromarray(np.uint8(128 * seven()))
    grey.save(tmp_path / "grey.png", transparency=0)
    light = read_light(tmp_path / "grey.png")[:, :, 0]
    assert np.abs(light - np.where(seven() > 0, 128 / 255, 1)).max() <= 1e-12


@pytest.mark.parametrize(("step", "shows"), [(15, False), (16, True)])
def test_the_cover_is_the_ink_where_colour_differs_by_less_than_a_sixteenth(step, shows):
    pixels = np.full((3, 4, 4), 255, np.uint8)
    pixels[0, :, 3] = [0, 51, 102, 153]
    pixels[1, :, :3] -= np.uint8(step)
    light = np.ones((3, 4, 1))
    if shows:
        light[1] -= step / 255
    else:
        light[:, :, 0] = [[1, 0.8, 0.6, 0.4], [0] * 4, [0] * 4]
    assert as_light(Image.fromarray(pixels, "RGBA")) == pytest.approx(light, abs=1e-12)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "P"])
def test_light_has_one_colour_where_all_are_the_same(mode):
    image = Image.fromarray(np.uint8([[0, 51], [204, 255]])).convert(mode)
    assert as_light(image)[:, :, 0] == pytest.approx(np.array([[0, 0.2], [0.8, 1]]), abs=1e-12)
    assert as_light(image).shape == (2, 2, 1)


@pytest.mark.parametrize("mode", ["F", "I", "I;16", "L", "RGB", "RGBA"])
def test_light_is_in_double_precision(mode):
    assert as_light(Image.new(mode, (3, 2))).dtype == np.float64


def test_of_a_moving_picture_the_first_frame_is_read(tmp_path):
    frames = [Image.fromarray(np.uint8(255 * (1 - ink))) for ink in (seven(), seven()[::-1])]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert np.array_equal(read_drawing(tmp_path / "moving.gif"), seven())


def test_large_photograph_is_reduced(tmp_path):
    large = np.kron(seven(), np.ones((12, 12)))
    saved(tmp_path / "large.jpg", large)
    ink = read_drawing(tmp_path / "large.jpg")
    assert max(ink.shape) <= 480
    rows, columns = (np.flatnonzero((ink > 0.5).any(axis=axis)) for axis in (1, 0))
    share = np.array([rows[0], rows[-1] + 1]) / ink.shape[0]
    assert np.abs(share - [30 / 120, 95 / 120]).max() <= 1 / 100
    assert abs(columns[0] / ink.shape[1] - 25 / 90) <= 1 / 100


def png_of_size(path, width, height):
    """Write a PNG that says how large it is, and has no pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
        + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )  # fmt: skip
    return path


@pytest.mark.parametrize("size", [(10_000, 6_001), (20_000, 10_000)])
def test_too_many_pixels_are_refused_before_they_are_read(tmp_path, size):
    with pytest.raises(ValueError, match=r"huge\.png: cannot be read as an image: .* pixels"):
        read_drawing(png_of_size(tmp_path / "huge.png", *size))


def test_how_many_pixels_are_too_many_is_said_by_the_package_alone(tmp_path):
    path = png_of_size(tmp_path / "large.png", 10_000, 9_000)  # Pillow would warn
    said = r"^it has 90,000,000 pixels, and at most 60,000,000 are read$"
    with path.open("rb") as file, pytest.raises(ValueError, match=said):
        opened(file)


def test_the_most_pixels_are_read(tmp_path):
    with png_of_size(tmp_path / "most.png", 10_000, 6_000).open("rb") as file:
        assert opened(file).size == (10_000, 6_000)


def test_other_warnings_of_pillow_are_seen(tmp_path):
    path = png_of_size(tmp_path / "d.png", 3, 2)
    frames = b"acTL" + bytes(8)  # a moving picture of no frames
    chunk = struct.pack(">I", 8) + frames + struct.pack(">I", zlib.crc32(frames))
    content = path.read_bytes()
    path.write_bytes(content[:33] + chunk + content[33:])
    with path.open("rb") as file, pytest.warns(UserWarning, match="Invalid APNG"):
        opened(file)


def test_of_a_large_jpeg_an_eighth_of_each_side_is_read(tmp_path):
    with saved(tmp_path / "large.jpg", np.zeros((3840, 3840))).open("rb") as file:
        assert opened(file).size == (480, 480)


@pytest.fixture
def heic(tmp_path):
    path = tmp_path / "p.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    return path


def test_heic_says_what_to_install(heic):
    with pytest.raises(
        ModuleNotFoundError,
        match=r"^reading a photograph in the format HEIC needs pillow-heif: "
        r"pip install pillow-heif, or save it as JPEG$",
    ):
        read_drawing(heic)


def test_heic_is_read_with_what_is_to_be_installed(heic, monkeypatch):
    called = []
    opener = type("Heif", (), {"register_heif_opener": lambda: called.append(True)})
    monkeypatch.setattr(image_files, "import_module", {"pillow_heif": opener}.__getitem__)
    with pytest.raises(ValueError, match="no format that Pillow reads"):
        read_drawing(heic)
    assert called


@pytest.mark.parametrize("head", [b"ftypisom", b"stypheic"])
def test_a_film_is_no_heic(tmp_path, head):
    (tmp_path / "film.mp4").write_bytes(b"\0\0\0\x18" + head + bytes(100))
    with pytest.raises(ValueError, match=r"film\.mp4: is in no format that Pillow reads$"):
        read_drawing(tmp_path / "film.mp4")


def test_foreign_damaged_and_missing_files_are_refused_with_the_reason(tmp_path):
    (tmp_path / "text.png").write_text("no image")
    with pytest.raises(ValueError, match=r"text\.png: is in no format that Pillow reads$"):
        read_drawing(tmp_path / "text.png")
    whole = saved(tmp_path / "whole.png", seven()).read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"half\.png: cannot be read as an image: .*truncated"):
        read_drawing(tmp_path / "half.png")
    saved(tmp_path / "empty.png", np.zeros((30, 30)))
    with pytest.raises(ValueError, match=r"empty\.png: expected a digit to read, but nothing"):
        read_drawing(tmp_path / "empty.png")
    with pytest.raises(FileNotFoundError):
        read_drawing(tmp_path / "missing.png")


def test_without_pillow_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    with pytest.raises(
        ModuleNotFoundError, match=r"^reading image files needs Pillow: pip install pillow$"
    ):
        read_drawing(tmp_path / "any.png")


# --- Light, threshold, parts ------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 3, 5, 7, 13])
def test_highest_is_that_of_each_window(n):
    line = np.random.default_rng(n).normal(size=9)
    expected = [max(line[max(0, i - n // 2) : i + n // 2 + 1]) for i in range(9)]
    assert highest(line, n, 0).tolist() == expected
    both = np.stack([line, line[::-1]])
    assert highest(both, n, 1).tolist() == [expected, expected[::-1]]


def test_closing_fills_what_is_thinner_than_the_window_and_nothing_wider():
    light = np.full((30, 40), 0.5)
    light[:, 20:] = 1.0
    drawn = light.copy()
    drawn[5:20, 8:12] = 0.1
    assert np.array_equal(closed(drawn, 5), light)
    drawn[5:20, 8:13] = 0.1
    assert np.array_equal(closed(drawn, 5), drawn)


def test_of_dark_strokes_the_share_is_taken():
    light = np.full((20, 20), 0.5)
    light[5:15, 9:11] = 0.125
    expected = np.where(light < 0.5, 0.75, 0)
    assert np.array_equal(taken_light(light, 5), expected)


def test_light_strokes_are_taken_from_the_dark():
    light = np.full((20, 20), 0.25)
    light[5:15, 9:11] = 0.75
    expected = np.where(light > 0.5, 0.5, 0)
    assert np.array_equal(taken_light(light, 5, dark=False), expected)
    assert not taken_light(np.full((9, 9), 0.01), 3).any()


def test_threshold_is_the_best_of_all_divisions():
    for seed in range(20):
        values = np.random.default_rng(seed).integers(0, 12, 9).astype(float)
        sums = {}
        for t in np.arange(0.5, 12):
            classes = values[values < t], values[values > t]
            if all(map(len, classes)):
                sums[t] = sum(((v - v.mean()) ** 2).sum() for v in classes)
        least = min(sums.values())
        threshold, between = best_threshold(values.reshape(3, 3))
        assert sums[int(threshold - 1e-9) + 0.5] == pytest.approx(least, rel=1e-12)
        assert between == pytest.approx(values.var() - least / 9, rel=1e-10)


def test_two_numbers_are_a_class_each():
    assert best_threshold(np.array([1.0, 0.0])) == (0.5, 0.25)


def test_equal_numbers_stay_together_where_rounding_hides_what_is_between_them():
    low, high = 0.3, 0.3 + 2 * np.spacing(0.3)
    threshold, _ = best_threshold(np.array([low] * 3 + [high] * 12))
    assert low < threshold < high


@pytest.mark.parametrize("dtype", [np.uint8, np.float16, float])
def test_a_threshold_is_computed_in_double_precision(dtype):
    assert best_threshold(np.array([100, 110, 200, 210], dtype)) == (155.0, 2500.0)


def test_equal_numbers_have_no_threshold():
    with pytest.raises(ValueError, match=r"^values must not all be the same$"):
        best_threshold(np.full(5, 0.3))


def test_a_spiral_is_one_part_and_corners_touch():
    spiral = (
        np.array([list(row) for row in ("#####", "....#", "###.#", "#...#", "#####")]) == "#"
    )
    assert set(connected(spiral)[spiral]) == {0}
    corners = np.eye(4, dtype=bool)
    assert set(connected(corners | corners[::-1])[corners]) == {0}
    apart = np.array([[1, 0, 1], [1, 0, 0], [0, 0, 1]], bool)
    assert connected(apart).tolist() == [[0, -1, 2], [0, -1, -1], [-1, -1, 8]]


def test_a_part_in_the_first_corner_is_listed():
    ink = np.array([[1, 0, 0], [1, 0, 1]], bool)
    assert parts_of(connected(ink)) == [
        InkPart((0,), 2, 0, 0, 2, 1),
        InkPart((5,), 1, 1, 2, 2, 3),
    ]


def box(top, left, height, width):
    """Make a part that fills its rectangle."""
    return InkPart((0,), height * width, top, left, top + height, left + width)


def turned(part):
    """Swap a part's rows and columns."""
    return InkPart(part.numbers, part.area, part.left, part.top, part.right, part.bottom)


@pytest.mark.parametrize(
    ("inner", "held"),
    [
        (box(11, 21, 28, 28), True),
        (box(10, 21, 28, 28), False),
        (box(11, 20, 28, 28), False),
        (box(12, 21, 28, 28), False),
        (box(11, 22, 28, 28), False),
        (box(20, 30, 7, 4), True),
        (box(20, 30, 4, 7), True),
        (box(20, 30, 6, 6), False),
    ],
)
def test_a_frame_holds_what_is_inside_on_every_side_and_above_a_fifth_of_it(inner, held):
    assert box(10, 20, 30, 30).holds(inner) is held


@pytest.mark.parametrize(
    ("part", "there"),
    [
        (box(0, 30, 9, 9), True),
        (box(1, 30, 9, 9), False),
        (box(71, 30, 9, 9), True),
        (box(70, 30, 9, 9), False),
        (box(5, 30, 5, 20), True),  # four times as wide as high, in the outer eighth
        (box(5, 30, 5, 19), False),
        (box(6, 30, 5, 20), False),
        (box(70, 30, 5, 20), True),
        (box(69, 30, 5, 20), False),
        (box(40, 30, 5, 20), False),
        (box(5, 30, 20, 5), False),  # towards the edge, not along it
    ],
)
def test_a_part_at_an_edge_touches_it_or_is_a_strip_along_it(part, there):
    assert part.at_edge((80, 160)) is there
    assert turned(part).at_edge((160, 80)) is there


@pytest.mark.parametrize(
    ("other", "one"),
    [
        (box(60, 27, 30, 20), True),  # below a part of 10 by 40: a quarter of 40 down
        (box(61, 27, 30, 20), False),
        (box(60, 28, 30, 20), False),  # they share fewer than 3 columns of 10
        (box(45, 50, 30, 20), False),
        (box(20, 36, 15, 6), True),  # a piece: below 0.4 of 40, and 6 away
        (box(56, 29, 15, 6), True),
        (box(20, 37, 15, 6), False),
        (box(57, 29, 15, 6), False),
        (box(20, 36, 16, 6), False),
    ],
)
def test_parts_make_one_digit_if_one_stands_above_the_other_or_is_a_piece_close_by(other, one):
    part = box(10, 20, 40, 10)
    assert part.belongs_to(other) is one
    assert other.belongs_to(part) is one


def test_parts_have_their_rectangles_and_pieces_are_gathered():
    numbers = connected(np.rot90(seven(), 2) + np.pad(np.ones((3, 4)), ((2, 115), (5, 81))) > 0)
    large, small = parts_of(numbers)
    assert (large.top, large.left, large.bottom, large.right) == (25, 25, 90, 65)
    assert (small.area, small.height, small.width, small.side) == (12, 3, 4, 4)
    assert gathered([small, large]) == [large, small]
    ink = seven()
    ink[36:40] = 0
    (whole,) = gathered(parts_of(connected(ink > 0)))
    assert (whole.top, whole.bottom, whole.area) == (30, 95, int(ink.sum()))


def test_what_a_function_of_the_package_takes_from_around_it_counts():
    blue, red = KINDS["blue ink"], KINDS["red ink"]
    assert blue.__qualname__ == red.__qualname__
    assert digest_of(blue) != digest_of(red)
