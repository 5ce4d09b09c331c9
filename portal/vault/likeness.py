"""By what two photographs are recognised as one picture, however they were saved: 256 signs of lighter and darker.

Source: difference hash, as the library ImageHash takes it, of the upright picture in grey.
"""

from __future__ import annotations

import io

import imagehash
from PIL import Image

from portal.vault.renditions import draw_picture
from portal.vault.vocab import Recipe

_SIDE = 16
_SMALL = Recipe(longest_side=256, greyscale=True)


def likeness_of(original: bytes) -> int:
    """The signs of a picture as one number, the camera's rotation undone."""
    with Image.open(io.BytesIO(draw_picture(original, _SMALL)), formats=("JPEG",)) as picture:
        return int(str(imagehash.dhash(picture, _SIDE)), 16)
