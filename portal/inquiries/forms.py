"""What a family and the desk send about an inquiry; every field keeps what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.inquiries.answers import (
    Arrest,
    Asker,
    Name,
    Origin,
    email_in,
    is_day_of,
    month_in,
    number_in,
    one_line,
    phone_in,
    year_in,
)
from portal.inquiries.labels import CHANNELS, CONSENTS, DANGER, LAYERS, RELATIONS, SAFE, WEEK, WISHES
from portal.inquiries.vocab import (
    Channel,
    GivenConsent,
    Layer,
    Purpose,
    Relation,
    SafeContact,
    Wish,
    default_wish,
)
from portal.web.forms import LONGEST_LINE, PortalForm, answered

EARLIEST_BIRTH, EARLIEST_ARREST = 1880, 1950
LONGEST_STORY = 2000
EXAMPLES = {"birth_year": 1985, "arrested_year": 2013, "arrested_month": 5, "arrested_day": 17}


def _line(label: object) -> StringField:
    return StringField(label, validators=[_at_most(LONGEST_LINE)])


def _text(label: object) -> TextAreaField:
    return TextAreaField(label, validators=[_at_most(LONGEST_STORY)], render_kw={"rows": 4})


def _at_most(letters: int) -> Length:
    words = _l("This is too long. Please use at most %(most)s letters.", most=letters)
    return Length(max=letters, message=words)


def _one_of(label: object, words: Mapping[Any, object], default: str | None = None) -> RadioField:
    choices = [SelectChoice(str(word), text) for word, text in words.items()]
    return RadioField(label, choices=choices, default=default, validators=[answered()])


def _wish(layer: Layer) -> RadioField:
    return _one_of(LAYERS[layer], WISHES, default_wish(layer).value)


def _hour(label: object, hours: range, default: int) -> SelectField:
    choices = [SelectChoice(hour, f"{hour:02}:00") for hour in hours]
    return SelectField(label, choices=choices, coerce=int, default=default)


def _consent(purpose: Purpose, if_not: object) -> BooleanField:
    return BooleanField(CONSENTS[purpose], validators=[InputRequired(if_not)])


def _lines(*fields: Field) -> list[str | None]:
    return [one_line(field.data) for field in fields]


class StepForm(PortalForm):
    """One page of the wizard; `today` is set before it is validated, since possible years end with it."""

    today = date.max

    def whole(self, field: Field) -> int | None:
        """The number in a field, or a request to write one."""
        try:
            return number_in(field.data)
        except ValueError as error:
            words = _l("Please write a number, for example %(example)s.", example=EXAMPLES[field.short_name])
            raise ValidationError(words) from error

    def possible_year(self, field: Field, earliest: int) -> None:
        """Refuse a year in which it cannot have been, and say what to do."""
        year = self.whole(field)
        if year is not None and not earliest <= year <= self.today.year:
            raise ValidationError(
                _l(
                    "Please write the year with four digits, from %(first)s to %(last)s."
                    " If you do not know it, leave it empty.",
                    first=earliest,
                    last=self.today.year,
                )
            )


class SafetyForm(StepForm):
    """Whether it is a good moment to write; it decides what is advised and is not kept with the request."""

    safe = _one_of(_l("Is it safe for you to write to us on this telephone or computer now?"), SAFE)
    danger = _one_of(_l("Are you, or is somebody close to you, in hiding or in danger?"), DANGER)


class NameForm(StepForm):
    """The name of the person searched for, as far as it is known."""

    given = _line(_l("First name"))
    father = _line(_l("Father’s name"))
    grandfather = _line(_l("Grandfather’s name"))
    family = _line(_l("Family name"))

    def validate_given(self, field: Field) -> None:
        """One part of the name is enough, none is not."""
        if not any(self._parts()):
            raise ValidationError(_l("Please write at least one part of the name, whichever you know."))

    def answer(self) -> Name:
        """The parts that are known."""
        return Name(*self._parts())

    def _parts(self) -> list[str | None]:
        return _lines(self.given, self.father, self.grandfather, self.family)


class OriginForm(StepForm):
    """Mother and birth of the person searched for."""

    mother = _line(_l("Mother’s first name"))
    mother_family = _line(_l("Mother’s family name"))
    birth_year = _line(_l("Year of birth"))
    birth_place = _line(_l("Place of birth"))

    def validate_birth_year(self, field: Field) -> None:
        """A year in which somebody alive in our time was born."""
        self.possible_year(field, EARLIEST_BIRTH)

    def answer(self) -> Origin:
        """What is known of it."""
        mother, family, place = _lines(self.mother, self.mother_family, self.birth_place)
        return Origin(mother, family, number_in(self.birth_year.data), place)


class ArrestForm(StepForm):
    """What is known of the arrest; each part of the date may be missing."""

    arrested_day = _line(_l("Day"))
    arrested_month = _line(_l("Month"))
    arrested_year = _line(_l("Year"))
    arrest_place = _line(_l("Where it was"))
    branch = _line(_l("The security branch or prison, if you heard of one"))
    marks = _text(_l("Anything by which one would recognise the person"))

    def validate_arrested_year(self, field: Field) -> None:
        """A year of our time."""
        self.possible_year(field, EARLIEST_ARREST)

    def validate_arrested_month(self, field: Field) -> None:
        """One of the twelve."""
        if not is_day_of(None, self.whole(field), None):
            raise ValidationError(_l("Please write the month as a number from 1 to 12, or leave it empty."))

    def validate_arrested_day(self, field: Field) -> None:
        """A day that this month has."""
        month, year = month_in(self.arrested_month.data), year_in(self.arrested_year.data)
        if not is_day_of(self.whole(field), month, year):
            raise ValidationError(_l("This month has no such day. Please correct it, or leave it empty."))

    def answer(self) -> Arrest:
        """What is known of it."""
        parts = (self.arrested_year, self.arrested_month, self.arrested_day)
        year, month, day = (number_in(part.data) for part in parts)
        place, branch = _lines(self.arrest_place, self.branch)
        return Arrest(year, month, day, place, branch, self.marks.data or None)


class AskerForm(StepForm):
    """Who asks."""

    full_name = StringField(_l("Your full name"), validators=[answered(), _at_most(LONGEST_LINE)])
    relation = _one_of(_l("You are the person’s …"), RELATIONS)

    def answer(self) -> Asker:
        """Who asks."""
        return Asker(one_line(self.full_name.data) or "", Relation(self.relation.data))


class ContactForm(StepForm):
    """How, when and under which name somebody may be reached without harm."""

    channel = _one_of(_l("How may we reach you?"), CHANNELS)
    address = _line(_l("E-mail address or telephone number"))
    hour_from = _hour(_l("Not before"), range(24), 10)
    hour_to = _hour(_l("Not after"), range(1, 25), 18)
    quiet_weekdays = SelectMultipleField(
        _l("Days on which you do not wish to hear from us"),
        choices=[SelectChoice(day, word) for day, word in WEEK.items()],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    shared = BooleanField(_l("Other people use this telephone, or read these messages"))
    must_not_know = _text(_l("Is there somebody who must not know that you wrote to us?"))
    code_word = _line(_l("A word by which you know that it is really us"))
    sender_name = _line(_l("A harmless name under which our message may arrive"))

    def validate_address(self, field: Field) -> None:
        """An address of the kind that was chosen."""
        if self.channel.data == Channel.EMAIL and email_in(field.data) is None:
            raise ValidationError(_l("Please write an e-mail address, such as name@mail.example."))
        if self.channel.data == Channel.PHONE and phone_in(field.data) is None:
            raise ValidationError(_l("Please write a telephone number in digits, with the country’s code."))

    def validate_hour_to(self, field: Field) -> None:
        """The later hour is later."""
        if None not in (field.data, self.hour_from.data) and field.data <= self.hour_from.data:
            raise ValidationError(_l("Please choose an hour that is later than the first one."))

    def validate_quiet_weekdays(self, field: Field) -> None:
        """At least one day is left, or there is no way at all."""
        if self.channel.data != Channel.NONE and set(field.data or ()) >= set(WEEK):
            raise ValidationError(_l("Please leave us one day, or choose above: “do not contact me”."))

    def answer(self, language: str) -> SafeContact:
        """The rules by which this person may be reached."""
        channel = Channel(self.channel.data)
        return SafeContact(
            channel=channel,
            address=_address(channel, self.address.data),
            hour_from=self.hour_from.data,
            hour_to=self.hour_to.data,
            quiet_weekdays=frozenset(self.quiet_weekdays.data),
            shared=self.shared.data,
            must_not_know=self.must_not_know.data or None,
            code_word=one_line(self.code_word.data),
            sender_name=one_line(self.sender_name.data),
            language=language,
        )


def _address(channel: Channel, typed: str | None) -> str | None:
    return {Channel.EMAIL: email_in(typed), Channel.PHONE: phone_in(typed)}.get(channel)


class WishesForm(StepForm):
    """Layer by layer, what somebody wishes to know."""

    fact = _wish(Layer.FACT)
    date_place = _wish(Layer.DATE_PLACE)
    papers = _wish(Layer.PAPERS)
    photographs_exist = _wish(Layer.PHOTOGRAPHS_EXIST)
    description = _wish(Layer.DESCRIPTION)
    face = _wish(Layer.FACE)

    def answer(self) -> dict[Layer, Wish]:
        """One answer for each layer."""
        return {layer: Wish(self[layer.value].data) for layer in Layer}


class ConsentForm(PortalForm):
    """The consents, unticked, each for one purpose; without contact nobody asks for that one."""

    search = _consent(
        Purpose.SEARCH, _l("Without this we may not search. Please tick it, or choose “not now” below.")
    )
    contact = _consent(
        Purpose.CONTACT,
        _l("You chose how we may reach you. Please tick this, or change it to “do not contact me”."),
    )

    def ask_for(self, channel: Channel) -> None:
        """Leave out what need not be asked."""
        if channel is Channel.NONE and "contact" in self:
            del self.contact

    def answer(self) -> tuple[GivenConsent, ...]:
        """Each consent with the very words that were on the page."""
        given = [purpose for purpose in (Purpose.SEARCH, Purpose.CONTACT) if purpose.value in self]
        return tuple(GivenConsent(purpose, str(CONSENTS[purpose])) for purpose in given)
