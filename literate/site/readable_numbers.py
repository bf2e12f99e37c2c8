"""Numbers as a reader wants them: two digits, and powers of ten as powers."""

import math

from docutils import nodes


def number_nodes(value: float) -> list[nodes.Node]:
    """Write a number with two digits, as ``1.1·10⁻¹⁶`` where it is small or large."""
    if math.isnan(value):
        return [nodes.Text("NaN")]
    if math.isinf(value):
        return [nodes.Text("infinity" if value > 0 else "−infinity")]
    if value == 0 or 0.01 <= abs(value) < 1000:
        digits = f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"
        return [nodes.Text(digits.replace("-", "−"))]
    mantissa, exponent = f"{value:.1e}".split("e")
    power = str(int(exponent)).replace("-", "−")
    mantissa = mantissa.replace("-", "−")
    return [nodes.Text(f"{mantissa}·10"), nodes.superscript("", power)]
