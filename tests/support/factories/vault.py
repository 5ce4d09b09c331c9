"""Invented files of every kind that the vault's tests look at."""

from __future__ import annotations

import io
from random import Random

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import ExifTags, Image

ORIENTATION_ON_THE_SIDE = 6
SECRETS = (b"Invented Camera", b"Invented Author", b"app.alert", b"attached secret", b"secret note")


def picture(width: int = 64, height: int = 48) -> Image.Image:
    """A red left half and a blue right half under some grain."""
    drawn = Image.new("RGB", (width, height), (200, 30, 30))
    drawn.paste((30, 30, 200), (width // 2, 0, width, height))
    grain = Image.frombytes("L", (width, height), Random(7).randbytes(width * height))  # noqa: S311  # grain, not a secret
    return Image.blend(drawn, grain.convert("RGB"), 0.1)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def camera_notes(taken: str = "2016:01:09 10:11:12", orientation: int = 1) -> Image.Exif:
    notes = Image.Exif()
    notes[ExifTags.Base.Make] = "Invented Camera"
    notes[ExifTags.Base.Orientation] = orientation
    notes.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    notes.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (33.0, 30.0, 0.0)
    return notes


def jpeg(**notes: object) -> bytes:
    return saved(picture(), "JPEG", exif=camera_notes(**notes), comment=b"secret note")


def png() -> bytes:
    return saved(picture(), "PNG")


def tiff(pages: int = 1, **options: object) -> bytes:
    return saved(
        picture(), "TIFF", save_all=True, append_images=[picture() for _ in range(pages - 1)], **options
    )


def pdf(pages: int = 1) -> bytes:
    with pikepdf.new() as paper:
        for _ in range(pages):
            paper.add_blank_page(page_size=(200, 100))
        return _written(paper)


def locked_pdf() -> bytes:
    with pikepdf.new() as paper:
        paper.add_blank_page()
        return _written(paper, encryption=pikepdf.Encryption(owner="invented", user="invented"))


def talking_pdf() -> bytes:
    """A page with a photograph, and every kind of thing that must not survive beside it."""
    with pikepdf.new() as paper:
        paper.add_blank_page(page_size=(200, 100))
        page = paper.pages[0].obj
        _give_photograph(paper, page)
        script = Dictionary(S=Name.JavaScript, JS="app.alert('x')")
        paper.Root.OpenAction = script
        paper.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["x", script])))
        page.AA = Dictionary(O=script)
        page.Annots = Array([paper.make_indirect(_link(script))])
        page.Metadata = paper.make_stream(b"<x>secret note</x>")
        paper.attachments["note.txt"] = b"attached secret"
        paper.docinfo[Name.Author] = "Invented Author"
        return _written(paper, compress_streams=False)


def _give_photograph(paper: Pdf, page: pikepdf.Object) -> None:
    photograph = paper.make_stream(jpeg(), Type=Name.XObject, Subtype=Name.Image, Width=64, Height=48)
    photograph.ColorSpace, photograph.BitsPerComponent = Name.DeviceRGB, 8
    photograph.Filter = Name.DCTDecode
    photograph.Metadata = paper.make_stream(b"<x>secret note</x>")
    page.Resources = Dictionary(
        XObject=Dictionary(Metadata=photograph),  # an awkward name for a picture must not cost the picture
        Properties=Dictionary(MC0=Dictionary(Note="secret note")),
    )
    page.Contents = paper.make_stream(b"q 200 0 0 100 0 0 cm /Metadata Do Q")


def _link(script: Dictionary) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=script)


def _written(paper: Pdf, **options: object) -> bytes:
    buffer = io.BytesIO()
    paper.save(buffer, **options)
    return buffer.getvalue()
