"""Which picture belongs to an asset id?

Drawn from the asset id alone, so that every recording shows the same face; nobody is portrayed.
"""

import colorsys
import functools
import hashlib
import io

from PIL import Image, ImageDraw

__all__ = ["favicon", "portrait"]

JPEG_QUALITY = 60
# Drawn larger than asked for, then reduced: smooth edges make small files.
OVERSAMPLING = 2


@functools.lru_cache(maxsize=512)
def portrait(asset_id, width, height):
    """Return a JPEG of the asked size: a head and shoulders in colours that the asset id decides."""
    seed = hashlib.sha256(asset_id.encode()).digest()
    side = 100
    image = Image.new("RGB", (side * OVERSAMPLING,) * 2, _colour(seed[0], 0.25, 0.92))
    draw = ImageDraw.Draw(image)

    def ellipse(left, top, right, bottom, fill):
        draw.ellipse([value * OVERSAMPLING for value in (left, top, right, bottom)], fill=fill)

    skin = _colour(18 + seed[1] % 6, 0.30 + seed[2] / 850, 0.95 - seed[2] / 510)
    hair = _colour(seed[3] % 32, 0.5, 0.15 + seed[4] / 400)
    ellipse(12, 68, 88, 150, _colour(seed[5], 0.45, 0.6))
    ellipse(28, 12 + seed[6] % 5, 72, 62 + seed[7] % 14, hair)
    ellipse(32, 22 + seed[8] % 5, 68, 74, skin)
    for eye in (42, 56):
        ellipse(eye, 44, eye + 3, 48, (40, 40, 40))
    ellipse(45, 60, 56, 62 + seed[9] % 3, (150, 70, 70))
    return _encoded(image.resize((width, height), Image.LANCZOS), "JPEG", quality=JPEG_QUALITY, optimize=True)


@functools.lru_cache(maxsize=1)
def favicon():
    """Return the site's icon as a PNG."""
    image = Image.new("RGB", (16, 16), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    draw.rectangle((6, 2, 9, 13), fill=(0, 128, 128))
    draw.rectangle((2, 6, 13, 9), fill=(0, 128, 128))
    return _encoded(image, "PNG")


def _colour(hue, saturation, value):
    """Return the RGB colour of a hue from 0 to 255."""
    return tuple(int(255 * part) for part in colorsys.hsv_to_rgb(hue / 256, saturation, value))


def _encoded(image, kind, **options):
    """Return the bytes of an image file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
