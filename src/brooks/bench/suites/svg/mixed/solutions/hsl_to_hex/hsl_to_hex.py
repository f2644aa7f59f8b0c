from colorsys import hls_to_rgb
from math import floor


def hsl_to_hex(hue: float, saturation: float, lightness: float) -> str:
    """Return a colour of the HSL model as `#rrggbb`."""
    if not (0 <= saturation <= 1 and 0 <= lightness <= 1):
        raise ValueError(
            f"saturation and lightness are shares from 0 to 1: {saturation!r}, {lightness!r}"
        )
    channels = hls_to_rgb(hue % 360 / 360, lightness, saturation)
    return "#" + "".join(f"{floor(255 * channel + 0.5):02x}" for channel in channels)
