"""A custodian asks at the desk, an approver signs and takes the closed package out."""

from __future__ import annotations

import re

import pyrage
from flask import Flask

from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from tests.support.desk import Clock, Desk
from tests.support.factories.accounts import a_staff_account
from tests.support.factories.disclosure import a_record


def test_from_the_record_to_the_receipt(app: Flask, place: Workplace, vault: Vault, clock: Clock) -> None:
    record_id, key = a_record(place, vault), pyrage.x25519.Identity.generate()
    custodian = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    approver = Desk(app, clock, a_staff_account(place, Role.APPROVER))
    ask = f"/casework/hand-overs/records/{record_id}"
    custodian.visit(f"/casework/records/{record_id}")
    assert ask in custodian.page
    custodian.visit(ask)
    chosen = re.findall(r'name="items"[^>]*value="([^"]+)"', custodian.page)
    assert len(chosen) == 4
    said = {"name": "The registrar", "institution": "A court", "reason": "Letter 12", "items": chosen[0]}
    custodian.send(ask, 422, **said, public_key="no key")
    assert "begins with age1" in custodian.page
    assert "Letter 12" in custodian.page, "what was typed is kept"
    one = custodian.send(ask, **said, public_key=str(key.to_public())).headers["Location"]
    approver.visit("/casework/")
    assert one in approver.page, "it waits on the first page"
    approver.visit(one)
    assert "Item 1: " in approver.page, "the second person reads what leaves"
    approver.send(f"{one}/sign", version=approver.hidden("version"))
    approver.visit(one)
    closed = approver.send(f"{one}/package", 200)
    assert closed.headers["Cache-Control"] == "no-store"
    assert b"bagit.txt" in pyrage.decrypt(closed.data, [key])
    custodian.visit("/casework/")
    assert "Hand-overs whose receipt is awaited" in custodian.page
    assert one in custodian.page
    approver.visit(one)
    approver.send(f"{one}/package", 403)
    custodian.visit(one)
    custodian.send(f"{one}/receipt", 422, version=custodian.hidden("version"), receipt="")
    custodian.send(f"{one}/receipt", version=custodian.hidden("version"), receipt="By telephone.")
    custodian.visit(one)
    assert "By telephone." in custodian.page
    custodian.visit("/casework/hand-overs/")
    assert "A court" in custodian.page
