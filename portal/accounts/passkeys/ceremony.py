"""What is asked of a passkey and how its answers are checked; the only file that imports webauthn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.accounts.passkeys.vocab import Answer, Made, Party, Seen

ALGORITHMS = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
PATIENCE = 120_000  # milliseconds, for whoever has to look for the right device

# Checked when there is no such passkey, so that the work is the same; nobody has its private half.
NOBODY = bytes.fromhex(
    "a5010203262001"
    "2158201c2bca04ca1643f54c768e59a0084e1cb0a29c39b384e79fa3d95b31ddbcdb43"
    "225820fcb43c4fc4e6ba7396a451d935680c9f02e6599f96098242c7c538329cc2f55a"
)

Found = TypeVar("Found")


def options_to_add(party: Party, challenge: bytes, owner: UUID, login: str, known: Iterable[bytes]) -> str:
    """Ask for a new passkey that knows its owner by itself and looks at a face, a finger or a PIN."""
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=party.id,
            rp_name=party.name,
            user_id=owner.bytes,
            user_name=login,
            challenge=challenge,
            timeout=PATIENCE,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
            supported_pub_key_algs=ALGORITHMS,
        )
    )


def options_to_show(party: Party, challenge: bytes) -> str:
    """Ask for any passkey of this name; the question is the same for everybody."""
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=party.id,
            challenge=challenge,
            timeout=PATIENCE,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def made(answer: Answer, challenge: bytes) -> Made | None:
    """The passkey that was made in answer to this challenge, or None when anything about it does not fit."""

    def checked() -> Made:
        verified = webauthn.verify_registration_response(
            credential=answer.text,
            expected_challenge=challenge,
            expected_rp_id=answer.party.id,
            expected_origin=answer.party.origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
        return Made(verified.credential_id, verified.credential_public_key, verified.sign_count)

    return _or_none(checked)


def named(answer: Answer) -> bytes:
    """Which passkey the answer says it is from; empty when it says nothing that can be read."""
    return _or_none(lambda: base64url_to_bytes(json.loads(answer.text)["rawId"])) or b""


def seen(answer: Answer, challenge: bytes, public_key: bytes) -> Seen | None:
    """What a passkey has signed in answer to this challenge, or None when anything about it does not fit.

    How often it has signed is for the caller to compare, once the signature is known to be true.
    """

    def checked() -> Seen:
        credential = parse_authentication_credential_json(answer.text)
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=answer.party.id,
            expected_origin=answer.party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
        handle = credential.response.user_handle
        return Seen(UUID(bytes=handle) if handle else None, verified.new_sign_count)

    return _or_none(checked)


def _or_none(act: Callable[[], Found]) -> Found | None:
    try:
        return act()
    except Exception:  # noqa: BLE001 - a stranger's bytes make the library raise errors of many kinds
        return None
